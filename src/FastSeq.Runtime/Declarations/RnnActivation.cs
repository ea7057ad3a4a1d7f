namespace FastSeq;

/// <summary>
/// The activations of recurrent layers: ONNX's set, with its formulas. Some have the numbers α and β, which have options of their own beside that of the activation;
/// what is not given is what ONNX takes.
/// </summary>
public enum RnnActivation
{
    /// <summary>The hyperbolic tangent.</summary>
    Tanh = 0,

    /// <summary>max(0, x).</summary>
    Relu = 1,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid = 2,

    /// <summary>min(1, max(0, α·x + β)), α = 0.2 and β = 0.5 where not given.</summary>
    HardSigmoid = 3,

    /// <summary>α·x + β, α = 1 and β = 0 where not given.</summary>
    Affine = 4,

    /// <summary>x where x is positive, α·x elsewhere; α = 0.01 where not given.</summary>
    LeakyRelu = 5,

    /// <summary>x where x is at least α, 0 elsewhere; α = 1 where not given.</summary>
    ThresholdedRelu = 6,

    /// <summary>α·tanh(β·x), both 1 where not given.</summary>
    ScaledTanh = 7,

    /// <summary>x where x is positive, α·(exp(x) - 1) elsewhere; α = 1 where not given.</summary>
    Elu = 8,

    /// <summary>x / (1 + |x|).</summary>
    Softsign = 9,

    /// <summary>log(1 + exp(x)).</summary>
    Softplus = 10,
}

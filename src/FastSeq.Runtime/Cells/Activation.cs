namespace FastSeq.Cells;

/// <summary>A function of one number, applied to every element; or, of the softmax, of a row.</summary>
public enum Activation
{
    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>x·(1 + erf(x/√2)) / 2.</summary>
    Gelu,

    /// <summary>x·(1 + tanh(√(2/π)·(x + 0.044715·x³))) / 2.</summary>
    GeluTanh,

    /// <summary>exp(x_j) / Σ_k exp(x_k) over a row.</summary>
    Softmax,
}

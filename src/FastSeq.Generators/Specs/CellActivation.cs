namespace FastSeq.Generators.Specs;

/// <summary>The activations of cells, with the values of the Runtime's <c>RnnActivation</c>.</summary>
internal enum CellActivation
{
    Tanh,
    Relu,
    Sigmoid,
    HardSigmoid,
    Affine,
    LeakyRelu,
    ThresholdedRelu,
    ScaledTanh,
    Elu,
    Softsign,
    Softplus,
}

namespace FastSeq.Generators.Specs;

/// <summary>The function of an activation layer.</summary>
internal enum ActivationKind
{
    Relu,
    Tanh,
    Sigmoid,
    Gelu,
    GeluTanh,
    Softmax,
}

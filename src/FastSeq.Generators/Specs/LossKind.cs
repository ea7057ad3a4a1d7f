namespace FastSeq.Generators.Specs;

/// <summary>The loss of a model.</summary>
internal enum LossKind
{
    CrossEntropy,
    MeanSquaredError,
}

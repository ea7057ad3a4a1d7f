using FastSeq.Generators.Support;

namespace FastSeq.Generators.Specs;

/// <summary>The loss of a model.</summary>
/// <param name="Declaration">The attribute as people read it: <c>[CrossEntropy(LabelSmoothing = 0.1f)]</c>.</param>
internal abstract record LossSpec(string Declaration)
{
    /// <summary>Whether targets are integers, not numbers of the model's precision.</summary>
    public virtual bool LearnsIntegers => false;
}

/// <summary>Softmax cross-entropy of class numbers.</summary>
/// <param name="LabelSmoothing">At least 0 and below 1.</param>
/// <param name="IgnoreIndex">The class number of targets that do not count; null for none.</param>
/// <param name="ClassWeights">One a class, or none where all count 1.</param>
internal sealed record CrossEntropySpec(string Declaration, float LabelSmoothing, int? IgnoreIndex, EquatableArray<float> ClassWeights)
    : LossSpec(Declaration)
{
    public override bool LearnsIntegers => true;
}

/// <summary>Cross-entropy of a yes or no for every output.</summary>
/// <param name="PositiveWeights">One an output, or none where all count 1.</param>
internal sealed record BinaryCrossEntropySpec(string Declaration, EquatableArray<float> PositiveWeights)
    : LossSpec(Declaration);

/// <summary>Squared errors.</summary>
internal sealed record MeanSquaredErrorSpec(string Declaration)
    : LossSpec(Declaration);

/// <summary>Absolute errors.</summary>
internal sealed record MeanAbsoluteErrorSpec(string Declaration)
    : LossSpec(Declaration);

/// <summary>Squared errors up to <paramref name="Delta"/>, linear beyond.</summary>
internal sealed record HuberSpec(string Declaration, float Delta)
    : LossSpec(Declaration);

/// <summary>Connectionist temporal classification.</summary>
/// <param name="Blank">The output that is the blank.</param>
/// <param name="ZeroInfinity">Whether infinite losses count as 0.</param>
internal sealed record CtcSpec(string Declaration, int Blank, bool ZeroInfinity)
    : LossSpec(Declaration)
{
    public override bool LearnsIntegers => true;
}

/// <summary>The pinball loss; the number of quantiles divides that of the outputs.</summary>
internal sealed record QuantileSpec(string Declaration, EquatableArray<float> Quantiles)
    : LossSpec(Declaration);

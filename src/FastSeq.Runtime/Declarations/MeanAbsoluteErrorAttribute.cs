namespace FastSeq;

/// <summary>The mean of <c>|y - target|</c> over all outputs of all targets. Targets are numbers of the model's precision.</summary>
public sealed class MeanAbsoluteErrorAttribute : LossAttribute;

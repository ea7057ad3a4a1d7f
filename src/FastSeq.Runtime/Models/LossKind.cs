namespace FastSeq;

/// <summary>The loss that a model is trained with.</summary>
public enum LossKind
{
    /// <summary>Softmax cross-entropy of class numbers, the mean over target rows.</summary>
    CrossEntropy = 0,

    /// <summary>The mean of the squared errors over all outputs.</summary>
    MeanSquaredError = 1,
}

namespace FastSeq;

/// <summary>The kinds of losses that a model is trained with. <see cref="LossFunction"/> adds the options.</summary>
public enum LossKind
{
    /// <summary>Softmax cross-entropy of class numbers, the mean over target rows.</summary>
    CrossEntropy = 0,

    /// <summary>The mean of the squared errors over all outputs.</summary>
    MeanSquaredError = 1,

    /// <summary>The cross-entropy of a yes or no for every output, the mean over all outputs.</summary>
    BinaryCrossEntropy = 2,

    /// <summary>The mean of the absolute errors over all outputs.</summary>
    MeanAbsoluteError = 3,

    /// <summary>Squared errors near zero, absolute ones beyond, the mean over all outputs.</summary>
    Huber = 4,

    /// <summary>The pinball loss of quantiles, the mean over all outputs.</summary>
    Quantile = 5,

    /// <summary>Connectionist temporal classification of label sequences, the mean over sequences.</summary>
    Ctc = 6,
}

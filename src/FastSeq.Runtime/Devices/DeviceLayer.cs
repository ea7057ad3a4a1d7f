namespace FastSeq.Devices;

/// <summary>One operation on rows of numbers. Parameters are given as numbers in <see cref="ModelInfo.Parameters"/>, -1 for none; on a device each lies as PyTorch has it, row by row.</summary>
public abstract class DeviceLayer
{
    /// <summary>The layer for people, in messages.</summary>
    public required string Name { get; init; }

    /// <summary>The number of the layer whose rows it reads.</summary>
    public int Source { get; init; }

    /// <summary>The numbers of an input row.</summary>
    public required int InputSize { get; init; }

    /// <summary>The numbers of an output row.</summary>
    public required int OutputSize { get; init; }

    /// <summary>Whether output rows are sequences; otherwise they are time steps.</summary>
    public bool PerSequence { get; init; }

    /// <summary>How many of the layers that its rows come from give another number of time steps than they read.</summary>
    public int Level { get; init; }

    /// <summary>Whether training leaves its parameters as they are.</summary>
    public bool IsFrozen { get; init; }
}

/// <summary>The features of a time step, as the caller gives them.</summary>
public sealed class InputLayer : DeviceLayer;

/// <summary>A row of a table for each token.</summary>
public sealed class EmbeddingLayer : DeviceLayer
{
    /// <summary>The table, [vocabulary, size].</summary>
    public required int Table { get; init; }

    /// <summary>The mask that drops tokens; null for none.</summary>
    public DeviceMask? Mask { get; init; }
}

/// <summary>y = W·x + b, then a function.</summary>
public sealed class LinearLayer : DeviceLayer
{
    /// <summary>W, [output, input]. Of a convolution, whose columns are input * taps + tap, while the row to multiply holds one tap after the other.</summary>
    public required int Weight { get; init; }

    /// <summary>b, [output]; -1 for none.</summary>
    public int Bias { get; init; } = -1;

    /// <summary>The function of the sums, <see cref="DeviceFunction.None"/> for none.</summary>
    public DeviceFunction Function { get; init; }
}

/// <summary>A function of each row alone.</summary>
public sealed class FunctionLayer : DeviceLayer
{
    /// <summary>The function.</summary>
    public required DeviceFunction Function { get; init; }
}

/// <summary>Layer normalisation of each row.</summary>
public sealed class LayerNormLayer : DeviceLayer
{
    /// <summary>The weight, [size].</summary>
    public required int Weight { get; init; }

    /// <summary>The bias, [size]; -1 for none.</summary>
    public int Bias { get; init; } = -1;

    /// <summary>Added to the variance.</summary>
    public required double Epsilon { get; init; }
}

/// <summary>Dropout while training.</summary>
public sealed class DropoutLayer : DeviceLayer
{
    /// <summary>What is drawn.</summary>
    public required DeviceMask Mask { get; init; }

    /// <summary>Whether all time steps of a sequence have one mask.</summary>
    public bool IsVariational { get; init; }
}

/// <summary>The last time step of each sequence; zeros for an empty one.</summary>
public sealed class LastStepLayer : DeviceLayer;

/// <summary>The rows of each sequence in the opposite order.</summary>
public sealed class ReversalLayer : DeviceLayer;

/// <summary>The outputs of two cells as one row: those of <see cref="DeviceLayer.Source"/>, and those of a cell that has read the rows in the opposite order.</summary>
public sealed class MergeLayer : DeviceLayer
{
    /// <summary>The number of the second cell.</summary>
    public required int Reverse { get; init; }

    /// <summary>How they are merged.</summary>
    public required Merge Merge { get; init; }
}

/// <summary>The rows of <see cref="DeviceLayer.Source"/> merged with those of an earlier layer.</summary>
public sealed class SkipLayer : DeviceLayer
{
    /// <summary>The number of the earlier layer.</summary>
    public required int Earlier { get; init; }

    /// <summary>How they are merged.</summary>
    public required Merge Merge { get; init; }
}

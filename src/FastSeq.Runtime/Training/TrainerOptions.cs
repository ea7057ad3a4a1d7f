namespace FastSeq;

/// <summary>How a model is trained.</summary>
public sealed class TrainerOptions
{
    /// <summary>Moves the parameters; by default <see cref="AdamW"/> as it is. It remembers moments: take a new one for every trainer.</summary>
    public Optimizer Optimizer { get; init; } = new AdamW();

    /// <summary>How the learning rate goes on from the optimizer's; by default it stays.</summary>
    public LearningRateSchedule? Schedule { get; init; }

    /// <summary>The largest norm of all gradients together; larger ones are scaled down.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>The largest size of one gradient; applied after <see cref="ClipNorm"/>.</summary>
    public double? ClipValue { get; init; }

    /// <summary>The sequences of a batch; the last batch of an epoch may be smaller.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>How many threads train. The result is the same, bit for bit, with any number.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>What the order of the sequences and the dropout masks are drawn from.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether sequences of about the same length are put in the same batch.</summary>
    public bool SortByLength { get; init; } = true;

    /// <summary>Cuts sequences into windows of time steps, for streams too long to go back through as a whole; by default they are not cut.</summary>
    public TruncatedBackpropagation? Truncation { get; init; }

    /// <summary>When to end early; by default never.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>Called after every batch, on the thread that trains.</summary>
    public Action<TrainingProgress>? Progress { get; init; }

    internal void Validate()
    {
        if (Optimizer is null) throw new ArgumentException("TrainerOptions.Optimizer must not be null.");
        if (BatchSize < 1) throw new ArgumentException($"TrainerOptions.BatchSize is {BatchSize}; it must be at least 1.");
        if (Threads is < 1 or > 1024) throw new ArgumentException($"TrainerOptions.Threads is {Threads}; it must be from 1 to 1,024.");
        if (ClipNorm is { } norm && !(norm > 0)) throw new ArgumentException(FormattableString.Invariant($"TrainerOptions.ClipNorm is {norm}; it must be above 0."));
        if (ClipValue is { } value && !(value > 0)) throw new ArgumentException(FormattableString.Invariant($"TrainerOptions.ClipValue is {value}; it must be above 0."));
    }
}

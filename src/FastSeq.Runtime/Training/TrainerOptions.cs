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

    /// <summary>The most sequences of a batch; 32 by default, and as many as fit where <see cref="MaxTokensPerBatch"/> is given.</summary>
    public int BatchSize { get => batchSize ?? (MaxTokensPerBatch is null ? 32 : int.MaxValue); init => batchSize = value; }

    /// <summary>
    /// The most time steps of the sequences of a batch together; by default <see cref="BatchSize"/> alone decides. Batches of short sequences then hold more of them than batches of long ones, and
    /// the memory of training is that of so many time steps.
    /// </summary>
    /// <remarks>
    /// Counted is what is computed: the sum of the lengths, without padding. A sequence without time steps counts as one; with <c>[Ctc]</c> one counts at least as its labels; with
    /// <see cref="Truncation"/> one counts as the time steps of a window. A sequence of more time steps than this is an error that names it.
    /// </remarks>
    public int? MaxTokensPerBatch { get; init; }

    /// <summary>How many threads train. The result is the same, bit for bit, with any number.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Where the model is trained; null, the default, for the processor. <see cref="Threads"/> is of the processor alone. A device may choose the processor where that is faster (<c>CudaDevice.Auto()</c>).</summary>
    public ISequenceDevice? Device { get; init; }

    /// <summary>What the order of the sequences and the dropout masks are drawn from.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether sequences of about the same length are put in the same batch.</summary>
    public bool SortByLength { get; init; } = true;

    /// <summary>Cuts sequences into windows of time steps, for streams too long to go back through as a whole; by default they are not cut.</summary>
    public TruncatedBackpropagation? Truncation { get; init; }

    /// <summary>When to end early; by default never.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>Called after every batch, on the thread that trains.</summary>
    /// <remarks>With <see cref="Device"/> the parameters stay there during an epoch: until it ends, the model has those that it began with, and what the call writes to them is lost.</remarks>
    public Action<TrainingProgress>? Progress { get; init; }

    readonly int? batchSize;

    internal void Validate()
    {
        if (Optimizer is null) throw new ArgumentException("TrainerOptions.Optimizer must not be null.");
        if (BatchSize < 1) throw new ArgumentException($"TrainerOptions.BatchSize is {BatchSize}; it must be at least 1.");
        if (MaxTokensPerBatch is < 1) throw new ArgumentException($"TrainerOptions.MaxTokensPerBatch is {MaxTokensPerBatch}; it must be at least 1.");
        if (MaxTokensPerBatch is not null && Truncation is { CarryStates: true })
            throw new ArgumentException("TrainerOptions.MaxTokensPerBatch makes batches of changing size, but Truncation.CarryStates goes on in the same place of the next batch. Leave one of them out.");
        if (Threads is < 1 or > 1024) throw new ArgumentException($"TrainerOptions.Threads is {Threads}; it must be from 1 to 1,024.");
        if (ClipNorm is { } norm && !(norm > 0)) throw new ArgumentException(FormattableString.Invariant($"TrainerOptions.ClipNorm is {norm}; it must be above 0."));
        if (ClipValue is { } value && !(value > 0)) throw new ArgumentException(FormattableString.Invariant($"TrainerOptions.ClipValue is {value}; it must be above 0."));
    }
}

using System.Numerics;
using FastSeq.Kernels;
using FastSeq.Tensors;

namespace FastSeq;

/// <summary>
/// The memory and the threads for predicting with one model; nothing is allocated after it was made. Not for use by two threads at a time;
/// any number of runs may share a model.
/// </summary>
/// <typeparam name="T">What the model computes in.</typeparam>
/// <typeparam name="TInput">What a sequence consists of: <typeparamref name="T"/>, or <see cref="int"/> for tokens.</typeparam>
/// <remarks>
/// Results do not depend on the number of threads, on the other sequences of a batch, or on their order: each row's sums are added up in the same order whoever
/// computes them. An empty sequence has no output; with <c>[LastStep]</c> its row is zeros
/// where <c>[LastStep]</c> takes it, and its final state is the state that it began with.
/// </remarks>
public abstract partial class PredictionRun<T, TInput> : IDisposable, IParallelWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TInput : unmanaged
{
    /// <summary>Phases besides those of the layers, which are numbered from 0: a loss that threads share, and bringing inputs or targets into the order of the rows.</summary>
    private protected const int LossPhase = -1, InputPhase = -2, TargetPhase = -3;

    private readonly RowSpan[] rowSpans;
    private readonly PackedSequences[] levels;
    private readonly WorkerPool pool;
    private readonly AlignedBuffer<TInput> inputs;
    private readonly DistinctTokens? distinctTokens;

    /// <summary>The sequences as the layers of the current phase see them.</summary>
    private PackedSequences packed;

    /// <summary>The address and the length of the caller's inputs, while parts gather them.</summary>
    private nint source;
    private int sourceLength;

    /// <summary>Takes all memory that does not depend on the layers.</summary>
    /// <param name="info">The facts of the model.</param>
    /// <param name="maxBatch">The most sequences at a time, at least 1.</param>
    /// <param name="maxTimeSteps">The most time steps of a sequence, at least 1.</param>
    /// <param name="threads">How many threads share a batch, at least 1.</param>
    /// <param name="maxTokens">The most time steps of all sequences of a batch, at least 1; by default as many as <paramref name="maxBatch"/> sequences of <paramref name="maxTimeSteps"/> have.</param>
    /// <param name="sharesTokens">Whether what is computed from an embedding alone is computed once per different token of the batch.</param>
    protected PredictionRun(ModelInfo info, int maxBatch, int maxTimeSteps, int threads, int maxTokens = int.MaxValue, bool sharesTokens = false)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTimeSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        Info = info;
        MaxBatch = maxBatch;
        MaxTimeSteps = maxTimeSteps;
        MaxRows = Elements(Math.Min((long)maxBatch * maxTimeSteps, maxTokens), 1);
        levels = MakeLevels(info, threads);
        packed = levels[0];
        rowSpans = new RowSpan[Elements(threads, MostSpans)];
        inputs = new AlignedBuffer<TInput>(Elements(MaxRows, info.InputSize), zeroed: false);
        distinctTokens = sharesTokens ? new DistinctTokens(info.Vocabulary, MaxRows) : null;
        pool = new WorkerPool(threads);
    }

    /// <summary>The most sequences at a time.</summary>
    public int MaxBatch { get; }

    /// <summary>The most time steps of a sequence.</summary>
    public int MaxTimeSteps { get; }

    /// <summary>How many threads share a batch.</summary>
    public int Threads => pool.Threads;

    /// <summary>Into how many parts the batch is cut: as many as there are threads, or one where one thread is done sooner.</summary>
    protected int Parts { get; private set; } = 1;

    /// <summary>Whether threads share the batch.</summary>
    internal BatchSharing Sharing { get; } = new();

    /// <summary>The facts of the model.</summary>
    private protected ModelInfo Info { get; }

    /// <summary>Whether <see cref="Dispose"/> was called.</summary>
    private protected bool IsDisposed { get; private set; }

    /// <summary>The threads of the run, for the trainer's part of a step.</summary>
    internal WorkerPool Pool => pool;

    /// <summary>The most rows of a batch.</summary>
    protected int MaxRows { get; }

    /// <summary>The sequences of the batch.</summary>
    protected int Batch => packed.Batch;

    /// <summary>The time steps of all sequences of the batch.</summary>
    protected int Rows => packed.Rows;

    /// <summary>The time steps of the longest sequence of the batch.</summary>
    protected int TimeSteps => packed.TimeSteps;

    /// <summary>How the sequences of the batch lie in memory, as the layers of the current phase see them.</summary>
    private protected PackedSequences Packed => packed;

    /// <summary>The sequences with the time steps that outputs have.</summary>
    private protected PackedSequences OutputSequences => levels[^1];

    /// <summary>The time steps of all sequences of the batch as the caller gave it.</summary>
    protected int InputRows => levels[0].Rows;

    /// <summary>The inputs in the order of the rows.</summary>
    protected AlignedBuffer<TInput> Inputs => inputs;

    /// <summary>Whether the batch has so few different tokens that what follows an embedding is computed once per token.</summary>
    protected bool SharesTokens { get; private set; }

    /// <summary>The different tokens of a batch that shares them.</summary>
    protected ReadOnlySpan<int> Tokens => distinctTokens!.Tokens;

    /// <summary>For each row the number of its token among <see cref="Tokens"/>.</summary>
    protected ReadOnlySpan<int> TokenOfRow => distinctTokens!.OfRow[..Rows];

    /// <summary>The most different tokens of a batch that shares them.</summary>
    protected int MaxTokens => Math.Max(1, Math.Min(Info.Vocabulary, DistinctTokens.MostOf(MaxRows)));

    /// <summary>The phases of a forward; they are numbered from 0.</summary>
    protected abstract int ForwardPhases { get; }

    /// <summary>Below how many convolutions that change the number of time steps the layers of a phase stand: what they mean by time steps and rows.</summary>
    protected virtual int LevelOf(int phase) => 0;

    /// <summary>Whether a phase has nothing to do for the current batch.</summary>
    protected virtual bool SkipsPhase(int phase) => false;

    /// <summary>Whether a phase is done sooner by one thread than others begin.</summary>
    protected virtual bool IsShort(int phase) => false;

    /// <summary>The outputs of the current batch in the order of the rows (or of the sequences, longest first).</summary>
    protected abstract Span<T> OutputRows { get; }

    /// <summary>The rows of outputs: one a sequence with <c>[LastStep]</c>, else one a time step.</summary>
    protected int OutputRowCount => Info.LastStepOnly ? Batch : OutputSequences.Rows;

    /// <summary>The rows of outputs as the caller has them: with those of padding.</summary>
    private protected int CallerOutputRows => Info.LastStepOnly ? Batch : OutputSequences.CallerRows;

    /// <summary>A run that was not disposed lets its threads go.</summary>
    ~PredictionRun() => pool?.Abandon();

    /// <summary>Ends the threads.</summary>
    public virtual void Dispose()
    {
        IsDisposed = true;
        pool.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    void IParallelWork.Execute(int phase, int part)
    {
        if (phase == InputPhase)
        {
            GatherPart(part);
        }
        else if (phase < 0)
        {
            ExecuteOther(phase, part);
        }
        else
        {
            ExecutePart(phase, part);
        }
    }

    /// <summary>Does one part of a phase that is not of the layers.</summary>
    private protected virtual void ExecuteOther(int phase, int part)
    {
    }

    /// <summary>What a part does when it has its outputs.</summary>
    private protected virtual void EndForward(int part)
    {
    }

    private void ExecutePart(int phase, int part)
    {
        Execute(phase, part);
        if (phase == ForwardPhases - 1)
        {
            EndForward(part);
        }
    }

    /// <summary>Does one part of a phase; parts run at the same time.</summary>
    protected abstract void Execute(int phase, int part);

    /// <summary>Takes on another batch: what a run keeps of the last one is no longer there.</summary>
    private protected virtual void Forget()
    {
    }

    /// <summary>The phases of forward, one after the other.</summary>
    private protected virtual void Compute()
    {
        long start = Sharing.Now;
        for (int phase = 0; phase < ForwardPhases; phase++)
        {
            RunPhase(phase);
        }

        Sharing.Spent(start, back: false);
    }

    /// <summary>The parts of a phase, on as many threads; returns when all are done.</summary>
    private protected void RunPhase(int phase)
    {
        if (SkipsPhase(phase))
        {
            return;
        }

        UseLevel(LevelOf(phase));

        if (Parts == 1 || IsShort(phase))
        {
            for (int part = 0; part < Parts; part++)
            {
                ExecutePart(phase, part);
            }
        }
        else
        {
            pool.Run(this, phase, Parts);
        }
    }
}

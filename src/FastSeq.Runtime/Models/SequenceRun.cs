using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using FastSeq.Tensors;

namespace FastSeq;

/// <summary>
/// The memory and the threads for predicting and training with one model; nothing is allocated after it was made. Not for use by two threads at a time;
/// any number of runs may share a model.
/// </summary>
/// <typeparam name="T">What the model computes in.</typeparam>
/// <typeparam name="TInput">What a sequence consists of: <typeparamref name="T"/>, or <see cref="int"/> for tokens.</typeparam>
/// <typeparam name="TTarget">What the model learns: <typeparamref name="T"/>, or <see cref="int"/> for class numbers.</typeparam>
/// <remarks>
/// Results do not depend on the number of threads, on the other sequences of a batch, or on their order: each row's sums are added up in the same order whoever
/// computes them. The output of an empty sequence is that of the initial state with <c>[LastStep]</c>; otherwise it has none.
/// </remarks>
public abstract partial class SequenceRun<T, TInput, TTarget> : IDisposable, IParallelWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    private readonly PackedSequences packed;
    private readonly WorkerPool pool;
    private readonly ModelInfo info;
    private readonly AlignedBuffer<T> gradients;
    private readonly AlignedBuffer<TInput> inputs;
    private readonly AlignedBuffer<TTarget> targets;
    private readonly AlignedBuffer<T> outputs;
    private bool hasTape;
    private bool hasOutputs;
    private bool hasTargets;
    private bool isDisposed;

    /// <summary>Takes all memory that does not depend on the layers.</summary>
    /// <param name="info">The facts of the model.</param>
    /// <param name="maxBatch">The most sequences at a time, at least 1.</param>
    /// <param name="maxTimeSteps">The most time steps of a sequence, at least 1.</param>
    /// <param name="threads">How many threads share a batch, at least 1.</param>
    protected SequenceRun(ModelInfo info, int maxBatch, int maxTimeSteps, int threads)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTimeSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _ = Elements(maxBatch, maxTimeSteps);
        this.info = info;
        MaxBatch = maxBatch;
        MaxTimeSteps = maxTimeSteps;
        packed = new PackedSequences(maxBatch, maxTimeSteps, threads);
        gradients = new AlignedBuffer<T>(info.BufferLength);
        inputs = new AlignedBuffer<TInput>(Elements(MaxRows, info.InputSize), zeroed: false);
        int targetRows = info.LastStepOnly ? maxBatch : MaxRows;
        targets = new AlignedBuffer<TTarget>(Elements(targetRows, TargetSize), zeroed: false);
        outputs = new AlignedBuffer<T>(Elements(targetRows, info.OutputSize), zeroed: false);
        pool = new WorkerPool(threads);
    }

    /// <summary>The most sequences at a time.</summary>
    public int MaxBatch { get; }

    /// <summary>The most time steps of a sequence.</summary>
    public int MaxTimeSteps { get; }

    /// <summary>How many threads share a batch.</summary>
    public int Threads => pool.Threads;

    /// <summary>The gradients of the last <see cref="Backward"/>, laid out like the model's parameters.</summary>
    public Span<T> Gradients => gradients.Span;

    /// <summary>The outputs of the last <see cref="Forward"/>, in the order of the batch: a row of outputs a sequence with <c>[LastStep]</c>, else a row a time step.</summary>
    public ReadOnlySpan<T> Outputs
    {
        get
        {
            if (!hasOutputs)
            {
                throw new InvalidOperationException("There are no outputs: call Forward first; it did not run, or it failed.");
            }

            Span<T> all = outputs.Span[..(OutputRowCount * info.OutputSize)];
            Unpack(all, 0);
            return all;
        }
    }

    /// <summary>Of the last <see cref="Forward"/>: the share of targets whose class has the largest output (0 to 1), or the mean absolute error.</summary>
    /// <exception cref="InvalidOperationException">There was no <see cref="Forward"/>, or it failed, or a <see cref="Predict(ReadOnlySpan{TInput}, Span{T})"/> came after it.</exception>
    public double Metric
    {
        get
        {
            if (!hasOutputs || !hasTargets)
            {
                throw new InvalidOperationException("There is no metric: call Forward first; it did not run, it failed, or a Predict came after it.");
            }

            return info.Loss == LossKind.CrossEntropy
                ? CrossEntropyLoss.CountCorrect<T>(OutputRows, info.OutputSize, Labels) / (double)OutputRowCount
                : MeanSquaredErrorLoss.SumAbsoluteErrors<T>(OutputRows, Values) / ((double)OutputRowCount * info.OutputSize);
        }
    }

    /// <summary>What dropout masks are drawn from, together with <see cref="Iteration"/>.</summary>
    public ulong DropoutSeed { get; set; }

    /// <summary>The counter of dropout masks; one more with every training <see cref="Forward"/>. Set it to repeat or to resume a training.</summary>
    public long Iteration { get; set; }

    /// <summary>The threads of the run, for the trainer's part of a step.</summary>
    internal WorkerPool Pool => pool;

    /// <summary>The most rows of a batch.</summary>
    protected int MaxRows => Elements(MaxBatch, MaxTimeSteps);

    /// <summary>The sequences of the batch.</summary>
    protected int Batch => packed.Batch;

    /// <summary>The time steps of all sequences of the batch.</summary>
    protected int Rows => packed.Rows;

    /// <summary>The time steps of the longest sequence of the batch.</summary>
    protected int TimeSteps => packed.TimeSteps;

    /// <summary>Whether the current forward keeps the tape and drops out.</summary>
    protected bool Training { get; private set; }

    /// <summary>The <see cref="Iteration"/> of the current forward and its backward.</summary>
    protected long MaskIteration { get; private set; }

    /// <summary>The inputs in the order of the rows.</summary>
    protected AlignedBuffer<TInput> Inputs => inputs;

    /// <summary>The phases of a forward; they are numbered from 0.</summary>
    protected abstract int ForwardPhases { get; }

    /// <summary>The phases of a backward; they are numbered after those of the forward.</summary>
    protected abstract int BackwardPhases { get; }

    /// <summary>The outputs of the current batch in the order of the rows (or of the sequences, longest first).</summary>
    protected abstract Span<T> OutputRows { get; }

    /// <summary>The gradients of <see cref="OutputRows"/>.</summary>
    protected abstract Span<T> OutputGradientRows { get; }

    /// <summary>The rows of outputs: one a sequence with <c>[LastStep]</c>, else one a time step.</summary>
    protected int OutputRowCount => info.LastStepOnly ? Batch : Rows;

    private int TargetSize => info.Loss == LossKind.CrossEntropy ? 1 : info.OutputSize;

    private ReadOnlySpan<int> Labels => MemoryMarshal.Cast<TTarget, int>(targets.Span[..OutputRowCount]);

    private ReadOnlySpan<T> Values => MemoryMarshal.Cast<TTarget, T>(targets.Span[..(OutputRowCount * TargetSize)]);

    /// <summary>Predicts one sequence.</summary>
    /// <param name="sequence">[T × InputSize] numbers, or [T] tokens.</param>
    /// <param name="output">Overwritten: OutputSize numbers with <c>[LastStep]</c>, else [T × OutputSize]. With a cross-entropy loss these are logits.</param>
    /// <exception cref="ArgumentException">A size is wrong, the sequence is longer than <see cref="MaxTimeSteps"/>, or a token is not in the vocabulary.</exception>
    public void Predict(ReadOnlySpan<TInput> sequence, Span<T> output)
    {
        if (sequence.Length % info.InputSize != 0)
        {
            throw new ArgumentException($"The sequence has {sequence.Length} numbers, not a multiple of the {info.InputSize} of a time step.", nameof(sequence));
        }

        int length = sequence.Length / info.InputSize;
        Predict(sequence, new ReadOnlySpan<int>(in length), output);
    }

    /// <summary>Predicts sequences of different lengths, in any order.</summary>
    /// <param name="sequences">The sequences one after the other without padding: [sum of T × InputSize] numbers, or [sum of T] tokens.</param>
    /// <param name="lengths">The time steps of each, 0 or more.</param>
    /// <param name="outputs">Overwritten: [B × OutputSize] with <c>[LastStep]</c>, else [sum of T × OutputSize], in the order of the sequences.</param>
    /// <exception cref="ArgumentException">A size is wrong, there are too many or too long sequences, or a token is not in the vocabulary.</exception>
    public void Predict(ReadOnlySpan<TInput> sequences, ReadOnlySpan<int> lengths, Span<T> outputs)
    {
        Begin(sequences, lengths, stride: 0);
        if (outputs.Length != OutputRowCount * info.OutputSize)
        {
            throw new ArgumentException(
                $"There is room for {outputs.Length} outputs, but there are {OutputRowCount} x {info.OutputSize}.", nameof(outputs));
        }

        Compute(training: false);
        Unpack(outputs, 0);
    }

    /// <summary>Predicts padded sequences; what lies behind the length of a sequence is never read.</summary>
    /// <param name="padded">[B, T, InputSize] numbers, or [B, T] tokens.</param>
    /// <param name="lengths">The time steps of each sequence, 0 to T.</param>
    /// <param name="outputs">Overwritten: [B, OutputSize] with <c>[LastStep]</c>, else [B, T, OutputSize] with zeros behind the length of a sequence.</param>
    /// <exception cref="ArgumentException">A shape is wrong, a tensor is not dense, or a sequence is too long.</exception>
    public void Predict(scoped in ReadOnlyTensorSpan<TInput> padded, ReadOnlySpan<int> lengths, scoped in TensorSpan<T> outputs)
    {
        int rank = info.Vocabulary > 0 ? 2 : 3;
        if (padded.Rank != rank || padded.Lengths[0] != lengths.Length || (rank == 3 && padded.Lengths[2] != info.InputSize))
        {
            string expected = rank == 2 ? $"[{lengths.Length}, T]" : $"[{lengths.Length}, T, {info.InputSize}]";
            throw new ArgumentException($"The sequences have the shape {Shape(padded.Lengths)}; expected {expected}.", nameof(padded));
        }

        int steps = checked((int)padded.Lengths[1]);
        ReadOnlySpan<nint> shape = info.LastStepOnly ? [lengths.Length, info.OutputSize] : [lengths.Length, steps, info.OutputSize];
        if (!outputs.Lengths.SequenceEqual(shape))
        {
            throw new ArgumentException($"The outputs have the shape {Shape(outputs.Lengths)}; expected {Shape(shape)}.", nameof(outputs));
        }

        foreach (int length in lengths)
        {
            if (length > steps)
            {
                throw new ArgumentException($"A length is {length}, but the sequences have {steps} time steps.", nameof(lengths));
            }
        }

        Span<T> flatOutputs = MemoryMarshal.CreateSpan(ref outputs.GetPinnableReference(), checked((int)outputs.FlattenedLength));
        if (!padded.IsDense || !outputs.IsDense)
        {
            throw new ArgumentException($"The {(padded.IsDense ? "outputs" : "sequences")} must lie densely in memory.", padded.IsDense ? nameof(outputs) : nameof(padded));
        }

        Begin(MemoryMarshal.CreateReadOnlySpan(in padded.GetPinnableReference(), checked((int)padded.FlattenedLength)), lengths, Math.Max(steps, 1));
        Compute(training: false);
        if (!info.LastStepOnly)
        {
            flatOutputs.Clear();
        }

        Unpack(flatOutputs, Math.Max(steps, 1));
    }

    /// <summary>Computes the mean loss of a batch.</summary>
    /// <param name="batch">The sequences and their targets.</param>
    /// <param name="training">Drops out, and keeps what <see cref="Backward"/> needs.</param>
    /// <returns>The mean over target rows (cross-entropy), or over all outputs of all target rows (mean squared error).</returns>
    /// <exception cref="ArgumentException">A size is wrong, there is no target, or a token or a class does not exist.</exception>
    public T Forward(SequenceBatch<TInput, TTarget> batch, bool training)
    {
        Begin(batch.Inputs, batch.Lengths, stride: 0);
        PackTargets(batch.Targets);
        hasTargets = true;
        Compute(training);
        if (training)
        {
            Iteration++;
        }

        double rows = OutputRowCount;
        if (info.Loss == LossKind.CrossEntropy)
        {
            T scale = T.CreateTruncating(1 / rows);
            return T.CreateTruncating(CrossEntropyLoss.Evaluate(OutputRows, info.OutputSize, Labels, scale, training ? OutputGradientRows : []) / rows);
        }

        double values = rows * info.OutputSize;
        return T.CreateTruncating(
            MeanSquaredErrorLoss.Evaluate(OutputRows, Values, T.CreateTruncating(1 / values), training ? OutputGradientRows : []) / values);
    }

    /// <summary>Back-propagates the last training <see cref="Forward"/>'s loss through all time steps; overwrites <see cref="Gradients"/>.</summary>
    /// <exception cref="InvalidOperationException">There was no <see cref="Forward"/> with <c>training: true</c> since the last call.</exception>
    public void Backward()
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (!hasTape)
        {
            throw new InvalidOperationException("Backward needs a Forward with training: true directly before it.");
        }

        hasTape = false;
        for (int phase = 0; phase < BackwardPhases; phase++)
        {
            RunPhase(ForwardPhases + phase);
        }
    }

    /// <summary>A run that was not disposed lets its threads go.</summary>
    ~SequenceRun() => pool?.Abandon();

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        isDisposed = true;
        pool.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    void IParallelWork.Execute(int phase, int part) => Execute(phase, part);

    /// <summary>Does one part of a phase; parts run at the same time.</summary>
    protected abstract void Execute(int phase, int part);

    private static string Shape(scoped ReadOnlySpan<nint> lengths) => $"[{string.Join(", ", lengths.ToArray())}]";

    private void Compute(bool training)
    {
        Training = training;
        MaskIteration = Iteration;
        for (int phase = 0; phase < ForwardPhases; phase++)
        {
            RunPhase(phase);
        }

        hasTape = training;
        hasOutputs = true;
    }

    private void RunPhase(int phase)
    {
        if (Threads == 1)
        {
            Execute(phase, 0);
        }
        else
        {
            pool.Run(this, phase, Threads);
        }
    }
}

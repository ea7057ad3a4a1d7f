using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
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
/// computes them. An empty sequence has no output; with <c>[LastStep]</c> its row is zeros
/// where <c>[LastStep]</c> takes it, and its final state is the state that it began with.
/// </remarks>
public abstract partial class SequenceRun<T, TInput, TTarget> : PredictionRun<T, TInput>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    private readonly AlignedBuffer<T> gradients;
    private readonly AlignedBuffer<TTarget> targets;
    private readonly AlignedBuffer<T> outputs;
    private readonly LossEvaluator<T, TTarget> loss;
    private readonly int[] targetLengths;
    private readonly long[] labelStarts;
    private int targetCount;
    private int firstLossRow;
    private bool hasTape;
    private bool hasGradients;
    private bool hasOutputs;
    private bool hasTargets;

    /// <summary>Takes all memory that does not depend on the layers.</summary>
    /// <param name="info">The facts of the model.</param>
    /// <param name="parameters">The parameters of the model.</param>
    /// <param name="maxBatch">The most sequences at a time, at least 1.</param>
    /// <param name="maxTimeSteps">The most time steps of a sequence, at least 1.</param>
    /// <param name="threads">How many threads share a batch, at least 1.</param>
    /// <param name="maxTokens">The most time steps of all sequences of a batch, at least 1; by default as many as <paramref name="maxBatch"/> sequences of <paramref name="maxTimeSteps"/> have.</param>
    /// <param name="sharesTokens">Whether what is computed from an embedding alone is computed once per different token of the batch.</param>
    protected SequenceRun(ModelInfo info, AlignedBuffer<T> parameters, int maxBatch, int maxTimeSteps, int threads, int maxTokens = int.MaxValue, bool sharesTokens = false)
        : base(info, maxBatch, maxTimeSteps, threads, maxTokens, sharesTokens)
    {
        gradients = new AlignedBuffer<T>(info.BufferLength);
        MaxTargetRows = info.LastStepOnly ? maxBatch : info.Loss.AlignsTargets ? MaxRows : OutputSequences.MaxRows;
        targets = new AlignedBuffer<TTarget>(Elements(MaxTargetRows, info.TargetSize), zeroed: false);
        outputs = new AlignedBuffer<T>(Elements(info.LastStepOnly ? maxBatch : OutputSequences.MaxRows, info.OutputSize), zeroed: false);
        targetLengths = info.Loss.AlignsTargets ? new int[maxBatch] : [];
        labelStarts = new long[targetLengths.Length];
        loss = info.Loss.CreateEvaluator<T, TTarget>(new RunLimits(info.OutputSize, maxBatch, Math.Max(maxTimeSteps, OutputSequences.MaxTimeSteps), threads));
        ParameterUpdate = new ParameterUpdate<T>(parameters, gradients, Pool);
    }

    /// <summary>The most target rows of a batch; with CTC the most labels.</summary>
    internal int MaxTargetRows { get; }

    /// <summary>Norm, clipping and the optimizer's update on the processor.</summary>
    private protected ParameterUpdate<T> ParameterUpdate { get; }

    /// <summary>The gradients of the last <see cref="Backward()"/>, laid out like the model's parameters.</summary>
    /// <remarks>A run on a device copies them here when this is read: read it again after each <see cref="Backward()"/>.</remarks>
    public Span<T> Gradients
    {
        get
        {
            FetchGradients();
            return gradients.Span;
        }
    }

    /// <summary>The outputs of the last <see cref="Forward(SequenceBatch{TInput, TTarget}, bool)"/>, in the order of the batch: a row of outputs a sequence with <c>[LastStep]</c>, else a row a time step (zeros for padding).</summary>
    public ReadOnlySpan<T> Outputs
    {
        get
        {
            if (!hasOutputs)
            {
                throw new InvalidOperationException("There are no outputs: call Forward first; it did not run, or it failed.");
            }

            Span<T> all = outputs.Span[..(CallerOutputRows * Info.OutputSize)];
            Unpack(all);
            return all;
        }
    }

    /// <summary>
    /// Of the last <see cref="Forward(SequenceBatch{TInput, TTarget}, bool)"/>: the share of targets whose class has the largest output (cross-entropy; ignored targets left out), the share of outputs on the right side
    /// (binary cross-entropy), the label errors of greedy decoding per label of the targets (CTC), or the mean absolute error (of the quantile nearest to the median, where the
    /// outputs are quantiles).
    /// </summary>
    /// <exception cref="InvalidOperationException">There was no <see cref="Forward(SequenceBatch{TInput, TTarget}, bool)"/>, or it failed, or a <see cref="PredictionRun{T, TInput}.Predict(ReadOnlySpan{TInput}, Span{T})"/> came after it.</exception>
    public double Metric => MetricMean.Value;

    /// <summary>The metric with what it weighs.</summary>
    internal WeightedMean MetricMean => hasOutputs && hasTargets
        ? EvaluateMetric()
        : throw new InvalidOperationException("There is no metric: call Forward first; it did not run, it failed, or a Predict came after it.");

    /// <summary>The loss of the last <see cref="Forward(SequenceBatch{TInput, TTarget}, bool)"/> with what it weighs.</summary>
    internal WeightedMean LossMean { get; private set; }

    /// <summary>What dropout masks are drawn from, together with <see cref="Iteration"/>.</summary>
    public ulong DropoutSeed { get; set; }

    /// <summary>The counter of dropout masks; one more with every training <see cref="Forward(SequenceBatch{TInput, TTarget}, bool)"/>. Set it to repeat or to resume a training.</summary>
    public long Iteration { get; set; }

    /// <summary>Whether the current forward keeps the tape and drops out.</summary>
    protected bool Training { get; private set; }

    /// <summary>The <see cref="Iteration"/> of the current forward and its backward.</summary>
    protected long MaskIteration { get; private set; }

    /// <summary>The phases of a backward; they are numbered after those of the forward.</summary>
    protected abstract int BackwardPhases { get; }

    /// <summary>The gradients of <see cref="PredictionRun{T, TInput}.OutputRows"/>.</summary>
    protected abstract Span<T> OutputGradientRows { get; }

    /// <summary>The gradient buffer, for the layers to add to.</summary>
    protected ref T Gradient(int offset) => ref Unsafe.Add(ref gradients.Reference, offset);

    /// <summary>Adds numbers to others: to[i] += from[i].</summary>
    protected static void Add(ref T from, int count, ref T to) =>
        TensorPrimitives.Add(MemoryMarshal.CreateSpan(ref to, count), MemoryMarshal.CreateSpan(ref from, count), MemoryMarshal.CreateSpan(ref to, count));

    /// <summary>
    /// The end of the time steps from <paramref name="timeStep"/> on whose rows, and those of whose previous states, follow each other without a gap.
    /// </summary>
    protected int EndOfEvenSteps(int timeStep) => EndOfEvenSteps(0, Batch, timeStep);

    /// <summary>The gradient of <see cref="PredictionRun{T, TInput}.TakeLastSteps"/>: dx is dy at the last time steps and zero elsewhere.</summary>
    protected void SpreadLastSteps(int first, int last, int size, ref T dy, ref T dx)
    {
        for (int t = 0; t < TimeSteps; t++)
        {
            for (int b = first; b < Math.Min(last, BatchSize(t)); b++)
            {
                Span<T> row = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref dx, RowOf(t, b) * size), size);
                if (t == Packed.Lengths[b] - 1)
                {
                    MemoryMarshal.CreateSpan(ref Unsafe.Add(ref dy, b * size), size).CopyTo(row);
                }
                else
                {
                    row.Clear();
                }
            }
        }
    }

    private ReadOnlySpan<TTarget> PackedTargets => targets.Span[..targetCount];

    private LossRows<T, TTarget> LossRows => new()
    {
        Outputs = OutputRows[(firstLossRow * Info.OutputSize)..],
        OutputSize = Info.OutputSize,
        Targets = PackedTargets[(firstLossRow * Info.TargetSize)..],
        Lengths = OutputSequences.Lengths,
        RowStarts = Info.Loss.AlignsTargets ? OutputSequences.RowStarts : [],
        TargetLengths = TargetLengths,
    };

    /// <summary>Where the gradient of the loss goes; nowhere outside training.</summary>
    private Span<T> LossGradients => Training ? OutputGradientRows[(firstLossRow * Info.OutputSize)..] : [];

    /// <summary>Computes the mean loss of a batch.</summary>
    /// <param name="batch">The sequences and their targets.</param>
    /// <param name="training">Drops out, and keeps what <see cref="Backward()"/> needs.</param>
    /// <returns>The mean over target rows (cross-entropy: divided by the sum of their weights), or over all outputs of all target rows, or over sequences (CTC).</returns>
    /// <exception cref="ArgumentException">A size is wrong, there is no target, a token or a class does not exist, or the loss does not take a target.</exception>
    public T Forward(SequenceBatch<TInput, TTarget> batch, bool training)
    {
        BeginForward(batch);
        return ComputeLoss(training);
    }

    private void BeginForward(SequenceBatch<TInput, TTarget> batch, bool inTimeOrder = false)
    {
        Begin(batch.Layout, inTimeOrder);
        if (!Info.LastStepOnly && CallerOutputRows > OutputSequences.MaxRows)
        {
            throw new ArgumentException(
                $"The batch has {CallerOutputRows} rows of Outputs, those of padding among them; this run was created for at most {OutputSequences.MaxRows}. Make it for more time steps, or leave the padding out.", nameof(batch));
        }

        PackTargets(batch);
    }

    private T ComputeLoss(bool training)
    {
        StartLoss(training);
        return Finish();
    }

    private void StartLoss(bool training)
    {
        hasTargets = true;
        Training = training;
        sumsLossByBundle = HasBundles && loss.IsSumOfNumbers && firstLossRow == 0;
        Compute();
        if (training)
        {
            Iteration++;
        }
    }

    /// <summary>Back-propagates the last training <see cref="Forward(SequenceBatch{TInput, TTarget}, bool)"/>'s loss through all time steps; overwrites <see cref="Gradients"/>.</summary>
    /// <exception cref="InvalidOperationException">There was no <see cref="Forward(SequenceBatch{TInput, TTarget}, bool)"/> with <c>training: true</c> since the last call.</exception>
    public void Backward()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        CheckTape();
        hasTape = false;
        long start = Sharing.Now;
        for (int phase = 0; phase < BackwardPhases; phase++)
        {
            RunPhase(ForwardPhases + phase);
        }

        Sharing.Spent(start, back: true);

        hasGradients = true;
        beganWithFinalGradients = HasFinalGradients;
    }

    private void CheckTape()
    {
        if (!hasTape)
        {
            throw new InvalidOperationException("Backward needs a Forward with training: true directly before it.");
        }
    }

    /// <inheritdoc/>
    private protected override void Forget()
    {
        hasTape = hasGradients = hasOutputs = hasTargets = Training = sumsLossByBundle = IsPrepared = false;
        firstLossRow = 0;
    }

    /// <inheritdoc/>
    private protected override void Compute()
    {
        MaskIteration = Iteration;
        base.Compute();
        hasTape = Training;
        hasOutputs = true;
    }

    /// <inheritdoc/>
    private protected override void ExecuteOther(int phase, int part)
    {
        if (phase == TargetPhase)
        {
            GatherTargets(part);
        }
        else
        {
            loss.EvaluatePart(part, LossRows, LossGradients);
        }
    }
}

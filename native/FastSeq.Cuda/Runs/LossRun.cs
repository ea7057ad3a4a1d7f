using System.Numerics;

namespace FastSeq.Cuda;

/// <summary>The loss of a model on the device: targets go up, the gradients by the outputs are written where they are needed, and only two sums come down.</summary>
/// <typeparam name="T">What the model computes in.</typeparam>
abstract class LossRun<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The threads of a block, and of a warp.</summary>
    protected const int MostThreads = 256, Warp = 32;

    /// <summary>The terms that the threads of a block add up.</summary>
    protected const int Block = 1024;

    readonly CudaKernel sumPairs;
    readonly DevicePointer sums;
    readonly double[] numbers = new double[2];

    // Of the batch that went up last, and of the one whose sums are computed.
    LossWeights givenWeights, weights;

    /// <summary>Takes the memory.</summary>
    /// <param name="context">What the layers share.</param>
    /// <param name="terms">The most pairs of loss and metric.</param>
    protected LossRun(RunContext context, long terms)
    {
        Context = context;
        sumPairs = context.Queue.Kernel("sum_pairs");
        Pairs = AllocatePairs(terms);

        // The sums of blocks of pairs, then their sum.
        sums = AllocatePairs(1 + BlocksOf(terms));
    }

    /// <summary>What the layers share.</summary>
    protected RunContext Context { get; }

    /// <summary>Where kernels write loss and metric of each term.</summary>
    protected DevicePointer Pairs { get; }

    /// <summary>The loss of a model.</summary>
    /// <param name="context">What the layers share.</param>
    /// <param name="maxRows">The most rows of outputs.</param>
    public static LossRun<T> Create(RunContext context, int maxRows) => context.Info.Loss is CtcLoss labels ? new CtcRun<T>(context, labels) : new RowLossRun<T>(context, maxRows);

    /// <summary>Takes the targets of the rows that have a loss.</summary>
    /// <param name="given">The targets.</param>
    /// <param name="lengths">The labels of each sequence, where they have no places in time.</param>
    /// <param name="ofGiven">What the sums are divided by.</param>
    public void Take<TTarget>(ReadOnlySpan<TTarget> given, ReadOnlySpan<int> lengths, LossWeights ofGiven)
        where TTarget : unmanaged
    {
        givenWeights = ofGiven;
        Upload(given, lengths, ofGiven);
    }

    /// <summary>The targets that were taken last are those of the batch whose sums are computed from here on.</summary>
    public void Begin() => weights = givenWeights;

    /// <summary>Computes the two sums, and the gradients by the outputs.</summary>
    /// <param name="firstRow">The first row that has a loss.</param>
    /// <param name="rows">The rows from the first of all on.</param>
    /// <param name="outputs">The outputs of all rows.</param>
    /// <param name="gradients">Overwritten: the gradients by them; or nowhere.</param>
    public abstract void Launch(int firstRow, int rows, DevicePointer outputs, DevicePointer gradients);

    /// <summary>Waits for the sums.</summary>
    public (WeightedMean Loss, WeightedMean Metric) Read()
    {
        Context.Queue.Download<double>(sums, numbers);
        return (new WeightedMean(weights.Loss == 0 ? 0 : numbers[0], weights.Loss), new WeightedMean(numbers[1], weights.Metric));
    }

    /// <summary>The blocks that so many terms make.</summary>
    protected static long BlocksOf(long count) => (count + Block - 1) / Block;

    /// <summary>A block of threads a row; one warp where a row is short.</summary>
    protected static int ThreadsOf(int classes) => Math.Min(MostThreads, (classes + Warp - 1) / Warp * Warp);

    /// <summary>Brings the targets up.</summary>
    protected abstract void Upload<TTarget>(ReadOnlySpan<TTarget> given, ReadOnlySpan<int> lengths, LossWeights ofGiven)
        where TTarget : unmanaged;

    /// <summary>Adds up the pairs.</summary>
    protected void AddUp(long count)
    {
        DevicePointer from = Pairs;
        if (count > Block)
        {
            from = sums + (2 * sizeof(double));
            Context.Queue.LaunchRows(sumPairs, BlocksOf(count), MostThreads, BlocksOf(count), Block, count, Pairs, from);
            count = BlocksOf(count);
        }

        Context.Queue.LaunchRows(sumPairs, 1, MostThreads, 1, count, count, from, sums);
    }

    DevicePointer AllocatePairs(long count) => Context.Memory.AllocateIntegers(4 * count);
}

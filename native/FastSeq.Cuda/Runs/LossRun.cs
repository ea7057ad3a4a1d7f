using System.Numerics;

namespace FastSeq.Cuda;

/// <summary>The loss of a model on the device: targets go up, the gradients by the outputs are written where they are needed, and only two sums come down.</summary>
/// <typeparam name="T">What the model computes in.</typeparam>
sealed class LossRun<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The terms that the threads of a block add up.</summary>
    const int Block = 1024;
    const int MostThreads = 256, Warp = 32;

    readonly RunContext context;
    readonly LossFunction function;
    readonly CudaKernel sumPairs, work;
    readonly BatchMemory targets, scale;
    readonly DevicePointer options, pairs, sums;
    readonly double[] numbers = new double[2];
    readonly double weightSum;
    readonly int optionCount;

    // Of the batch that went up last, and of the one whose sums are computed.
    LossWeights givenWeights, weights;

    /// <summary>Takes the memory.</summary>
    /// <param name="context">What the layers share.</param>
    /// <param name="maxRows">The most rows of outputs.</param>
    public LossRun(RunContext context, int maxRows)
    {
        this.context = context;
        function = context.Info.Loss;
        sumPairs = context.Queue.Kernel("sum_pairs");
        work = context.Queue.Kernel(function is CrossEntropyLoss ? "class_rows" : "number_loss");
        long terms = function is CrossEntropyLoss ? maxRows : BlocksOf((long)maxRows * context.Info.OutputSize);
        targets = function is CrossEntropyLoss ? context.Batches.AllocateIntegers(maxRows) : context.Batches.Allocate(maxRows, context.Info.TargetSize);
        pairs = AllocatePairs(terms);

        // The sums of blocks of pairs, then their sum.
        sums = AllocatePairs(1 + BlocksOf(terms));
        scale = context.Batches.AllocateIntegers(2);
        ReadOnlySpan<float> given = function switch
        {
            CrossEntropyLoss loss => loss.ClassWeights.AsSpan(),
            BinaryCrossEntropyLoss loss => loss.PositiveWeights.AsSpan(),
            QuantileLoss loss => loss.Quantiles.AsSpan(),
            _ => [],
        };
        optionCount = given.Length;
        weightSum = given.IsEmpty ? context.Info.OutputSize : 0;
        if (given.IsEmpty) return;
        var row = new T[given.Length];
        for (int index = 0; index < row.Length; index++)
        {
            row[index] = T.CreateChecked(given[index]);
            weightSum += given[index];
        }

        options = context.Memory.Allocate(1, row.Length);
        context.Queue.Upload<T>(row, options);
    }

    /// <summary>Whether the loss of a model is computed on the device: all are but that of labels without places in time.</summary>
    public static bool Computes(LossFunction loss) => loss.Kind != LossKind.Ctc;

    /// <summary>Takes the targets of the rows that have a loss.</summary>
    public void Take<TTarget>(ReadOnlySpan<TTarget> given, LossWeights ofGiven)
        where TTarget : unmanaged
    {
        givenWeights = ofGiven;
        context.Batches.Upload(given, targets);
        if (function is not CrossEntropyLoss) return;
        numbers[0] = ofGiven.Loss == 0 ? 0 : 1 / ofGiven.Loss;
        context.Batches.Upload<double>(numbers.AsSpan(0, 1), scale);
    }

    /// <summary>The targets that were taken last are those of the batch whose sums are computed from here on.</summary>
    public void Begin() => weights = givenWeights;

    /// <summary>Computes the two sums, and the gradients by the outputs.</summary>
    /// <param name="firstRow">The first row that has a loss.</param>
    /// <param name="rows">The rows from the first of all on.</param>
    /// <param name="outputs">The outputs of all rows.</param>
    /// <param name="gradients">Overwritten: the gradients by them; or nowhere.</param>
    public void Launch(int firstRow, int rows, DevicePointer outputs, DevicePointer gradients)
    {
        int size = context.Info.OutputSize;
        long before = (long)firstRow * size, count = ((long)rows * size) - before;
        DevicePointer y = context.At(outputs, before), dy = gradients;
        if (gradients != default)
        {
            context.Clear(gradients, firstRow, size);
            dy = context.At(gradients, before);
        }

        if (function is CrossEntropyLoss loss)
        {
            context.Queue.LaunchRows(
                work, rows - firstRow, ThreadsOf(size), rows - firstRow, size, loss.IgnoreIndex is null ? 0 : 1, loss.IgnoreIndex ?? 0, (double)loss.LabelSmoothing, weightSum, scale.Pointer, targets.Pointer, options,
                y, dy, pairs);
            AddUp(rows - firstRow);
            return;
        }

        int sharing = size / context.Info.TargetSize, counted = function is QuantileLoss quantiles ? quantiles.NearestToMedian : 0;
        double delta = function is HuberLoss huber ? huber.Delta : 0;
        context.Queue.LaunchRows(
            work, BlocksOf(count), MostThreads, (int)function.Kind, BlocksOf(count), Block, count, sharing, counted, optionCount, delta, 1.0 / count, options, y, targets.Pointer, dy, pairs);
        AddUp(BlocksOf(count));
    }

    /// <summary>Waits for the sums.</summary>
    public (WeightedMean Loss, WeightedMean Metric) Read()
    {
        context.Queue.Download<double>(sums, numbers);
        return (new WeightedMean(weights.Loss == 0 ? 0 : numbers[0], weights.Loss), new WeightedMean(numbers[1], weights.Metric));
    }

    static long BlocksOf(long count) => (count + Block - 1) / Block;

    /// <summary>A block of threads a row; one warp where a row is short.</summary>
    static int ThreadsOf(int classes) => Math.Min(MostThreads, (classes + Warp - 1) / Warp * Warp);

    DevicePointer AllocatePairs(long count) => context.Memory.AllocateIntegers(4 * count);

    void AddUp(long count)
    {
        DevicePointer from = pairs;
        if (count > Block)
        {
            from = sums + (2 * sizeof(double));
            context.Queue.LaunchRows(sumPairs, BlocksOf(count), MostThreads, BlocksOf(count), Block, count, pairs, from);
            count = BlocksOf(count);
        }

        context.Queue.LaunchRows(sumPairs, 1, MostThreads, 1, count, count, from, sums);
    }
}

using System.Numerics;

namespace FastSeq.Cuda;

/// <summary>A loss that is a sum of terms of rows or numbers (Losses.cu): all but that of labels without places in time.</summary>
/// <typeparam name="T">What the model computes in.</typeparam>
sealed class RowLossRun<T> : LossRun<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly LossFunction function;
    readonly CudaKernel work;
    readonly BatchMemory targets, scale;
    readonly DevicePointer options;
    readonly double[] numbers = new double[1];
    readonly double weightSum;
    readonly int optionCount;

    /// <summary>Takes the memory.</summary>
    /// <param name="context">What the layers share.</param>
    /// <param name="maxRows">The most rows of outputs.</param>
    public RowLossRun(RunContext context, int maxRows)
        : base(context, context.Info.Loss is CrossEntropyLoss ? maxRows : BlocksOf((long)maxRows * context.Info.OutputSize))
    {
        function = context.Info.Loss;
        work = context.Queue.Kernel(function is CrossEntropyLoss ? "class_rows" : "number_loss");
        targets = function is CrossEntropyLoss ? context.Batches.AllocateIntegers(maxRows) : context.Batches.Allocate(maxRows, context.Info.TargetSize);
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

    /// <inheritdoc/>
    public override void Launch(int firstRow, int rows, DevicePointer outputs, DevicePointer gradients)
    {
        int size = Context.Info.OutputSize;
        long before = (long)firstRow * size, count = ((long)rows * size) - before;
        DevicePointer y = Context.At(outputs, before), dy = gradients;
        if (gradients != default)
        {
            Context.Clear(gradients, firstRow, size);
            dy = Context.At(gradients, before);
        }

        if (function is CrossEntropyLoss loss)
        {
            Context.Queue.LaunchRows(
                work, rows - firstRow, ThreadsOf(size), rows - firstRow, size, loss.IgnoreIndex is null ? 0 : 1, loss.IgnoreIndex ?? 0, (double)loss.LabelSmoothing, weightSum, scale.Pointer, targets.Pointer, options,
                y, dy, Pairs);
            AddUp(rows - firstRow);
            return;
        }

        int sharing = size / Context.Info.TargetSize, counted = function is QuantileLoss quantiles ? quantiles.NearestToMedian : 0;
        double delta = function is HuberLoss huber ? huber.Delta : 0;
        Context.Queue.LaunchRows(
            work, BlocksOf(count), MostThreads, (int)function.Kind, BlocksOf(count), Block, count, sharing, counted, optionCount, delta, 1.0 / count, options, y, targets.Pointer, dy, Pairs);
        AddUp(BlocksOf(count));
    }

    /// <inheritdoc/>
    protected override void Upload<TTarget>(ReadOnlySpan<TTarget> given, ReadOnlySpan<int> lengths, LossWeights ofGiven)
    {
        Context.Batches.Upload(given, targets);
        if (function is not CrossEntropyLoss) return;
        numbers[0] = ofGiven.Loss == 0 ? 0 : 1 / ofGiven.Loss;
        Context.Batches.Upload<double>(numbers, scale);
    }
}

using System.Numerics;
using System.Runtime.InteropServices;

namespace FastSeq.Cuda;

/// <summary>The loss of labels without places in time on the device (Ctc.cu): a block of threads a sequence, each with memory of its own for the paths.</summary>
/// <typeparam name="T">What the model computes in.</typeparam>
sealed class CtcRun<T> : LossRun<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly CtcLoss function;
    readonly CudaKernel rowsKernel, sequencesKernel;
    readonly LevelRows level;
    readonly BatchMemory targets;
    readonly DevicePointer logSums, best, numbers, integers;
    readonly int[] table;
    readonly int maxLabels, blocks;

    /// <summary>Takes the memory.</summary>
    /// <param name="context">What the layers share.</param>
    /// <param name="function">The loss.</param>
    public CtcRun(RunContext context, CtcLoss function)
        : base(context, context.MaxBatch)
    {
        this.function = function;
        rowsKernel = context.Queue.Kernel("ctc_rows");
        sequencesKernel = context.Queue.Kernel("ctc_sequences");
        level = context.Levels[^1];
        maxLabels = context.Levels[0].Packed.MaxTimeSteps;
        long maxRows = level.Packed.MaxRows, steps = level.Packed.MaxTimeSteps;

        // Where the labels of each sequence begin and where the last end, then the labels.
        table = new int[checked(context.MaxBatch + 1 + context.Levels[0].Packed.MaxRows)];
        targets = context.Batches.AllocateIntegers(table.Length);
        logSums = context.Memory.AllocateBytes(maxRows * sizeof(double));
        best = context.Memory.AllocateIntegers(maxRows);

        // As CTC_NUMBERS and CTC_INTEGERS say.
        long numbersOfBlock = checked((steps * (steps + 1)) + (3 * ((2 * steps) + 1))), integersOfBlock = steps + (2L * maxLabels) + (3 * (steps + 1));
        blocks = (int)Math.Clamp(context.Queue.Device.MostCtcBytes / ((numbersOfBlock * sizeof(double)) + (integersOfBlock * sizeof(int))), 1, context.MaxBatch);
        numbers = context.Memory.AllocateBytes(checked(blocks * numbersOfBlock * sizeof(double)));
        integers = context.Memory.AllocateIntegers(blocks * integersOfBlock);
    }

    /// <inheritdoc/>
    public override void Launch(int firstRow, int rows, DevicePointer outputs, DevicePointer gradients)
    {
        int classes = Context.Info.OutputSize;
        DevicePointer labels = targets.Pointer + ((Context.MaxBatch + 1L) * sizeof(int));
        Context.Queue.LaunchRows(rowsKernel, level.Rows, ThreadsOf(classes), level.Rows, classes, level.Batch, level.Sequences, targets.Pointer, outputs, gradients, logSums, best);
        Context.Queue.LaunchRows(
            sequencesKernel,
            Math.Min(blocks, level.Batch),
            MostThreads,
            level.Batch,
            classes,
            function.Blank,
            function.ZeroInfinity ? 1 : 0,
            level.Packed.MaxTimeSteps,
            maxLabels,
            level.Starts,
            level.Lengths,
            targets.Pointer,
            labels,
            outputs,
            gradients,
            logSums,
            best,
            numbers,
            integers,
            Pairs);
        AddUp(level.Batch);
    }

    /// <inheritdoc/>
    protected override void Upload<TTarget>(ReadOnlySpan<TTarget> given, ReadOnlySpan<int> lengths, LossWeights ofGiven)
    {
        for (int b = 0; b < lengths.Length; b++) table[b + 1] = table[b] + lengths[b];
        MemoryMarshal.Cast<TTarget, int>(given).CopyTo(table.AsSpan(Context.MaxBatch + 1));
        Context.Batches.Upload<int>(table.AsSpan(0, Context.MaxBatch + 1 + given.Length), targets);
    }
}

using System.Numerics;
using System.Runtime.InteropServices;

namespace FastSeq.Cuda;

/// <summary>A batch of made-up data that a model takes: all sequences of the same length, other numbers each.</summary>
/// <typeparam name="T">What the model computes in.</typeparam>
/// <typeparam name="TInput">What a sequence consists of.</typeparam>
/// <typeparam name="TTarget">What the model learns.</typeparam>
sealed class StepData<T, TInput, TTarget>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    readonly TInput[] inputs;
    readonly TTarget[] targets;
    readonly int[] lengths, targetLengths;

    /// <summary>Makes the data.</summary>
    public StepData(ModelInfo info, StepSize size)
    {
        int rows = info.LastStepOnly ? size.Batch : size.Batch * info.OutputSteps(size.TimeSteps);
        OutputNumbers = rows * info.OutputSize;
        inputs = new TInput[size.Batch * size.TimeSteps * info.InputSize];
        lengths = [.. Enumerable.Repeat(size.TimeSteps, size.Batch)];
        targetLengths = info.Loss.AlignsTargets ? [.. Enumerable.Repeat(1, size.Batch)] : [];
        targets = new TTarget[info.Loss.AlignsTargets ? size.Batch : rows * info.TargetSize];
        var random = new Random(1);
        if (typeof(TInput) == typeof(int))
        {
            foreach (ref int token in MemoryMarshal.Cast<TInput, int>(inputs.AsSpan())) token = random.Next(info.Vocabulary);
        }
        else
        {
            Span<T> numbers = MemoryMarshal.Cast<TInput, T>(inputs.AsSpan());
            foreach (ref T number in numbers) number = T.CreateTruncating((2 * random.NextDouble()) - 1);

            // Features that are tokens: the first one.
            foreach (TokenColumn column in info.TokenColumns)
            {
                for (int row = 0; row < size.Batch * size.TimeSteps; row++) numbers[(row * info.InputSize) + column.Column] = T.Zero;
            }
        }

        if (typeof(TTarget) == typeof(int))
        {
            // Every loss of classes takes some: all but the blank, for instance.
            int[] classes = [.. Enumerable.Range(0, info.OutputSize).Where(number => info.Loss.IndexOfWrong([number], info.OutputSize) < 0)];
            foreach (ref int target in MemoryMarshal.Cast<TTarget, int>(targets.AsSpan())) target = classes[random.Next(classes.Length)];
        }
        else
        {
            // A probability, too.
            MemoryMarshal.Cast<TTarget, T>(targets.AsSpan()).Fill(T.CreateTruncating(0.5));
        }
    }

    /// <summary>The numbers of all outputs.</summary>
    public int OutputNumbers { get; }

    /// <summary>The inputs of all sequences.</summary>
    public ReadOnlySpan<TInput> Inputs => inputs;

    /// <summary>The time steps of each sequence.</summary>
    public ReadOnlySpan<int> Lengths => lengths;

    /// <summary>The sequences with their targets.</summary>
    public SequenceBatch<TInput, TTarget> Batch => new(inputs, lengths, targets, targetLengths);
}

using System.Numerics;
using System.Runtime.InteropServices;

namespace FastSeq.Cuda;

/// <summary>A batch of made-up data that a model takes: sequences of given lengths, of numbers that look random and repeat.</summary>
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
    readonly int[] lengths, targetLengths = [];

    /// <summary>Makes the data.</summary>
    /// <param name="info">The facts of the model.</param>
    /// <param name="lengths">The time steps of each sequence.</param>
    public StepData(ModelInfo info, int[] lengths)
    {
        this.lengths = lengths;
        int rows = info.LastStepOnly ? lengths.Length : lengths.Sum(info.OutputSteps);
        OutputNumbers = rows * info.OutputSize;
        bool aligns = info.Loss.AlignsTargets;

        // Labels that follow each other may be equal: then a blank stands between them, and two of them need three time steps.
        if (aligns) targetLengths = [.. lengths.Select(info.OutputSteps).Select(steps => steps == 0 ? 0 : Math.Max(1, (steps + 1) / 3))];
        inputs = new TInput[lengths.Sum() * info.InputSize];
        targets = new TTarget[aligns ? targetLengths.Sum() : rows * info.TargetSize];
        var random = new Random(1 + lengths.Length);
        FillInputs(info, random);
        FillTargets(info, random);
    }

    /// <summary>The numbers of all outputs.</summary>
    public int OutputNumbers { get; }

    /// <summary>The inputs of all sequences.</summary>
    public ReadOnlySpan<TInput> Inputs => inputs;

    /// <summary>The time steps of each sequence.</summary>
    public ReadOnlySpan<int> Lengths => lengths;

    /// <summary>The sequences with their targets.</summary>
    public SequenceBatch<TInput, TTarget> Batch => new(inputs, lengths, targets, targetLengths);

    void FillInputs(ModelInfo info, Random random)
    {
        if (typeof(TInput) == typeof(int))
        {
            foreach (ref int token in MemoryMarshal.Cast<TInput, int>(inputs.AsSpan())) token = random.Next(info.Vocabulary);
            return;
        }

        Span<T> numbers = MemoryMarshal.Cast<TInput, T>(inputs.AsSpan());
        foreach (ref T number in numbers) number = T.CreateTruncating((2 * random.NextDouble()) - 1);
        foreach (TokenColumn column in info.TokenColumns)
        {
            for (int i = column.Column; i < numbers.Length; i += info.InputSize) numbers[i] = T.CreateTruncating(random.Next(column.Vocabulary));
        }
    }

    void FillTargets(ModelInfo info, Random random)
    {
        if (typeof(TTarget) == typeof(int))
        {
            // Every loss of classes takes some: all but the blank, for instance.
            int[] classes = [.. Enumerable.Range(0, info.OutputSize).Where(number => info.Loss.IndexOfWrong([number], info.OutputSize) < 0)];
            foreach (ref int target in MemoryMarshal.Cast<TTarget, int>(targets.AsSpan())) target = classes[random.Next(classes.Length)];
        }
        else
        {
            // Probabilities, too.
            foreach (ref T target in MemoryMarshal.Cast<TTarget, T>(targets.AsSpan())) target = T.CreateTruncating(random.NextDouble());
        }
    }
}

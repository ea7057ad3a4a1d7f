using System.Numerics;
using System.Runtime.InteropServices;

namespace FastSeq.Cuda.Benchmarks.Check;

/// <summary>A batch of sequences of given lengths, of numbers that look random and repeat.</summary>
sealed class CheckData<T, TInput, TTarget>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    readonly TInput[] inputs;
    readonly TTarget[] targets;
    readonly int[] lengths, targetLengths = [];

    public CheckData(ModelInfo info, int[] lengths)
    {
        this.lengths = lengths;
        var random = new Random(1 + lengths.Length);
        bool aligns = info.Loss.Kind == LossKind.Ctc;
        if (aligns) targetLengths = [.. lengths.Select(length => (length + 1) / 3)];
        int rows = info.LastStepOnly ? lengths.Length : lengths.Sum(info.OutputSteps);
        inputs = new TInput[lengths.Sum() * info.InputSize];
        targets = new TTarget[aligns ? targetLengths.Sum() : rows * info.TargetSize];
        if (typeof(TInput) == typeof(int))
        {
            Fill(MemoryMarshal.Cast<TInput, int>(inputs.AsSpan()), 0, info.Vocabulary);
        }
        else
        {
            Span<T> numbers = MemoryMarshal.Cast<TInput, T>(inputs.AsSpan());
            for (int i = 0; i < numbers.Length; i++)
            {
                int feature = i % info.InputSize;
                double token = info.TokenColumns.Where(column => column.Column == feature).Select(column => (double)random.Next(column.Vocabulary)).DefaultIfEmpty(double.NaN).First();
                numbers[i] = T.CreateTruncating(double.IsNaN(token) ? (2 * random.NextDouble()) - 1 : token);
            }
        }

        if (typeof(TTarget) == typeof(int))
        {
            // Label 0 of CTC is the blank.
            Fill(MemoryMarshal.Cast<TTarget, int>(targets.AsSpan()), aligns ? 1 : 0, info.OutputSize);
        }
        else
        {
            foreach (ref T target in MemoryMarshal.Cast<TTarget, T>(targets.AsSpan())) target = T.CreateTruncating(random.NextDouble());
        }

        void Fill(Span<int> numbers, int least, int end)
        {
            foreach (ref int number in numbers) number = random.Next(least, end);
        }
    }

    /// <summary>The sequences with their targets.</summary>
    public SequenceBatch<TInput, TTarget> Batch => new(inputs, lengths, targets, targetLengths);
}

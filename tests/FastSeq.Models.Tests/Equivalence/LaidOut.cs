using System.Numerics;
using Xunit;

namespace FastSeq.Tests.Equivalence;

/// <summary>The sequences of a batch as they lie in memory in another way: with holes, to be read by a mask; or packed. What does not count is filled with what a model must not see.</summary>
public sealed class LaidOut<T, TInput, TTarget>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    private readonly TestBatch<T, TInput, TTarget> _batch;
    private readonly int _outputSize;
    private readonly bool _isPerSequence;
    private readonly int[] _places;

    private LaidOut(TestBatch<T, TInput, TTarget> batch, ModelInfo info, int rows, int[] places)
    {
        _batch = batch;
        _outputSize = info.OutputSize;
        _isPerSequence = info.LastStepOnly;
        _places = places;
        Rows = rows;
        Inputs = new TInput[rows * batch.StepSize];
        Inputs.AsSpan().Fill(Unseen<TInput>());
        for (int step = 0; step < places.Length; step++)
        {
            batch.Inputs.AsSpan(step * batch.StepSize, batch.StepSize).CopyTo(Inputs.AsSpan(places[step] * batch.StepSize));
        }

        Targets = batch.Targets;
        if (!info.LastStepOnly && batch.TargetLengths.Length == 0)
        {
            Targets = new TTarget[rows * batch.TargetSize];
            Targets.AsSpan().Fill(Unseen<TTarget>());
            for (int step = 0; step < places.Length; step++)
            {
                batch.Targets.AsSpan(step * batch.TargetSize, batch.TargetSize).CopyTo(Targets.AsSpan(places[step] * batch.TargetSize));
            }
        }
    }

    /// <summary>The time steps, padding among them.</summary>
    public int Rows { get; }

    public TInput[] Inputs { get; }

    public TTarget[] Targets { get; }

    public bool[] Mask { get; private init; } = [];

    public int[] BatchSizes { get; private init; } = [];

    public int[] SortedIndices { get; private init; } = [];

    /// <summary>The sequences as a run takes them.</summary>
    public SequenceInputs<TInput> Sequences => Mask.Length > 0
        ? SequenceInputs.Masked<TInput>(Inputs, Mask, _batch.Lengths.Length)
        : SequenceInputs.Packed<TInput>(Inputs, BatchSizes, SortedIndices);

    /// <summary>The batch as a run takes it.</summary>
    public SequenceBatch<TInput, TTarget> Sequence => new(Sequences, Targets, _batch.TargetLengths);

    /// <summary>Rows of a given number of time steps: the first sequence stands on the left, the second on the right, others have holes.</summary>
    public static LaidOut<T, TInput, TTarget> Masked(TestBatch<T, TInput, TTarget> batch, ModelInfo info, int steps)
    {
        var mask = new bool[batch.Lengths.Length * steps];
        for (int b = 0; b < batch.Lengths.Length; b++)
        {
            int[] order = [.. Enumerable.Range(0, steps)];
            if (b % 4 == 1)
            {
                Array.Reverse(order);
            }
            else if (b % 4 != 0)
            {
                new Random(b).Shuffle(order);
            }

            foreach (int step in order[..batch.Lengths[b]])
            {
                mask[(b * steps) + step] = true;
            }
        }

        return new(batch, info, mask.Length, [.. Enumerable.Range(0, mask.Length).Where(place => mask[place])]) { Mask = mask };
    }

    /// <summary>As PyTorch's <c>pack_padded_sequence(enforce_sorted=False)</c> lays out sequences that all have a time step.</summary>
    public static LaidOut<T, TInput, TTarget> Packed(TestBatch<T, TInput, TTarget> batch, ModelInfo info)
    {
        int[] lengths = batch.Lengths, sorted = [.. Enumerable.Range(0, lengths.Length).OrderByDescending(b => lengths[b])];
        int[] sizes = [.. Enumerable.Range(0, lengths.Max()).Select(t => lengths.Count(length => length > t))];
        int[] places = [.. lengths.SelectMany((length, b) => Enumerable.Range(0, length).Select(t => sizes[..t].Sum() + Array.IndexOf(sorted, b)))];
        return new(batch, info, places.Length, places) { BatchSizes = sizes, SortedIndices = sorted };
    }

    /// <summary>Memory for the outputs, filled with what must not stay.</summary>
    public T[] NewOutputs()
    {
        var outputs = new T[(_isPerSequence ? _batch.Lengths.Length : Rows) * _outputSize];
        outputs.AsSpan().Fill(T.NaN);
        return outputs;
    }

    /// <summary>The outputs of the time steps that count, in the order of the batch; the others must be zeros.</summary>
    public T[] Take(ReadOnlySpan<T> outputs)
    {
        if (_isPerSequence)
        {
            return outputs.ToArray();
        }

        T[] rest = outputs.ToArray();
        var taken = new T[_places.Length * _outputSize];
        for (int step = 0; step < _places.Length; step++)
        {
            Span<T> row = rest.AsSpan(_places[step] * _outputSize, _outputSize);
            row.CopyTo(taken.AsSpan(step * _outputSize));
            row.Clear();
        }

        Assert.All(rest, number => Assert.Equal(T.Zero, number));
        return taken;
    }

    private static TValue Unseen<TValue>() => typeof(TValue) == typeof(int) ? (TValue)(object)-1_000_000 : (TValue)(object)T.NaN;
}

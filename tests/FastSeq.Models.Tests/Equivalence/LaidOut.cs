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
    private readonly int[] _outputPlaces;
    private readonly int _outputRows;

    /// <param name="batch">The batch.</param>
    /// <param name="info">The model.</param>
    /// <param name="inputs">Where each time step lies, and among how many.</param>
    /// <param name="outputs">Where each row of outputs lies, where there is one a time step.</param>
    private LaidOut(TestBatch<T, TInput, TTarget> batch, ModelInfo info, (int[] Places, int Rows) inputs, (int[] Places, int Rows) outputs)
    {
        _batch = batch;
        _outputSize = info.OutputSize;
        _isPerSequence = info.LastStepOnly;
        (_outputPlaces, _outputRows) = outputs;
        (int[] places, int rows) = inputs;
        Inputs = new TInput[rows * batch.StepSize];
        Inputs.AsSpan().Fill(Unseen<TInput>());
        for (int step = 0; step < places.Length; step++)
        {
            batch.Inputs.AsSpan(step * batch.StepSize, batch.StepSize).CopyTo(Inputs.AsSpan(places[step] * batch.StepSize));
        }

        Targets = batch.Targets;
        if (!info.LastStepOnly && batch.TargetLengths.Length == 0)
        {
            Targets = new TTarget[_outputRows * batch.TargetSize];
            Targets.AsSpan().Fill(Unseen<TTarget>());
            for (int row = 0; row < _outputPlaces.Length; row++)
            {
                batch.Targets.AsSpan(row * batch.TargetSize, batch.TargetSize).CopyTo(Targets.AsSpan(_outputPlaces[row] * batch.TargetSize));
            }
        }
    }

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

        (int[] Places, int Rows) inputs = ([.. Enumerable.Range(0, mask.Length).Where(place => mask[place])], mask.Length);
        int outputSteps = info.OutputSteps(steps);
        (int[] Places, int Rows) padded = ([.. batch.Rows.SelectMany((rows, b) => Enumerable.Range(b * outputSteps, rows))], batch.Lengths.Length * outputSteps);

        // Outputs stand where their inputs do; where there are others than inputs, on the left.
        return new(batch, info, inputs, info.TimeChanges.IsEmpty ? inputs : padded) { Mask = mask };
    }

    /// <summary>As PyTorch's <c>pack_padded_sequence(enforce_sorted=False)</c> lays out sequences that all have a time step.</summary>
    public static LaidOut<T, TInput, TTarget> Packed(TestBatch<T, TInput, TTarget> batch, ModelInfo info)
    {
        int[] lengths = batch.Lengths, sorted = [.. Enumerable.Range(0, lengths.Length).OrderByDescending(b => lengths[b])];
        int[] sizes = [.. Enumerable.Range(0, lengths.Max()).Select(t => lengths.Count(length => length > t))];
        return new(batch, info, Places(lengths), Places(batch.Rows)) { BatchSizes = sizes, SortedIndices = sorted };

        (int[] Places, int Rows) Places(int[] rows)
        {
            int[] place = [.. rows.SelectMany((length, b) => Enumerable.Range(0, length).Select(t => rows.Sum(other => Math.Min(other, t)) + Array.IndexOf(sorted, b)))];
            return (place, place.Length);
        }
    }

    /// <summary>Memory for the outputs, filled with what must not stay.</summary>
    public T[] NewOutputs()
    {
        var outputs = new T[(_isPerSequence ? _batch.Lengths.Length : _outputRows) * _outputSize];
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
        var taken = new T[_outputPlaces.Length * _outputSize];
        for (int row = 0; row < _outputPlaces.Length; row++)
        {
            Span<T> numbers = rest.AsSpan(_outputPlaces[row] * _outputSize, _outputSize);
            numbers.CopyTo(taken.AsSpan(row * _outputSize));
            numbers.Clear();
        }

        Assert.All(rest, number => Assert.Equal(T.Zero, number));
        return taken;
    }

    /// <summary>A number, or a token, that a model must not see.</summary>
    public static TValue Unseen<TValue>() => typeof(TValue) == typeof(int) ? (TValue)(object)-1_000_000 : (TValue)(object)T.NaN;
}

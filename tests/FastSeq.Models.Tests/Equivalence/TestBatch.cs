using System.Numerics;
using FastSeq.Cells;
using FastSeq.Tests.Oracles;

namespace FastSeq.Tests.Equivalence;

/// <summary>Sequences of given lengths with made-up inputs and targets: as a model wants them, and as the reference in double wants them.</summary>
public sealed class TestBatch<T, TInput, TTarget>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    public TestBatch(string name, ModelInfo info, params int[] lengths)
    {
        Lengths = lengths;
        Rows = [.. lengths.Select(length => info.LastStepOnly ? 1 : info.OutputSteps(length))];
        int steps = lengths.Sum(), rows = Rows.Sum();
        StepSize = typeof(TInput) == typeof(int) ? 1 : info.InputSize;
        TargetSize = info.TargetSize;
        int[] tokens = info.Vocabulary > 0 ? VectorNumbers.Integers(name + ".tokens", steps, info.Vocabulary) : [];
        T[] features = info.Vocabulary > 0 ? [] : VectorNumbers.Numbers<T>(name + ".features", steps * info.InputSize, 1);
        foreach (TokenColumn column in info.TokenColumns)
        {
            int[] numbers = VectorNumbers.Integers($"{name}.column{column.Column}", steps, column.Vocabulary);
            for (int t = 0; t < steps; t++)
            {
                features[(t * info.InputSize) + column.Column] = T.CreateChecked(numbers[t]);
            }
        }

        bool learnsClasses = typeof(TTarget) == typeof(int);
        int[] labels = learnsClasses ? VectorNumbers.Integers(name + ".labels", rows, info.OutputSize) : [];
        T[] targets = learnsClasses ? [] : VectorNumbers.Numbers<T>(name + ".targets", rows * TargetSize, 1);
        if (info.Loss is CrossEntropyLoss { IgnoreIndex: { } ignored })
        {
            labels = [.. labels.Select((label, i) => i % 3 == 1 ? ignored : label)];
        }
        else if (info.Loss is CtcLoss ctc)
        {
            // Half as many labels as time steps, so that there is a blank for every repetition.
            TargetLengths = [.. Rows.Select(steps => steps / 2)];
            labels = [.. labels.Take(TargetLengths.Sum()).Select(label => label == ctc.Blank ? (label + 1) % info.OutputSize : label)];
        }
        else if (info.Loss is BinaryCrossEntropyLoss)
        {
            targets = [.. targets.Select(t => (t + T.One) / (T.One + T.One))];
        }

        Inputs = (TInput[])(Array)(info.Vocabulary > 0 ? tokens : features);
        Targets = (TTarget[])(Array)(learnsClasses ? labels : targets);

        double[][] featureRows = [.. features.Select(double.CreateChecked).Chunk(info.InputSize)];
        double[][] targetRows = [.. targets.Select(double.CreateChecked).Chunk(TargetSize)];
        int step = 0, row = 0;
        for (int b = 0; b < lengths.Length; b++)
        {
            Sequences.Add(new ReferenceSequence<double>
            {
                Tokens = info.Vocabulary > 0 ? tokens[step..(step + lengths[b])] : [],
                Features = info.Vocabulary > 0 ? [] : featureRows[step..(step + lengths[b])],
                Labels = TargetLengths.Length > 0 ? labels[TargetLengths[..b].Sum()..TargetLengths[..(b + 1)].Sum()] : learnsClasses ? labels[row..(row + Rows[b])] : [],
                Targets = learnsClasses ? [] : targetRows[row..(row + Rows[b])],
            });
            step += lengths[b];
            row += Rows[b];
        }
    }

    public int[] Lengths { get; }

    /// <summary>The rows of outputs of each sequence.</summary>
    public int[] Rows { get; }

    /// <summary>The elements of <see cref="Inputs"/> in a time step.</summary>
    public int StepSize { get; }

    /// <summary>The elements of <see cref="Targets"/> in a row of outputs.</summary>
    public int TargetSize { get; }

    public TInput[] Inputs { get; }

    public TTarget[] Targets { get; }

    /// <summary>The number of labels of each sequence, where the loss spreads them over the time steps.</summary>
    public int[] TargetLengths { get; } = [];

    public List<ReferenceSequence<double>> Sequences { get; } = [];

    /// <summary>The batch as a run takes it.</summary>
    public SequenceBatch<TInput, TTarget> Sequence => new(Inputs, Lengths, Targets, TargetLengths);

    /// <summary>The inputs of one sequence.</summary>
    public ReadOnlySpan<TInput> InputsOf(int b) => Inputs.AsSpan(Lengths[..b].Sum() * StepSize, Lengths[b] * StepSize);

    /// <summary>The targets of one sequence.</summary>
    public ReadOnlySpan<TTarget> TargetsOf(int b) => Targets.AsSpan(Rows[..b].Sum() * TargetSize, Rows[b] * TargetSize);
}

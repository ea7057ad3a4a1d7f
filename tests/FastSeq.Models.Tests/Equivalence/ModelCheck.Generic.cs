using System.Numerics;
using System.Numerics.Tensors;
using System.Reflection;
using System.Runtime.InteropServices;
using FastSeq.Cells;
using FastSeq.Tests.Oracles;
using Xunit;

namespace FastSeq.Tests.Equivalence;

/// <summary>Compares an emitted model with the scalar reference in double on the same weights, and with itself bit for bit.</summary>
public sealed partial class ModelCheck<TModel, T, TInput, TTarget> : ModelCheck
    where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    /// <summary>Of the scale of a tensor: some tens of roundings of the type.</summary>
    private double Tolerance => (typeof(T) == typeof(float) ? 1e-5 : 1e-13) * Magnification;

    private static readonly int[] Ragged = [5, 0, 1, 13, 2, 1, 0, 9];

    private const ulong DropoutSeed = 0x123456789ABCDEF0;

    private const long Iteration = 5;

    private static readonly string Name = typeof(TModel).Name;

    private readonly TModel _model = TModel.Create(seed: 1);
    private readonly ReferenceModel<double> _reference = ReferenceFactory.Make<double>(typeof(TModel));

    public ModelCheck()
    {
        foreach (ReferenceParameter<double> parameter in _reference.Parameters)
        {
            T[] values = VectorNumbers.Numbers<T>($"{Name}.{parameter.Name}", parameter.Values.Length, WeightBound(parameter));
            Info.Parameter(parameter.Name).CopyFrom(values, _model.Parameters);
            values.Select(double.CreateChecked).ToArray().CopyTo(parameter.Values, 0);
        }
    }

    private static ModelInfo Info => TModel.ModelInfo;

    private static int OutputSize => Info.OutputSize;

    public override bool ReadsTokens => Info.Vocabulary > 0;

    public override bool Streams => ReferenceFactory.LayersOf(typeof(TModel)).All(
        layer => layer is not (RecurrentLayerAttribute { Direction: not Direction.Forward } or Conv1dAttribute { Stride: > 1 } or Conv1dAttribute { KernelSize: > 1, Padding: not Padding.Causal }));

    public override void ParametersFillTheBufferOnce()
    {
        Assert.Equal(
            _reference.Parameters.Select(p => $"{p.Name} [{string.Join(", ", p.Shape)}]"),
            Info.Parameters.Select(p => $"{p.Name} [{string.Join(", ", p.Shape)}]"));
        Assert.Equal(_reference.Parameters.Sum(p => (long)p.Values.Length), Info.ParameterCount);
        Assert.Equal(Info.ParameterCount, Convert.ToInt64(Constant("ParameterCount"), null));
        Assert.Equal(Info.BufferLength, _model.Parameters.Length);
        Assert.Equal(_reference.OutputSize, Info.OutputSize);
        Assert.Equal(Info.OutputSize, Convert.ToInt32(Constant("OutputSize"), null));
        Assert.Equal(Info.InputSize, Convert.ToInt32(Constant("InputSize"), null));

        var taken = new bool[Info.BufferLength];
        foreach (ParameterInfo parameter in Info.Parameters)
        {
            for (int row = 0; row < parameter.Layout.Rows; row++)
            {
                for (int column = 0; column < parameter.Layout.Columns; column++)
                {
                    long index = parameter.IndexOf(row, column);
                    Assert.False(taken[index], $"{parameter}: [{row}, {column}] shares element {index} with another.");
                    taken[index] = true;
                }
            }
        }

        for (int i = 0; i < taken.Length; i++)
        {
            Assert.True(taken[i] || _model.Parameters[i] == T.Zero, $"The padding at {i} is not zero.");
        }
    }

    public override void StepMatchesReference()
    {
        ReferenceModel<double> everyStep = ReferenceFactory.Make<double>(typeof(TModel), everyStep: true);
        everyStep.SetParameters(_reference.Parameters.ToDictionary(p => p.Name, p => p.Values));
        var batch = new TestBatch<T, TInput, TTarget>(Name, Info, 11);
        double[] expected = Flat(everyStep.Forward(batch.Sequences[0]));

        var stepper = Stepper<TModel, T, TInput>.Make();
        stepper.Reset(_model);
        T[] actual = Steps(stepper, batch, 0, 11);
        Agreement.Check("outputs of Step", expected, actual, Tolerance);

        // A snapshot goes on as the original did.
        stepper.Reset(_model);
        Steps(stepper, batch, 0, 5);
        stepper.TakeSnapshot();
        T[] first = Steps(stepper, batch, 5, 11);
        stepper.Restore();
        AssertSameBits("Step after a snapshot", first, Steps(stepper, batch, 5, 11));
        AssertSameBits("Step after Reset", actual[(5 * OutputSize)..], first);
    }

    public override void PredictMatchesReferenceAndStep()
    {
        var batch = new TestBatch<T, TInput, TTarget>(Name, Info, Ragged);
        using SequenceRun<T, TInput, TTarget> run = _model.NewRun(Ragged.Length, Ragged.Max(), 1);
        T[] outputs = Predict(run, batch);
        Agreement.Check("outputs of Predict", Flat([.. batch.Sequences.SelectMany((s, b) => _reference.Forward(s, b))]), outputs, Tolerance);

        // One sequence alone, and step by step, has the bits that it has among others.
        Stepper<TModel, T, TInput>? stepper = Streams ? Stepper<TModel, T, TInput>.Make() : null;
        int row = 0;
        for (int b = 0; b < Ragged.Length; b++)
        {
            T[] among = outputs[(row * OutputSize)..((row + batch.Rows[b]) * OutputSize)];
            var alone = new T[among.Length];
            run.Predict(batch.InputsOf(b), alone);
            AssertSameBits($"Predict of the sequence of {Ragged[b]} steps alone", among, alone);
            if (stepper is not null && Ragged[b] > 0)
            {
                stepper.Reset(_model);
                T[] steps = Steps(stepper, batch, Ragged[..b].Sum(), Ragged[..(b + 1)].Sum());
                AssertSameBits($"Step over the sequence of {Ragged[b]} steps", among, steps[^among.Length..]);
            }

            row += batch.Rows[b];
        }

        AssertSameBits("Predict a second time", outputs, Predict(run, batch));
        AssertSameBits("padded Predict", outputs, PredictPadded(run, batch));

        using SequenceRun<T, TInput, TTarget> other = _model.NewRun(64, 100, 2);
        AssertSameBits("Predict of a larger run", outputs, Predict(other, batch));
    }

    public override void ForwardAndBackwardMatchReference()
    {
        var batch = new TestBatch<T, TInput, TTarget>(Name, Info, Ragged);
        using SequenceRun<T, TInput, TTarget> run = _model.NewRun(Ragged.Length, Ragged.Max(), 1);

        // Leave something behind that must not matter.
        var before = new TestBatch<T, TInput, TTarget>(Name + ".before", Info, 13, 13, 13, 13, 13, 13, 13, 13);
        run.Forward(before.Sequence, training: true);
        run.Backward();
        run.DropoutSeed = DropoutSeed;
        run.Iteration = Iteration;

        CheckTraining(run, batch);
        Assert.Equal(Iteration + 1, run.Iteration);
        T[] trained = run.Outputs.ToArray(), predicted = Predict(run, batch);
        if (!ReferenceFactory.DropsOut(typeof(TModel)))
        {
            AssertSameBits("outputs of Forward and Predict", predicted, trained);
        }

        T loss = run.Forward(batch.Sequence, training: false);
        AssertSameBits("outputs of Forward outside training and Predict", predicted, run.Outputs);
        Agreement.Check("loss outside training", [Reference(batch, training: false).Loss], [loss], Tolerance);
    }

    public override void DropoutChangesWithTheIteration()
    {
        var batch = new TestBatch<T, TInput, TTarget>(Name, Info, Ragged);
        using SequenceRun<T, TInput, TTarget> run = _model.NewRun(Ragged.Length, Ragged.Max(), 1);
        run.Forward(batch.Sequence, training: true);
        T[] first = run.Outputs.ToArray();
        Assert.NotEqual(Predict(run, batch), first);
        run.Forward(batch.Sequence, training: true);
        Assert.NotEqual(first, run.Outputs.ToArray());
        run.Iteration = 0;
        run.Forward(batch.Sequence, training: true);
        AssertSameBits("outputs of a repeated iteration", first, run.Outputs);
        run.DropoutSeed++;
        run.Iteration = 0;
        run.Forward(batch.Sequence, training: true);
        Assert.NotEqual(first, run.Outputs.ToArray());
    }

    public override void ThreadsDoNotChangeABit()
    {
        var batch = new TestBatch<T, TInput, TTarget>(Name, Info, [.. Enumerable.Range(0, 21).Select(b => b * 5 % 12)]);
        using SequenceRun<T, TInput, TTarget> one = _model.NewRun(21, 12, 1);
        T loss = one.Forward(batch.Sequence, training: true);
        one.Backward();
        foreach (int threads in new[] { 2, 3 })
        {
            // A run that finds out whether to share its batches does the first eight in one way and the next six in the other.
            using SequenceRun<T, TInput, TTarget> run = threads == 3 ? NewTryingRun(threads) : _model.NewRun(21, 12, threads);
            for (int repeat = 0; repeat < (threads == 3 ? 14 : 3); repeat++)
            {
                run.Iteration = 0;
                AssertSameBits($"loss with {threads} threads", [loss], [run.Forward(batch.Sequence, training: true)]);
                run.Backward();
                AssertSameBits($"outputs with {threads} threads", one.Outputs, run.Outputs);
                AssertSameBits($"gradients with {threads} threads", one.Gradients, run.Gradients);
            }
        }
    }

    private SequenceRun<T, TInput, TTarget> NewTryingRun(int threads)
    {
        const string Tries = "FastSeq.TriesSharingFrom";
        lock (typeof(ModelCheck))
        {
            AppContext.SetData(Tries, "1");
            try
            {
                return _model.NewRun(21, 12, threads);
            }
            finally
            {
                AppContext.SetData(Tries, null);
            }
        }
    }

    public override void NothingIsAllocated()
    {
        var batch = new TestBatch<T, TInput, TTarget>(Name, Info, Ragged);
        Stepper<TModel, T, TInput>? stepper = Streams ? Stepper<TModel, T, TInput>.Make() : null;
        using SequenceRun<T, TInput, TTarget> run = _model.NewRun(Ragged.Length, Ragged.Max(), 1);
        using SequenceRun<T, TInput, TTarget> threaded = _model.NewRun(Ragged.Length, Ragged.Max(), 2);
        var outputs = new T[batch.Rows.Sum() * OutputSize];
        var y = new T[OutputSize];
        TInput[] single = batch.InputsOf(3).ToArray();
        int steps = batch.Inputs.Length / batch.StepSize;
        int[] streams = [6, 0, 3, 2, 5];
        var manyOutputs = new T[7 * OutputSize];
        stepper?.ResetMany(7);

        int repeats = Info.ParameterCount < 10_000 ? 50 : 1;
        Assert.Equal(0, LeastAllocation.Of(Work));

        void Work()
        {
            for (int step = 0; step < steps * repeats; step++)
            {
                stepper?.Step(_model, batch.Inputs.AsSpan(step % steps * batch.StepSize, batch.StepSize), y);
            }

            stepper?.StepMany(_model, batch.Inputs.AsSpan(0, 7 * batch.StepSize), manyOutputs);
            stepper?.StepMany(_model, batch.Inputs.AsSpan(0, 5 * batch.StepSize), streams, manyOutputs.AsSpan(0, 5 * OutputSize));
            run.Predict(single, outputs.AsSpan(0, batch.Rows[3] * OutputSize));
            run.Predict(batch.Inputs, batch.Lengths, outputs);
            run.Forward(batch.Sequence, training: true);
            run.Backward();
            threaded.Forward(batch.Sequence, training: true);
            threaded.Backward();
        }
    }

    public override void GradientsMatchCentralDifferences()
    {
        // Along random directions v: (loss(p + εv) - loss(p - εv)) / 2ε = gradient·v. The masks of dropout repeat with the iteration.
        const double Epsilon = 1e-5;
        var batch = new TestBatch<T, TInput, TTarget>(Name, Info, 3, 0, 6, 1);
        using SequenceRun<T, TInput, TTarget> run = _model.NewRun(4, 6, 1);
        double Loss()
        {
            run.Iteration = 0;
            return double.CreateChecked(run.Forward(batch.Sequence, training: true));
        }

        Loss();
        run.Backward();
        double[] gradients = [.. run.Gradients.ToArray().Select(double.CreateChecked)];
        T[] values = _model.Parameters.ToArray();
        foreach (ParameterInfo parameter in Info.Parameters.Where(parameter => !parameter.IsFrozen))
        {
            var direction = new double[values.Length];
            var logical = new T[parameter.Count];
            parameter.CopyTo<T>(values, logical);
            double[] v = VectorNumbers.Numbers<double>($"{Name}.direction.{parameter.Name}", logical.Length, 1);
            parameter.CopyFrom(v, direction);
            double slope = gradients.Zip(direction, (g, d) => g * d).Sum();
            double size = Math.Sqrt(gradients.Zip(direction, (g, d) => g * d * g * d).Sum());

            Move(Epsilon);
            double above = Loss();
            Move(-Epsilon);
            double below = Loss();
            Move(0);
            double difference = (above - below) / (2 * Epsilon);
            Assert.True(
                Math.Abs(slope - difference) <= (1e-5 * size) + 1e-9,
                $"{parameter.Name}: the gradient along a direction is {slope:g9}, central differences say {difference:g9} (terms of size {size:e1}).");

            void Move(double step)
            {
                for (int i = 0; i < values.Length; i++)
                {
                    _model.Parameters[i] = values[i] + T.CreateChecked(step * direction[i]);
                }
            }
        }
    }

    private static double WeightBound(ReferenceParameter<double> parameter)
        => parameter.Shape.Count == 1 || parameter.Name.StartsWith("embedding", StringComparison.Ordinal)
            ? 0.5
            : Math.Pow(2, -Math.Round(Math.Log2(Math.Max(2, parameter.Columns)) / 2));

    private static object? Constant(string name) => typeof(TModel).GetField(name, BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue();

    private static double[] Flat(double[][] rows) => [.. rows.SelectMany(row => row)];

    private static T[] Predict(SequenceRun<T, TInput, TTarget> run, TestBatch<T, TInput, TTarget> batch)
    {
        var outputs = new T[batch.Rows.Sum() * OutputSize];
        run.Predict(batch.Inputs, batch.Lengths, outputs);
        return outputs;
    }

    /// <summary>Predicts the same sequences padded with numbers that must not matter, and takes out the rows that count.</summary>
    private static T[] PredictPadded(SequenceRun<T, TInput, TTarget> run, TestBatch<T, TInput, TTarget> batch)
    {
        int count = batch.Lengths.Length, steps = batch.Lengths.Max();
        var padded = new TInput[count * steps * batch.StepSize];
        padded.AsSpan().Fill(LaidOut<T, TInput, TTarget>.Unseen<TInput>());
        for (int b = 0; b < count; b++)
        {
            batch.InputsOf(b).CopyTo(padded.AsSpan(b * steps * batch.StepSize));
        }

        int outputSteps = Info.OutputSteps(steps);
        var outputs = new T[count * (Info.LastStepOnly ? 1 : outputSteps) * OutputSize];
        nint[] inputShape = typeof(TInput) == typeof(int) ? [count, steps] : [count, steps, batch.StepSize];
        nint[] outputShape = Info.LastStepOnly ? [count, OutputSize] : [count, outputSteps, OutputSize];
        run.Predict(new ReadOnlyTensorSpan<TInput>(padded, inputShape), batch.Lengths, new TensorSpan<T>(outputs, outputShape));
        return [.. Enumerable.Range(0, count).SelectMany(b => outputs.AsSpan(b * (outputs.Length / count), batch.Rows[b] * OutputSize).ToArray())];
    }

    private static void AssertSameBits(string what, ReadOnlySpan<T> expected, ReadOnlySpan<T> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        int same = expected.CommonPrefixLength(actual);
        if (same < expected.Length && !MemoryMarshal.AsBytes(expected).SequenceEqual(MemoryMarshal.AsBytes(actual)))
        {
            Assert.Fail($"{what}: element {same} of {expected.Length} is {actual[same]:r}, not {expected[same]:r} to the last bit.");
        }
    }

    private (double Loss, double[][][] Outputs) Reference(TestBatch<T, TInput, TTarget> batch, bool training)
    {
        DropoutMasks.Give<T>(_reference, typeof(TModel), Info, batch.Lengths, DropoutSeed, training ? Iteration : null);
        return _reference.Train(batch.Sequences, ReferenceFactory.MakeLoss<double>(ReferenceFactory.LossOf(typeof(TModel))));
    }

    /// <summary>Forward and Backward of a batch against the reference: loss, outputs, metric and every gradient.</summary>
    private void CheckTraining(SequenceRun<T, TInput, TTarget> run, TestBatch<T, TInput, TTarget> batch)
    {
        T loss = run.Forward(batch.Sequence, training: true);
        T[] outputs = run.Outputs.ToArray();
        double metric = run.Metric;
        run.Backward();

        (double expectedLoss, double[][][] expectedOutputs) = Reference(batch, training: true);
        Agreement.Check("loss", [expectedLoss], [loss], Tolerance);
        Agreement.Check("outputs of Forward", Flat([.. expectedOutputs.SelectMany(rows => rows)]), outputs, Tolerance);
        double expectedMetric = ReferenceMetric.Of<T>(ReferenceFactory.LossOf(typeof(TModel)), batch.Sequences, batch.Rows, [.. outputs.Chunk(OutputSize)]);
        Agreement.Check("metric", [expectedMetric], [metric], Tolerance);
        T[] flat = run.Gradients.ToArray();
        foreach (ReferenceParameter<double> parameter in _reference.Parameters)
        {
            ParameterInfo info = Info.Parameter(parameter.Name);
            var actual = new T[info.Count];
            info.CopyTo<T>(flat, actual);
            Agreement.Check($"gradient of {parameter.Name}", parameter.Gradient, actual, 3 * Tolerance);
            Assert.Equal(parameter.IsFrozen, info.IsFrozen);
            info.CopyFrom(new T[info.Count], flat);
        }

        Assert.All(flat, padding => Assert.Equal(T.Zero, padding));
    }

    private T[] Steps(Stepper<TModel, T, TInput> stepper, TestBatch<T, TInput, TTarget> batch, int from, int to)
    {
        var outputs = new T[(to - from) * OutputSize];
        for (int t = from; t < to; t++)
        {
            stepper.Step(_model, batch.Inputs.AsSpan(t * batch.StepSize, batch.StepSize), outputs.AsSpan((t - from) * OutputSize, OutputSize));
        }

        return outputs;
    }
}

using System.Numerics.Tensors;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastSeq.Tests.Oracles;
using Xunit;

namespace FastSeq.Tests.Quantized;

/// <summary>What every model with quantised weights must hold.</summary>
public abstract class QuantizedCheck
{
    /// <summary>Every quantised model that this assembly declares.</summary>
    public static IReadOnlyList<Type> AllModels { get; } =
    [
        .. typeof(QuantizedCheck).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(QuantizedCheck).Namespace)
            .Where(type => type.GetCustomAttribute<SequenceModelAttribute>() is { Weights: not WeightFormat.Float32 }),
    ];

    public static QuantizedCheck Of(string name)
    {
        Type model = AllModels.Single(type => type.Name == name);
        Type input = model.GetInterfaces().Single(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IQuantizedModel<,>)).GenericTypeArguments[1];
        return (QuantizedCheck)Activator.CreateInstance(typeof(QuantizedCheck<,,>).MakeGenericType(model, input, model.GetNestedType("State")!))!;
    }

    public abstract void StepMatchesOracle();

    public abstract void PredictHasTheBitsOfStep();

    public abstract void NothingIsAllocated();

    public abstract void NotFiniteInputGivesNoPlausibleOutput();

    public abstract void WrongSizesAreErrors();
}

/// <inheritdoc/>
public sealed class QuantizedCheck<TModel, TInput, TState> : QuantizedCheck
    where TModel : class, IQuantizedModel<TModel, TInput>
    where TInput : unmanaged
    where TState : struct
{
    private static readonly int[] Ragged = [5, 0, 1, 13, 2, 1, 0, 9, 5, 5, 5];
    private static readonly string Name = typeof(TModel).Name;

    private readonly float[] _flat = new float[TModel.ModelInfo.BufferLength];
    private readonly TModel _model;
    private readonly StepOf _step;

    public QuantizedCheck()
    {
        foreach (ParameterInfo parameter in Info.Parameters)
        {
            double bound = Math.Pow(2, -Math.Round(Math.Log2(Math.Max(2, parameter.Layout.Columns)) / 2));
            parameter.CopyFrom<float>(VectorNumbers.Numbers<float>($"{Name}.{parameter.Name}", (int)parameter.Count, bound), _flat);
        }

        _model = TModel.FromParameters(_flat);
        MethodInfo step = typeof(TModel).GetMethod("Step")!;
        if (typeof(TInput) == typeof(int))
        {
            var tokens = step.CreateDelegate<TokenStep>();
            _step = (TModel model, ReadOnlySpan<TInput> x, ref TState state, Span<float> y) => tokens(model, MemoryMarshal.Cast<TInput, int>(x)[0], ref state, y);
        }
        else
        {
            var features = step.CreateDelegate<FeatureStep>();
            _step = (TModel model, ReadOnlySpan<TInput> x, ref TState state, Span<float> y) => features(model, MemoryMarshal.Cast<TInput, float>(x), ref state, y);
        }
    }

    private delegate void StepOf(TModel model, ReadOnlySpan<TInput> x, ref TState state, Span<float> y);

    private delegate void FeatureStep(TModel model, ReadOnlySpan<float> x, ref TState state, Span<float> y);

    private delegate void TokenStep(TModel model, int token, ref TState state, Span<float> y);

    private static ModelInfo Info => TModel.ModelInfo;

    private static int StateSize => (int)typeof(TModel).GetField("StateSize")!.GetRawConstantValue()!;

    public override void StepMatchesOracle()
    {
        var oracle = new QuantizedOracle(typeof(TModel), Info, _flat);
        TInput[] inputs = Inputs("oracle", 14);
        if (inputs is float[] features)
        {
            // Zeros, huge and tiny numbers among the others.
            Scale(features, 2, 0);
            Scale(features, 4, 1e4f);
            Scale(features, 6, 1e-12f);
            Scale(features, 8, 1e-37f);
        }

        TState state = default;
        var y = new float[Info.OutputSize];
        for (int t = 0; t < inputs.Length / Info.InputSize; t++)
        {
            TInput[] x = inputs[(t * Info.InputSize)..((t + 1) * Info.InputSize)];
            float[] before = Numbers(ref state);
            _step(_model, x, ref state, y);
            float[] after = Numbers(ref state);
            (double[] outputs, double[] expected) = x is int[] tokens
                ? oracle.Step(null, tokens[0], before, after)
                : oracle.Step((float[])(Array)x, 0, before, after);
            Agreement.Check<double, float>($"state after step {t}", expected, after, 1e-5);
            Agreement.Check<double, float>($"outputs of step {t}", outputs, y, 1e-5);
        }

        static void Scale(float[] features, int t, float factor)
        {
            for (int column = 0; column < Info.InputSize; column++)
            {
                features[(t * Info.InputSize) + column] *= Info.TokenColumns.Any(token => token.Column == column) ? 1 : factor;
            }
        }
    }

    public override void PredictHasTheBitsOfStep()
    {
        TInput[] inputs = Inputs("batch", Ragged.Sum());
        int[] rows = [.. Ragged.Select(length => Info.LastStepOnly ? 1 : length)];
        using PredictionRun<float, TInput> run = _model.NewRun(Ragged.Length, Ragged.Max(), 1);
        float[] outputs = Predict(run, inputs, rows.Sum());
        int step = 0, row = 0;
        for (int b = 0; b < Ragged.Length; step += Ragged[b], row += rows[b], b++)
        {
            float[] among = outputs[(row * Info.OutputSize)..((row + rows[b]) * Info.OutputSize)];
            var alone = new float[among.Length];
            TInput[] sequence = inputs[(step * Info.InputSize)..((step + Ragged[b]) * Info.InputSize)];
            run.Predict(sequence, alone);
            SameBits($"the sequence of {Ragged[b]} steps alone", among, alone);

            TState state = default;
            var y = new float[Info.OutputSize];
            for (int t = 0; t < Ragged[b]; t++)
            {
                _step(_model, sequence.AsSpan(t * Info.InputSize, Info.InputSize), ref state, y);
                if (!Info.LastStepOnly || t == Ragged[b] - 1)
                {
                    SameBits($"step {t} of the sequence of {Ragged[b]} steps", among.AsSpan(Info.LastStepOnly ? 0 : t * Info.OutputSize, Info.OutputSize), y);
                }
            }
        }

        SameBits("Predict a second time", outputs, Predict(run, inputs, rows.Sum()));
        SameBits("padded Predict", outputs, PredictPadded(run, inputs, rows));
        foreach (int threads in new[] { 2, 3 })
        {
            using PredictionRun<float, TInput> threaded = _model.NewRun(64, 100, threads);
            SameBits($"Predict with {threads} threads", outputs, Predict(threaded, inputs, rows.Sum()));
        }
    }

    public override void NothingIsAllocated()
    {
        TInput[] inputs = Inputs("batch", Ragged.Sum());
        var outputs = new float[(Info.LastStepOnly ? Ragged.Length : Ragged.Sum()) * Info.OutputSize];
        using PredictionRun<float, TInput> run = _model.NewRun(Ragged.Length, Ragged.Max(), 1);
        using PredictionRun<float, TInput> threaded = _model.NewRun(Ragged.Length, Ragged.Max(), 2);
        TState state = default;
        Assert.Equal(0, LeastAllocation.Of(Work));

        void Work()
        {
            for (int repeat = 0; repeat < 100; repeat++)
            {
                _step(_model, inputs.AsSpan(0, Info.InputSize), ref state, outputs.AsSpan(0, Info.OutputSize));
            }

            run.Predict(inputs, Ragged, outputs);
            threaded.Predict(inputs, Ragged, outputs);
        }
    }

    public override void NotFiniteInputGivesNoPlausibleOutput()
    {
        if (Inputs("batch", 1) is not float[] x)
        {
            // No token is infinite.
            return;
        }

        x[^1] = float.NaN;
        Assert.All(After(x), y => Assert.False(float.IsFinite(y)));
        if (Info.Weights == WeightFormat.Int8)
        {
            x[^1] = float.NegativeInfinity;
            Assert.All(After(x), y => Assert.False(float.IsFinite(y)));
        }

        float[] After(float[] x)
        {
            TState state = default;
            var y = new float[Info.OutputSize];
            _step(_model, MemoryMarshal.Cast<float, TInput>(x), ref state, y);
            return y;
        }
    }

    public override void WrongSizesAreErrors()
    {
        TInput[] two = Inputs("batch", 2);
        var y = new float[2 * Info.OutputSize];
        TState state = default;
        using PredictionRun<float, TInput> run = _model.NewRun(2, 2, 1);
        Assert.Throws<ArgumentException>(() => TModel.FromParameters(_flat.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => _step(_model, two.AsSpan(0, Info.InputSize), ref state, y));
        Assert.Throws<ArgumentException>(() => run.Predict(two, [2, 0, 0], y));
        Assert.Throws<ArgumentException>(() => run.Predict(two, [3], y));
        Assert.Throws<ArgumentException>(() => run.Predict(two, [-1, 3], y));
        Assert.Throws<ArgumentException>(() => run.Predict(two, [1], y));
        Assert.Throws<ArgumentException>(() => run.Predict(two, [1, 1], y.AsSpan(1)));
        if (two is int[] tokens)
        {
            tokens[1] = Info.Vocabulary;
            Assert.Throws<ArgumentException>(() => _step(_model, two.AsSpan(1), ref state, y.AsSpan(Info.OutputSize)));
            Assert.Throws<ArgumentException>(() => run.Predict(two, [1, 1], y));
        }
        else
        {
            Assert.Throws<ArgumentException>(() => _step(_model, two, ref state, y.AsSpan(Info.OutputSize)));
        }
    }

    private static TInput[] Inputs(string name, int steps)
    {
        if (Info.Vocabulary > 0)
        {
            return (TInput[])(Array)VectorNumbers.Integers($"{Name}.{name}", steps, Info.Vocabulary);
        }

        float[] features = VectorNumbers.Numbers<float>($"{Name}.{name}", steps * Info.InputSize, 1);
        foreach (TokenColumn column in Info.TokenColumns)
        {
            int[] tokens = VectorNumbers.Integers($"{Name}.{name}.column{column.Column}", steps, column.Vocabulary);
            for (int t = 0; t < steps; t++)
            {
                features[(t * Info.InputSize) + column.Column] = tokens[t];
            }
        }

        return (TInput[])(Array)features;
    }

    private static float[] Numbers(ref TState state) => MemoryMarshal.CreateSpan(ref Unsafe.As<TState, float>(ref state), StateSize).ToArray();

    private static float[] Predict(PredictionRun<float, TInput> run, TInput[] inputs, int rows)
    {
        var outputs = new float[rows * Info.OutputSize];
        run.Predict(inputs, Ragged, outputs);
        return outputs;
    }

    private static float[] PredictPadded(PredictionRun<float, TInput> run, TInput[] inputs, int[] rows)
    {
        int steps = Ragged.Max(), size = Info.InputSize, padding = Info.LastStepOnly ? 1 : steps;
        var padded = new TInput[Ragged.Length * steps * size];
        var outputs = new float[Ragged.Length * padding * Info.OutputSize];
        for (int b = 0, step = 0; b < Ragged.Length; step += Ragged[b], b++)
        {
            inputs.AsSpan(step * size, Ragged[b] * size).CopyTo(padded.AsSpan(b * steps * size));
        }

        nint[] shape = Info.Vocabulary > 0 ? [Ragged.Length, steps] : [Ragged.Length, steps, size];
        nint[] outputShape = Info.LastStepOnly ? [Ragged.Length, Info.OutputSize] : [Ragged.Length, steps, Info.OutputSize];
        run.Predict(new ReadOnlyTensorSpan<TInput>(padded, shape), Ragged, new TensorSpan<float>(outputs, outputShape));
        return [.. Enumerable.Range(0, Ragged.Length).SelectMany(b => outputs.Skip(b * padding * Info.OutputSize).Take(rows[b] * Info.OutputSize))];
    }

    private static void SameBits(string what, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual) =>
        Assert.True(MemoryMarshal.Cast<float, int>(expected).SequenceEqual(MemoryMarshal.Cast<float, int>(actual)), what + ": other bits.");
}

using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Xunit;

namespace FastSeq.Tests.Oracles;

/// <summary>Compares an emitted model with what PyTorch recorded; see <see cref="OracleCheck{TModel, T, TInput, TTarget}"/>.</summary>
public abstract class OracleCheck
{
    /// <summary>The check of a model against a recorded case.</summary>
    public static OracleCheck Of(Type model, string caseName)
    {
        Type self = model.GetInterfaces().Single(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ISequenceModel<,,,>));
        return (OracleCheck)Activator.CreateInstance(typeof(OracleCheck<,,,>).MakeGenericType(self.GenericTypeArguments), caseName)!;
    }

    /// <summary>Outputs and final states from initial states: of a kind (h or c) and the ending of a direction, [batch, units]; null for the rest state.</summary>
    public abstract void OutputsAndStates(Func<string, string, float[]?> initial, double tolerance);

    public abstract void OutputsLossAndGradients(double tolerance);

    /// <summary>As <see cref="OutputsLossAndGradients"/>, with the masks of the recorded seed and iteration.</summary>
    public abstract void MaskedOutputsLossAndGradients(double tolerance);

    public abstract void Training(string optimizer, double tolerance);
}

/// <summary>Sets the recorded weights in an emitted model, and compares what it computes.</summary>
public sealed class OracleCheck<TModel, T, TInput, TTarget> : OracleCheck
    where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    private readonly VectorFile<T> _file;
    private readonly TModel _model = TModel.Create(seed: 1);
    private readonly int[] _lengths;
    private readonly TInput[] _inputs;
    private readonly TTarget[] _targets;

    public OracleCheck(string caseName)
    {
        _file = new VectorFile<T>(caseName);
        _lengths = _file.Lengths;
        _inputs = (TInput[])(Array)(Info.Vocabulary > 0 ? _file.Tokens(Info.Vocabulary) : _file.Features(Info.InputSize));
        foreach (TokenColumn column in Info.TokenColumns)
        {
            int[] tokens = VectorNumbers.Integers($"{caseName}.column{column.Column}", _lengths.Sum(), column.Vocabulary);
            for (int t = 0; t < tokens.Length; t++)
            {
                ((T[])(Array)_inputs)[(t * Info.InputSize) + column.Column] = T.CreateChecked(tokens[t]);
            }
        }

        _targets = (TTarget[])(Array)(Info.Loss.Kind == LossKind.CrossEntropy ? _file.Labels(Info.OutputSize) : _file.Targets());
        foreach (ParameterInfo parameter in Info.Parameters)
        {
            parameter.CopyFrom(_file.Weights(parameter.Name, (int)parameter.Count), _model.Parameters);
        }
    }

    private static ModelInfo Info => TModel.ModelInfo;

    public override void OutputsAndStates(Func<string, string, float[]?> initial, double tolerance)
    {
        using SequenceRun<T, TInput, TTarget> run = _model.NewRun(_lengths.Length, _lengths.Max(), 1);
        if (initial("h", "") is null)
        {
            Outputs(run, tolerance);
        }

        var states = StatesOf<TModel, T, TInput, TTarget>.Make();
        T[][] given = [.. _lengths.Select(_ => states.Rest(_model))];
        foreach (StateInfo state in Info.States)
        {
            (string kind, string direction) = Ending(state);
            T[]? values = initial(kind, direction)?.Select(T.CreateChecked).ToArray();
            for (int b = 0; values is not null && b < given.Length; b++)
            {
                values.AsSpan(b * state.Size, state.Size).CopyTo(given[b].AsSpan(state.Offset));
            }
        }

        var outputs = new T[_file["outputs"].Length];
        T[][] final = states.Predict(run, _inputs, _lengths, given, outputs);
        Agreement.Check("outputs from given states", _file["outputs"], outputs, tolerance);
        foreach (string kind in new[] { "h", "c" }.Where(kind => _file.Has($"state.{kind}")))
        {
            // [layers and directions, batch, units], as PyTorch's h_n and ONNX's Y_h.
            T[] actual = [.. Info.States.Where(state => Ending(state).Kind == kind).SelectMany(state => final.SelectMany(numbers => numbers[state.Offset..(state.Offset + state.Size)]))];
            Agreement.Check($"final {kind}", _file[$"state.{kind}"], actual, tolerance);
        }

        static (string Kind, string Direction) Ending(StateInfo state)
            => (state.Name.Split('.')[1][..1], state.Name.EndsWith("_reverse", StringComparison.Ordinal) ? "_reverse" : "");
    }

    public override void OutputsLossAndGradients(double tolerance)
    {
        using SequenceRun<T, TInput, TTarget> run = _model.NewRun(_lengths.Length, _lengths.Max(), 1);
        Outputs(run, tolerance);
        LossAndGradients(run, tolerance);
    }

    public override void MaskedOutputsLossAndGradients(double tolerance)
    {
        foreach (ParameterInfo parameter in Info.Parameters)
        {
            if (_file.Fact($"place.{parameter.Name}") is { } place)
            {
                Assert.Equal(place, string.Join(", ", parameter.Layout.Gates.Select(gate => $"{gate.Offset} {gate.Gates} {gate.Position}")));
                Assert.Equal(8, parameter.Layout.Lanes);
            }
        }

        using SequenceRun<T, TInput, TTarget> run = _model.NewRun(_lengths.Length, _lengths.Max(), 1);
        run.DropoutSeed = ulong.Parse(_file.Fact("seed")!, CultureInfo.InvariantCulture);
        run.Iteration = long.Parse(_file.Fact("iteration")!, CultureInfo.InvariantCulture);
        Outputs(run, tolerance, "predicted");
        LossAndGradients(run, tolerance);
    }

    private void LossAndGradients(SequenceRun<T, TInput, TTarget> run, double tolerance)
    {
        T loss = run.Forward(new SequenceBatch<TInput, TTarget>(_inputs, _lengths, _targets), training: true);
        run.Backward();
        Agreement.Check("outputs of Forward", _file["outputs"], run.Outputs, tolerance);
        Agreement.Check("loss", _file["loss"], [loss], tolerance);
        foreach (ParameterInfo parameter in Info.Parameters)
        {
            var gradient = new T[parameter.Count];
            parameter.CopyTo(run.Gradients, gradient);
            _file.AssertGradient(parameter.Name, gradient, parameter.Layout.Columns, tolerance);
        }
    }

    public override void Training(string optimizer, double tolerance)
    {
        Optimizer rule = optimizer switch
        {
            "adam" => new Adam(_file.AdamRate),
            "adamw" => new AdamW(_file.AdamRate, weightDecay: 0.1),
            _ => new Sgd(0.05, momentum: 0.9, nesterov: true, weightDecay: 0.01),
        };
        T[] expected = _file[$"losses.{optimizer}"];
        var losses = new T[expected.Length];
        using SequenceRun<T, TInput, TTarget> run = _model.NewRun(_lengths.Length, _lengths.Max(), 2);
        for (int step = 0; step < losses.Length; step++)
        {
            losses[step] = run.Forward(new SequenceBatch<TInput, TTarget>(_inputs, _lengths, _targets), training: true);
            run.Backward();
            if (typeof(T) == typeof(float))
            {
                rule.Step(MemoryMarshal.Cast<T, float>(_model.Parameters), MemoryMarshal.Cast<T, float>(run.Gradients));
            }
            else
            {
                rule.Step(MemoryMarshal.Cast<T, double>(_model.Parameters), MemoryMarshal.Cast<T, double>(run.Gradients));
            }
        }

        Assert.True(losses[^1] < losses[0], $"The loss went from {losses[0]} to {losses[^1]}.");
        for (int step = 0; step < losses.Length; step++)
        {
            Agreement.Check($"loss of step {step}", [expected[step]], [losses[step]], tolerance);
        }
    }

    private void Outputs(SequenceRun<T, TInput, TTarget> run, double tolerance, string recorded = "outputs")
    {
        var outputs = new T[_file[recorded].Length];
        run.Predict(_inputs, _lengths, outputs);
        Agreement.Check("outputs of Predict", _file[recorded], outputs, tolerance);
    }
}

using System.Reflection;
using FastSeq.Cells;
using FastSeq.Tests.RandomDeclarations;
using Xunit;

namespace FastSeq.Tests.Oracles;

/// <summary>
/// The scalar reference, and models that are declared like the cases, against what ONNX Runtime recorded (RecordOnnx), which computes in float: Y, Y_h and Y_c of every attribute, of both directions,
/// from initial states, over sequences of 1 to 9 time steps.
/// </summary>
[Trait("Run", "EveryInstructionSet")]
public sealed class MatchesOnnxRuntimeTests
{
    // ONNX Runtime's own sigmoid and tanh are off by up to about 1e-6.
    private const double Tolerance = 5e-6;

    private static readonly Lazy<Assembly> Models = new(() => ModelCompiler.Compile("using FastSeq;\nnamespace Onnx;\n" + string.Concat(OnnxCases.All.Select(layer =>
        $"[SequenceModel][Input({OnnxCases.InputSize})]{DeclarationText.Of(layer.Value, "layer")}[MeanSquaredError]\npublic sealed partial class {layer.Key};\n"))));

    public static TheoryData<string> Cases => [.. OnnxCases.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Reference_MatchesOnnxRuntime(string name)
    {
        var file = new VectorFile<float>(name);
        ReferenceModel<double> model = OnnxCases.Reference(name);
        model.SetParameters(model.Parameters.ToDictionary(p => p.Name, p => file.Weights($"{p.Name}", p.Values.Length).Select(v => (double)v).ToArray()));
        double[][] rows = [.. file.Features(OnnxCases.InputSize).Select(v => (double)v).Chunk(OnnxCases.InputSize)];
        string[] directions = OnnxCases.Directions(OnnxCases.All[name]);
        List<double> outputs = [];
        var finals = new List<IReadOnlyList<CellState<double>>>();
        int first = 0;
        for (int b = 0; b < file.Lengths.Length; b++)
        {
            var sequence = new ReferenceSequence<double> { Features = rows[first..(first + file.Lengths[b])], InitialStates = InitialStates(name, directions, b) };
            outputs.AddRange(model.Forward(sequence).SelectMany(y => y));
            finals.Add(sequence.FinalStates);
            first += file.Lengths[b];
        }

        // [directions, batch, units]
        float[] h = Floats(directions.SelectMany((_, d) => finals.SelectMany(states => states[d].H))), c = Floats(directions.SelectMany((_, d) => finals.SelectMany(states => states[d].C)));
        Agreement.Check("Y", Doubles(file["outputs"]), Floats(outputs), Tolerance);
        Agreement.Check("Y_h", Doubles(file["state.h"]), h, Tolerance);
        Assert.Equal(OnnxCases.All[name] is LstmAttribute, file.Has("state.c"));
        if (file.Has("state.c"))
        {
            Agreement.Check("Y_c", Doubles(file["state.c"]), c, Tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Model_MatchesOnnxRuntime(string name)
        => OracleCheck.Of(Models.Value.GetType($"Onnx.{name}", throwOnError: true)!, name)
            .OutputsAndStates((state, direction) => OnnxCases.Initial(name, state, direction), Tolerance);

    /// <summary>That the attributes of the nodes are all there: an attribute that no case has would be compared with nothing.</summary>
    [Fact]
    public void Cases_HaveEveryAttribute()
    {
        RecurrentLayerAttribute[] layers = [.. OnnxCases.All.Values];
        Assert.Equal(
            Enum.GetValues<RnnActivation>(),
            layers.SelectMany(layer => layer switch
            {
                LstmAttribute lstm => [lstm.GateActivation, lstm.CellActivation, lstm.OutputActivation],
                GruAttribute gru => [gru.GateActivation, gru.CandidateActivation],
                _ => (RnnActivation[])[((RnnAttribute)layer).Activation],
            }).Distinct().Order());
        foreach (IEnumerable<RecurrentLayerAttribute> ofKind in layers.GroupBy(layer => layer.GetType()))
        {
            Assert.Equal(Enum.GetValues<Direction>(), ofKind.Select(layer => layer.Direction).Distinct().Order());
            Assert.Contains(ofKind, layer => float.IsFinite(layer.InputClip));
        }

        Assert.Equal(Enum.GetValues<GruReset>(), layers.OfType<GruAttribute>().Select(gru => gru.Reset).Distinct().Order());
        Assert.Contains(layers.OfType<LstmAttribute>(), lstm => lstm is { Coupled: true, Peepholes: true });
        Assert.Equal(3, OnnxCases.All.Where(layer => OnnxCases.Initial(layer.Key, "h", "") is not null).Select(layer => layer.Value.GetType()).Distinct().Count());
        Assert.True(OnnxCases.Lengths.Max() > 2 && OnnxCases.Lengths.Distinct().Count() > 2);
    }

    private static CellState<double>[]? InitialStates(string name, string[] directions, int b)
    {
        if (OnnxCases.Initial(name, "h", "") is null)
        {
            return null;
        }

        int units = OnnxCases.All[name].HiddenSize;
        double[] Of(string kind, string direction) => [.. OnnxCases.Initial(name, kind, direction)!.Skip(b * units).Take(units).Select(v => (double)v)];
        return [.. directions.Select(direction => new CellState<double>(Of("h", direction), OnnxCases.All[name] is LstmAttribute ? Of("c", direction) : []))];
    }

    private static double[] Doubles(float[] values) => [.. values.Select(v => (double)v)];

    private static float[] Floats(IEnumerable<double> values) => [.. values.Select(v => (float)v)];
}

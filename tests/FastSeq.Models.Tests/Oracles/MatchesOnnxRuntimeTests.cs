using FastSeq.Cells;
using FastSeq.Tests.Equivalence;
using FastSeq.Tests.Models;
using Xunit;

namespace FastSeq.Tests.Oracles;

/// <summary>The scalar reference, and models that are declared like the cases, against what ONNX Runtime recorded (RecordOnnx), which computes in float.</summary>
[Trait("Run", "EveryInstructionSet")]
public sealed class MatchesOnnxRuntimeTests
{
    // ONNX Runtime's own sigmoid and tanh are off by up to about 1e-6.
    private const double Tolerance = 5e-6;

    private static readonly Dictionary<string, Type> Models = new()
    {
        ["onnx_lstm_clip"] = typeof(OnnxLstmClip),
        ["onnx_lstm_numbers"] = typeof(OnnxLstmNumbers),
        ["onnx_gru_before_clip"] = typeof(OnnxGruBeforeClip),
    };

    public static TheoryData<string> Cases => [.. OnnxCases.All.Keys];

    public static TheoryData<string> CasesOfModels => [.. Models.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Reference_MatchesOnnxRuntime(string name)
    {
        var file = new VectorFile<float>(name);
        ReferenceModel<double> model = OnnxCases.Reference(name);
        model.SetParameters(model.Parameters.ToDictionary(p => p.Name, p => file.Weights($"{p.Name}", p.Values.Length).Select(v => (double)v).ToArray()));
        double[][] rows = [.. file.Features(OnnxCases.InputSize).Select(v => (double)v).Chunk(OnnxCases.InputSize)];
        var layer = (RecurrentLayer<double>)model.Layers[0];
        List<double> outputs = [], h = [], c = [];
        int first = 0;
        foreach (int length in file.Lengths)
        {
            outputs.AddRange(model.Forward(new ReferenceSequence<double> { Features = rows[first..(first + length)] }).SelectMany(y => y));
            h.AddRange(layer.FinalState.H);
            c.AddRange(layer.FinalState.C);
            first += length;
        }

        Agreement.Check("Y", Doubles(file["outputs"]), Floats(outputs), Tolerance);
        Agreement.Check("Y_h", Doubles(file["state.h"]), Floats(h), Tolerance);
        Assert.Equal(OnnxCases.All[name] is LstmAttribute, file.Has("state.c"));
        if (file.Has("state.c"))
        {
            Agreement.Check("Y_c", Doubles(file["state.c"]), Floats(c), Tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(CasesOfModels))]
    public void Model_MatchesOnnxRuntime(string name)
    {
        Type type = Models[name];
        var declared = Assert.IsType<RecurrentLayerAttribute>(ReferenceFactory.LayersOf(type)[1], exactMatch: false);
        Assert.Equal((OnnxCases.All[name].HiddenSize, CellOptionsFactory.Of(OnnxCases.All[name])), (declared.HiddenSize, CellOptionsFactory.Of(declared)));
        OracleCheck.Of(type, name).Outputs(Tolerance);
    }

    private static double[] Doubles(float[] values) => [.. values.Select(v => (double)v)];

    private static float[] Floats(List<double> values) => [.. values.Select(v => (float)v)];
}

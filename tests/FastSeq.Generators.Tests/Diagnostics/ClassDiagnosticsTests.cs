using FastSeq.Generators.Tests.Support;

namespace FastSeq.Generators.Tests.Diagnostics;

/// <summary>Classes that the generator cannot complete.</summary>
public class ClassDiagnosticsTests
{
    private const string Layers = "[SequenceModel, Input(5), Lstm(3), MeanSquaredError] ";

    [Fact]
    public void NotPartial_IsReportedAtTheDeclaration() => Check(
        """
        using FastSeq;

        [SequenceModel]
        [Input(5)]
        [Lstm(3)]
        [MeanSquaredError]
        public sealed class Forecaster;
        """,
        "(7,1): error FSQ001: 'Forecaster' must be partial. Add the 'partial' modifier.");

    [Fact]
    public void ContainingTypeNotPartial_IsReportedAtIts() => Check(
        $$"""
        using FastSeq;
        class Outer<T>
        {
            internal struct Middle
            {
                {{Layers}}
                partial class Forecaster;
            }
        }
        """,
        "(2,1): error FSQ001: 'Outer' must be partial. Add the 'partial' modifier.",
        "(4,5): error FSQ001: 'Middle' must be partial. Add the 'partial' modifier.");

    [Theory]
    [InlineData("public partial record M;", "(2,1): error FSQ025: 'M' cannot be a record. Declare a class.")]
    [InlineData("static partial class M;", "(2,1): error FSQ025: 'M' cannot be static. Remove the 'static' modifier.")]
    [InlineData("abstract partial class M;", "(2,1): error FSQ025: 'M' cannot be abstract. Remove the 'abstract' modifier.")]
    [InlineData("file partial class M;", "(2,1): error FSQ025: 'M' cannot be file-local. Remove the 'file' modifier: the rest of the class is written to another file.")]
    [InlineData("partial class M<T>;", "(2,1): error FSQ025: 'M' cannot be generic. Remove its type parameters; a type around it may have them.")]
    [InlineData("partial class M : System.Exception;", "(2,1): error FSQ024: 'M' cannot derive from 'Exception': FastSeq writes the whole class. Hold a 'Exception' in a field, or implement an interface.")]
    [InlineData("partial class Step;", "(2,1): error FSQ034: A model cannot be named 'Step': FastSeq writes a member of that name into it. Rename the class.")]
    [InlineData("partial class M(int x) { int X => x; }", "(2,15): error FSQ023: 'M' cannot declare a constructor: FastSeq writes 'M(ulong seed = 0)'. Use a static method in its place.")]
    [InlineData("partial class M { private M(ulong seed) { } }", "(2,27): error FSQ023: 'M' cannot declare a constructor: FastSeq writes 'M(ulong seed = 0)'. Use a static method in its place.")]
    [InlineData("partial class M { public required int X; }", "(2,39): error FSQ030: 'M' cannot have the required member 'X': models are created without it. Remove the 'required' modifier.")]
    [InlineData("partial class M { public required int X { get; set; } }", "(2,39): error FSQ030: 'M' cannot have the required member 'X': models are created without it. Remove the 'required' modifier.")]
    [InlineData("partial class M { void Save(System.IO.Stream to) { } }", "(2,24): error FSQ022: 'M' cannot have a member named 'Save': FastSeq writes 'Save'. Rename your member.")]
    [InlineData("partial class M { struct State; }", "(2,26): error FSQ022: 'M' cannot have a member named 'State': FastSeq writes 'State'. Rename your member.")]
    [InlineData("partial class M { int get_Parameters() => 0; }", "(2,23): error FSQ022: 'M' cannot have a member named 'get_Parameters': FastSeq writes 'Parameters'. Rename your member.")]
    [InlineData("partial class M { ModelInfo ISequenceModel.Info => null!; }", "(2,44): error FSQ022: 'M' cannot have a member named 'FastSeq.ISequenceModel.Info': FastSeq writes 'Info'. Rename your member.")]
    public void UnsupportedClass_NamesTheMend(string declaration, string expected) => Check($"using FastSeq; {Layers}\n{declaration}\n", expected);

    [Fact]
    public void InsideFileLocalType_IsReported() => Check(
        $"using FastSeq; file partial class Outer {{ {Layers}\npartial class M; }}",
        "(2,1): error FSQ025: 'M' cannot be inside the file-local 'Outer'. Remove the 'file' modifier: the rest of the class is written to another file.");

    [Fact]
    public void PrecisionOutOfRange_IsReported() => Check(
        "using FastSeq;\n[SequenceModel(Precision = (Precision)2), Input(5), Lstm(3), MeanSquaredError] partial class M;",
        "(2,2): error FSQ031: [SequenceModel(Precision = (Precision)2)]: Precision must be Precision.Single or Precision.Double.");

    [Fact]
    public void WeightsOutOfRange_AreReported() => Check(
        "using FastSeq;\n[SequenceModel(Weights = (WeightFormat)3), Input(5), Lstm(3), MeanSquaredError] partial class M;",
        "(2,2): error FSQ031: [SequenceModel(Weights = (WeightFormat)3)]: Weights must be WeightFormat.Float32, WeightFormat.BFloat16 or WeightFormat.Int8.");

    [Theory]
    [InlineData("BFloat16")]
    [InlineData("Int8")]
    public void QuantizedWeightsInDouble_AreReported(string format) => Check(
        $"using FastSeq;\n[SequenceModel(Precision = Precision.Double, Weights = WeightFormat.{format}), Input(5), Lstm(3), MeanSquaredError] partial class M;",
        $"(2,2): error FSQ037: 'M' has weights in {format} and computes in double: weights of fewer bits need Precision.Single. Remove Precision, or Weights.");

    [Fact]
    public void LayersOnAnotherPart_AreReportedThere() => Check(
        "using FastSeq;\n[SequenceModel, Input(5), MeanSquaredError] partial class M;\n[Lstm(3)]\npartial class M;\n",
        "(3,2): error FSQ020: [Lstm(3)] must stand on the same part of 'M' as [SequenceModel]: the order of layers counts. Move it there.");

    [Theory]
    [InlineData("[Input(5)]\n[Lstm(3)]\n[CrossEntropy]\nclass M;", "(2,2): error FSQ021: 'M' has [Input(5)] but no [SequenceModel]. Add [SequenceModel] above [Input(5)], or remove the layers.")]
    [InlineData("[MeanSquaredError]\npartial class M;\n[Lstm(3)] partial class M;", "(2,2): error FSQ021: 'M' has [MeanSquaredError] but no [SequenceModel]. Add [SequenceModel] above [MeanSquaredError], or remove the layers.")]
    [InlineData("[Lstm(1)]\n[Lstm(2)]\npartial class M;\n[Lstm(3)] partial class M;", "(2,2): error FSQ021: 'M' has [Lstm(1)] but no [SequenceModel]. Add [SequenceModel] above [Lstm(1)], or remove the layers.")]
    public void LayersWithoutSequenceModel_AreReportedOnce(string declaration, string expected) => Check("using FastSeq;\n" + declaration, expected);

    private static void Check(string source, params string[] expected)
    {
        GeneratorOutcome outcome = Harness.Run(source);
        Assert.Null(outcome.Crash);
        Assert.Equal(expected, outcome.Reported);
        Assert.Empty(outcome.Files);
    }
}

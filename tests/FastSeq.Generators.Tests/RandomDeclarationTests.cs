using CsCheck;
using FastSeq.Generators.Tests.Support;

namespace FastSeq.Generators.Tests;

/// <summary>Random declarations, sensible and not: the generator never crashes, and says so itself when it cannot write code that compiles.</summary>
public class RandomDeclarationTests
{
    private static readonly Gen<string> AnySize = Gen.OneOf(
        Gen.Int[1, 40].Select(size => $"{size}"),
        OneOf("0", "-1", "8192", "8193", "65536", "16777216", "int.MaxValue", "1 << 4", "(int)3.7", "'a'", "\"x\"", "1.5", "unknown", "2 / 0", "default", ""));

    private static readonly Gen<string> AnyName = OneOf("\"a\"", "\"A\"", "\"a.b\"", "\"\"", "null", "\" \"", "\"é\"", "\"linear1\"", "\"\\n\\\"\"", "5", "nameof(FastSeq)");

    private static readonly Gen<string> AnyArgument = Gen.OneOf(
        AnyName.Select(name => "Name = " + name),
        AnySize.Select(size => "Layers = " + size),
        OneOf(
            "Dropout = 0.5f", "Dropout = -0f", "Dropout = 2", "Dropout = float.NaN", "ForgetBias = 1", "ForgetBias = float.NaN", "ForgetBias = -1f / 0",
            "Epsilon = 0", "Epsilon = 0.1", "Bias = false", "Dilation = 2", "Dilation = -1", "Stride = 2", "Stride = -1", "Padding = Padding.Valid", "Padding = Padding.Both", "PaddingSize = 1", "Padding = (Padding)(-1)", "Approximate = GeluApproximation.Tanh", "Approximate = (GeluApproximation)3",
            "Reset = GruReset.BeforeProduct", "Reset = (GruReset)9", "Activation = RnnActivation.Relu", "Activation = (RnnActivation)(-1)",
            "LearnInitialState = true", "Direction = Direction.Reverse", "Direction = Direction.Bidirectional", "Direction = (Direction)3", "Column = 0", "Column = -1", "Merge = Merge.Sum", "Merge = (Merge)(-1)", "Other = 1", "hiddenSize: 3",
            "Bias = false", "Coupled = true", "ProjectionSize = 2", "Peepholes = true", "CellClip = 2", "InputClip = -1", "GateActivation = RnnActivation.Elu", "GateAlpha = 0.5f"));

    private static readonly Gen<string> AnyAttribute =
        from kind in OneOf(
            "Input", "Embedding", "Rnn", "Lstm", "LstmAttribute", "Gru", "LastStep", "Dropout", "Linear", "Relu", "Tanh", "Sigmoid", "Gelu", "Softmax", "LayerNorm", "Conv1d", "MeanOverTime", "MaxOverTime", "AttentionPooling", "Residual", "Skip", "CrossEntropy", "MeanSquaredError",
            "SequenceModel", "System.Serializable", "System.Obsolete", "Unknown", "Layer", "Loss")
        from sizes in AnySize.Array[0, 2]
        from named in AnyArgument.Array[0, 2]
        select $"{kind}({string.Join(", ", sizes.Concat(named))})";

    private static readonly Gen<string> AnyHeader = OneOf(
        "partial class M", "class M", "sealed partial class @class", "partial class M<T>", "static partial class M", "abstract partial class M", "partial record M",
        "partial record struct M", "partial struct M", "file partial class M", "partial class Step", "partial class M : System.Exception", "partial class M(int x)",
        "partial interface M", "partial class", "partial class M : System.IDisposable");

    private static readonly Gen<string> AnyMember = OneOf(
        "", "", "", "int x;", "void Step() { }", "M(int x) { }", "required int X;", "class State;", "int", "int get_Info() => 1;", "public int this[int i] => i;");

    private static readonly Gen<string> AnyAround = OneOf(
        "{0}", "{0}", "namespace N {{ {0} }}", "partial class O<T> {{ {0} }}", "class O {{ {0} }}", "partial interface I {{ {0} }}", "file partial class O {{ {0} }}",
        "partial record struct R(int X) {{ partial struct S {{ {0} }} }}", "class O {{ void F() {{ {0} }} }}", "namespace N.System.FastSeq {{ {0} }}");

    private static readonly Gen<string> AnyModel =
        from attributes in AnyAttribute.Array[0, 7]
        from isModel in Gen.Frequency((5, Gen.Const(true)), (1, Gen.Const(false)))
        from header in AnyHeader
        from member in AnyMember
        from around in AnyAround
        select Print(around, isModel ? attributes.Prepend("SequenceModel") : attributes, header, member);

    private static readonly Gen<string> Size = Gen.Frequency((4, Gen.Int[1, 40]), (1, Gen.Int[0, 3].Select(i => new[] { 64, 100, 256, 1024 }[i]))).Select(size => $"{size}");

    private static readonly Gen<string> Recurrent = Gen.OneOf(
        Size.Select(size => $"Rnn({size})"),
        Size.Select(size => $"Rnn({size}, Activation = RnnActivation.Relu, Layers = 3)"),
        Size.Select(size => $"Lstm({size})"),
        Size.Select(size => $"Lstm({size}, Layers = 2, Dropout = 0.25f, ForgetBias = 1)"),
        Size.Select(size => $"Gru({size})"),
        Size.Select(size => $"Rnn({size}, LearnInitialState = true)"),
        Size.Select(size => $"Gru({size}, Direction = Direction.Reverse)"),
        Size.Select(size => $"Lstm({size}, Layers = 2, Direction = Direction.Bidirectional, Merge = Merge.Mean)"),
        Size.Select(size => $"Gru({size}, Layers = 2, Reset = GruReset.BeforeProduct)"),
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], (size, more) => $"Lstm({size + more}, ProjectionSize = {size}, Layers = 2)"),
        Size.Select(size => $"Gru({size}, Bias = false, Reset = GruReset.BeforeProduct, InputClip = 2, GateActivation = RnnActivation.Affine)"),
        Size.Select(size => $"Lstm({size}, Coupled = true, CellClip = 3, InputClip = 2, Bias = false, Peepholes = true, CellActivation = RnnActivation.Elu, OutputActivation = RnnActivation.Softplus)"));

    private static readonly Gen<string> Between = Gen.OneOf(
        Size.Select(size => $"Linear({size})"),
        Size.Select(size => $"Linear({size}), Relu, Linear({size}), Tanh, Linear({size}), Sigmoid, Linear({size})"),
        Gen.Const("Dropout(0.5f)"),
        Size.Select(size => $"Gelu, Conv1d({size}, 3, Dilation = 2), Gelu(Approximate = GeluApproximation.Tanh)"),
        Size.Select(size => $"Relu, LayerNorm(Epsilon = 0.1), Conv1d({size}, 1), Tanh, Softmax"),
        Size.Select(size => $"Conv1d({size}, 3, Padding = Padding.Same), Residual, Conv1d({size}, 3, Padding = Padding.Both, PaddingSize = 1), Sigmoid"),
        Gen.Const("Dropout(0.25f), Skip(\"before\", Merge = Merge.Concat)"),
        Size.Select(size => $"Residual, Linear({size}), Relu, Residual, Conv1d({size}, 2)"),
        Recurrent.Select(recurrent => "Residual, " + recurrent),
        Recurrent);

    private static readonly Gen<string> ValidModel =
        from precision in OneOf("SequenceModel", "SequenceModel(Precision = Precision.Double)")
        from first in Gen.OneOf(Size.Select(size => $"Input({size}, Name = \"before\")"), Size.Select(size => $"Input({size}, Name = \"before\"), Embedding({size}, {size}, Column = 0)"), Size.Select(size => $"Embedding({size}, {size}, Name = \"before\")"))
        from before in Between.Array[0, 2]
        from recurrent in Recurrent
        from lastStep in OneOf("", "LastStep", "MeanOverTime", "MaxOverTime", "AttentionPooling")
        from after in OneOf("", "Dropout(0.1f)", "Linear(7), Relu", "Linear(33), Sigmoid, Dropout(0.2f)")
        from output in OneOf("Linear(2)", "Linear(17), CrossEntropy", "Linear(1), MeanSquaredError", "Linear(3), Quantile(0.1f, 0.5f, 0.9f)", "Linear(2), CrossEntropy(LabelSmoothing = 0.1f, IgnoreIndex = -1)", "Linear(1), BinaryCrossEntropy", "Linear(3), Quantile(0.5f)", "MeanSquaredError")
        from around in OneOf("{0}", "namespace N.M {{ {0} }}", "partial struct O<T, U> {{ {0} }}", "partial interface I {{ {0} }}")
        select Print(
            around,
            [precision, first, .. before, recurrent, lastStep, after, output.Contains(',', StringComparison.Ordinal) || output == "MeanSquaredError" ? output : output + ", CrossEntropy"],
            "partial class M",
            "");

    [Fact]
    public void AnyDeclaration_NeverCrashes_AndCompilesWhenNothingIsReported() => AnyModel.Array[1, 3].Sample(
        models =>
        {
            string source = "using FastSeq;\n" + string.Join("\n", models);
            GeneratorOutcome outcome = Harness.Run(source);
            Assert.Null(outcome.Crash);
            if (outcome.Files.Count > 0)
            {
                string[] ownErrors = Harness.Run(source.Replace("SequenceModel", "System.Obsolete", StringComparison.Ordinal)).CompileErrors;
                Assert.True(outcome.GeneratedErrors.Length == 0 || ownErrors.Length > 0, string.Join("\n", outcome.GeneratedErrors));
            }
        },
        iter: 200,
        threads: 1);

    [Fact]
    public void ValidDeclaration_Compiles() => ValidModel.Sample(
        source => Harness.Run("using FastSeq;\n" + source).AssertClean(),
        iter: 12,
        threads: 1);

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static string Print(string around, IEnumerable<string> attributes, string header, string member)
    {
        string declaration = $"[{string.Join(", ", attributes.Where(attribute => attribute.Length > 0))}]\n{header} {{ {member} }}";
        return string.Format(System.Globalization.CultureInfo.InvariantCulture, around, declaration);
    }
}

using FastSeq.Generators.Tests.Support;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FastSeq.Generators.Tests.House;

/// <summary>
/// Results repeat bit for bit, so the runtime's exponentials and logarithms are its own. Those of TensorPrimitives multiply and add in one rounding or in two, depending on whether the
/// precompiled or the just-in-time compiled code of the framework runs: a process that gets warm changed its results (docs/numerics.md).
/// </summary>
public sealed class RepeatableMathsTests
{
    /// <summary>Operations whose every element is rounded once, or that only choose.</summary>
    private static readonly string[] Exact =
        ["Abs", "Add", "Clamp", "Divide", "IsFiniteAll", "Max", "Min", "Multiply", "Negate", "Subtract"];

    /// <summary>Functions that are rounded in as many ways as there are libraries.</summary>
    private static readonly string[] Rounded =
        ["Exp", "Exp2", "Exp10", "ExpM1", "Log", "Log2", "Log10", "LogP1", "Pow", "Cbrt", "Sin", "Cos", "SinCos", "Tan", "Asin", "Acos", "Atan", "Atan2", "Sinh", "Cosh", "Tanh", "Sigmoid", "SoftMax"];

    /// <summary>
    /// Our own, by any width or with the constants that a loop holds (emitted code and normalised cells call a <c>VectorMath.Loop512</c> math), and those of the C library for one double, which precompiled and
    /// just-in-time compiled code call alike.
    /// </summary>
    private static readonly string[] OneForAllCode = ["VectorMath", "math", "TWidth", "WidthScalar<T>", "Activations", "global::FastSeq.Kernels.Activations", "Math"];

    [Fact]
    public void TensorPrimitives_AreExactOperations()
        => Assert.Empty(Names(Directory.EnumerateFiles(Repository.PathOf("src", "FastSeq.Runtime"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)).Except([.. Exact, "MultiplyAdd"]));

    [Fact]
    public void OtherOperation_IsSeen()
        => Assert.Equal(["Exp"], Names(["class C { void F(float[] x) { TensorPrimitives.Exp(x, x); TensorPrimitives.Add(x, x, x); } }"]).Except(Exact));

    /// <summary>Of the runtime but its references, whose bits nobody keeps, and of emitted code.</summary>
    [Fact]
    public void RoundedFunctions_AreOurOwn()
    {
        string[] files =
        [
            .. Directory.EnumerateFiles(Repository.PathOf("src", "FastSeq.Runtime"), "*.cs", SearchOption.AllDirectories).Where(path => Path.GetFileName(Path.GetDirectoryName(path)) != "Cells"),
            .. Directory.EnumerateFiles(Repository.PathOf("tests", "FastSeq.Generators.Tests", "Golden"), "*.cs"),
        ];
        Assert.Empty(Foreign(files.Select(File.ReadAllText)));
    }

    [Theory]
    [InlineData("MathF.Exp(x)")]
    [InlineData("T.Tanh(x)")]
    [InlineData("float.Log(x)")]
    [InlineData("Vector256.Exp(x)")]
    [InlineData("TensorPrimitives.SoftMax(x)")]
    public void ForeignFunction_IsSeen(string call)
        => Assert.Equal([call[..^3]], Foreign([$"class C {{ void F() {{ {call}; VectorMath.Exp(x); Math.Log(x); }} }}"]));

    private static IEnumerable<string> Foreign(IEnumerable<string> sources)
        => sources
            .SelectMany(text => CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>())
            .Select(call => call.Expression).OfType<MemberAccessExpressionSyntax>()
            .Where(access => Rounded.Contains(access.Name.Identifier.Text) && !OneForAllCode.Contains(access.Expression.ToString()))
            .Select(access => access.ToString())
            .Distinct();

    private static IEnumerable<string> Names(IEnumerable<string> sources)
        => sources
            .SelectMany(text => CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes().OfType<MemberAccessExpressionSyntax>())
            .Where(access => access.Expression.ToString().EndsWith("TensorPrimitives", StringComparison.Ordinal))
            .Select(access => access.Name.Identifier.Text)
            .Distinct();
}

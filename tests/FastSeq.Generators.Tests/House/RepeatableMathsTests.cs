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

    [Fact]
    public void TensorPrimitives_AreExactOperations()
        => Assert.Empty(Names(Directory.EnumerateFiles(Repository.PathOf("src", "FastSeq.Runtime"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)).Except([.. Exact, "MultiplyAdd"]));

    [Fact]
    public void OtherOperation_IsSeen()
        => Assert.Equal(["Exp"], Names(["class C { void F(float[] x) { TensorPrimitives.Exp(x, x); TensorPrimitives.Add(x, x, x); } }"]).Except(Exact));

    private static IEnumerable<string> Names(IEnumerable<string> sources)
        => sources
            .SelectMany(text => CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes().OfType<MemberAccessExpressionSyntax>())
            .Where(access => access.Expression.ToString().EndsWith("TensorPrimitives", StringComparison.Ordinal))
            .Select(access => access.Name.Identifier.Text)
            .Distinct();
}

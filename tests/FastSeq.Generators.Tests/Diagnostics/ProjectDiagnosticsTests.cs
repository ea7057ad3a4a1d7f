using FastSeq.Generators.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FastSeq.Generators.Tests.Diagnostics;

/// <summary>Projects that emitted code cannot compile in, and how projects silence warnings.</summary>
public class ProjectDiagnosticsTests
{
    private const string Model = "[FastSeq.SequenceModel, FastSeq.Input(5), FastSeq.Lstm(3), FastSeq.MeanSquaredError]\npartial class M { }\n";

    [Fact]
    public void OldLanguageVersion_IsReported()
    {
        GeneratorOutcome outcome = Harness.Run(Harness.Compile(Harness.Parse.WithLanguageVersion(LanguageVersion.CSharp12), Model));
        Assert.Equal(
            ["(2,1): error FSQ028: 'M' needs C# 13 or later, but the project's language version is 12.0. Remove <LangVersion> from the project, or raise it."],
            outcome.Reported);
        Assert.Empty(outcome.Files);
    }

    [Fact]
    public void OtherRuntime_IsReported()
    {
        // A runtime of another version: one attribute more than the generator knows, and none of the types that emitted code uses.
        const string runtime = """
            namespace FastSeq
            {
                public abstract class LayerAttribute : System.Attribute;
                public class SequenceModelAttribute : System.Attribute;
                public class ConvolutionAttribute(int size) : LayerAttribute { public int Size => size; }
            }
            """;
        CSharpCompilation library = Harness.Compile(runtime).WithAssemblyName("FastSeq.Runtime").RemoveReferences(RuntimeReference());
        CSharpCompilation project = Harness.Compile("[FastSeq.SequenceModel]\n[FastSeq.Convolution(5)]\npartial class M;\n")
            .ReplaceReference(RuntimeReference(), library.ToMetadataReference());
        Assert.Equal(
            [
                "(2,2): error FSQ029: 'M' needs [Convolution(5)], which the referenced FastSeq.Runtime 0.0.0.0 and this generator do not share. Reference one version of the FastSeq package.",
                "(3,1): error FSQ029: 'M' needs 'FastSeq.LossAttribute', which the referenced FastSeq.Runtime 0.0.0.0 and this generator do not share. Reference one version of the FastSeq package.",
            ],
            Harness.Run(project).Reported);
    }

    [Fact]
    public void AliasedRuntime_IsReported()
    {
        CSharpCompilation project = Harness.Compile("extern alias seq;\n" + Model.Replace("FastSeq.", "seq::FastSeq.", StringComparison.Ordinal));
        GeneratorOutcome outcome = Harness.Run(project.ReplaceReference(RuntimeReference(), RuntimeReference().WithAliases(["seq"])));
        Assert.Equal(
            ["(3,1): error FSQ035: 'M' cannot be generated: FastSeq.Runtime is referenced under the alias 'seq' alone. Add 'global' to the Aliases of the reference."],
            outcome.Reported);
    }

    [Theory]
    [InlineData("class System;", "System")]
    [InlineData("namespace System { class Span<T>; }", "System.Span<T>")]
    [InlineData("namespace FastSeq { class LayerAttribute; }", "FastSeq.LayerAttribute")]
    [InlineData("namespace FastSeq { class Tensors; }", "FastSeq.Tensors")]
    [InlineData("class @var;", "var")]
    public void HiddenType_IsReported(string declaration, string name)
    {
        GeneratorOutcome outcome = Harness.Run(Model + declaration);
        Assert.Equal(
            [$"(2,1): error FSQ036: 'M' cannot be generated: the type '{name}' of your project hides what generated code calls by that name. Rename it, or move it to another namespace."],
            outcome.Reported);
    }

    [Fact]
    public void HidingTypeParameter_IsReported() => Assert.Contains(
        "error FSQ036: 'M' cannot be generated: the type 'nuint' of your project",
        Assert.Single(Harness.Run($"partial class O<@nuint> {{ {Model} }}").Reported), StringComparison.Ordinal);

    [Fact]
    public void OtherTypesInNamespaceSystem_AreNotInTheWay() =>
        Harness.Run(Model + "namespace System.Runtime.CompilerServices { class IsExternalInit; } namespace FastSeq.Mine { class Mine; }").AssertClean();

    [Fact]
    public void Pragma_SilencesAWarning()
    {
        string model = Model.Replace("Lstm(3)", "Lstm(3, Dropout = 0.5f)", StringComparison.Ordinal);
        Assert.Contains("FSQ011", Assert.Single(Harness.Run(model).Reported), StringComparison.Ordinal);
        Assert.Empty(Harness.Run("#pragma warning disable FSQ011\n" + model).Reported);
    }

    private static PortableExecutableReference RuntimeReference() => Harness.References.OfType<PortableExecutableReference>()
        .Single(reference => Path.GetFileName(reference.FilePath) == "FastSeq.Runtime.dll");
}

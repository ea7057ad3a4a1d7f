using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using FastSeq.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace FastSeq.Tests.RandomDeclarations;

/// <summary>Source text with declarations -> the generator -> the compiler -> loaded types, all in memory.</summary>
public static class ModelCompiler
{
    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Append(typeof(SequenceModelAttribute).Assembly.Location)
            .Distinct()
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private static readonly CSharpParseOptions Parse = new(LanguageVersion.Preview);

    /// <summary>Compiles declarations, and loads what came out; anything that the compiler or the generator says is a failure.</summary>
    public static Assembly Compile(string source)
    {
        Assert.Empty(Generate(source, out Compilation generated));
        using var image = new MemoryStream();
        ImmutableArray<Diagnostic> fromCompiler = generated.Emit(image).Diagnostics;
        Assert.Empty(fromCompiler.Where(d => d.Severity >= DiagnosticSeverity.Warning));
        image.Position = 0;
        return new AssemblyLoadContext("Random", isCollectible: true).LoadFromStream(image);
    }

    /// <summary>The generator's errors.</summary>
    public static Diagnostic[] Generate(string source, out Compilation generated)
    {
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Random", [CSharpSyntaxTree.ParseText(source, Parse)], References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));
        CSharpGeneratorDriver.Create([new ModelGenerator().AsSourceGenerator()], parseOptions: Parse)
            .RunGeneratorsAndUpdateCompilation(compilation, out generated, out ImmutableArray<Diagnostic> fromGenerator);
        return [.. fromGenerator.Where(d => d.Severity == DiagnosticSeverity.Error)];
    }
}

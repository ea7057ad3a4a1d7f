using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FastSeq.Generators.Tests.Support;

/// <summary>Compiles source against the framework and FastSeq.Runtime, and runs the generator over it.</summary>
internal static class Harness
{
    private static readonly string[] OtherReferences = ["FastSeq.Runtime.dll", "System.Numerics.Tensors.dll"];

    public static readonly ImmutableArray<MetadataReference> References = FindReferences();

    public static CSharpParseOptions Parse { get; } = new(LanguageVersion.CSharp13, DocumentationMode.Diagnose);

    public static CSharpCompilation Compile(params string[] sources) => Compile(Parse, sources);

    public static CSharpCompilation Compile(CSharpParseOptions parse, params string[] sources) => CSharpCompilation.Create(
        "Models",
        sources.Select((source, i) => CSharpSyntaxTree.ParseText(source, parse, $"Source{i}.cs")),
        References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, warningLevel: 9999));

    public static GeneratorDriver Driver(CSharpParseOptions? parse = null) => CSharpGeneratorDriver.Create(
        [new ModelGenerator().AsSourceGenerator()],
        parseOptions: parse ?? Parse,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    public static GeneratorOutcome Run(params string[] sources) => Run(Compile(sources));

    public static GeneratorOutcome Run(CSharpCompilation compilation)
    {
        var parse = compilation.SyntaxTrees.Length > 0 ? (CSharpParseOptions)compilation.SyntaxTrees[0].Options : Parse;
        GeneratorDriver driver = Driver(parse)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out _, TestContext.Current.CancellationToken);
        return new GeneratorOutcome(driver.GetRunResult().Results[0], output);
    }

    private static ImmutableArray<MetadataReference> FindReferences()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == framework || OtherReferences.Contains(Path.GetFileName(path)))
            .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path))
            .ToImmutableArray();
    }
}

using System.CommandLine;
using System.Globalization;
using System.Text;
using FastSeq.Benchmarks.Shared;
using FastSeq.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace FastSeq.Benchmarks.Ratios;

/// <summary>What do models cost at compile time? Lines, bytes of IL and milliseconds of the generator, as the layers grow and as a project has many models.</summary>
static class SizesCommand
{
    const int Rounds = 15;
    static readonly CSharpParseOptions s_options = new(LanguageVersion.Latest);

    static readonly PortableExecutableReference[] s_references =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(path) is "netstandard.dll" or "FastSeq.Runtime.dll")
            .Select(path => MetadataReference.CreateFromFile(path))];

    public static Command Create()
    {
        var command = new Command("sizes", "Generated lines, bytes of IL and milliseconds of the generator, as models grow.");
        command.SetAction(_ => Run());
        return command;
    }

    static void Run()
    {
        Console.WriteLine("The first time holds the compilation of the generator itself by the JIT; later times are medians of " + Rounds.ToString(CultureInfo.InvariantCulture) + " fresh compilations.");
        foreach (int hidden in new[] { 16, 256, 1024, 4096 })
            Report($"LSTM {hidden}, 2 layers, Linear", [Model("Model", hidden)]);
        foreach (int hidden in new[] { 20, 250, 1000, 4090 })
            Report($"LSTM {hidden}, narrow panels", [Model("Model", hidden)]);
        Report("20 models, LSTM 16 to 320", [.. Enumerable.Range(1, 20).Select(i => Model($"Model{i}", 16 * i))]);
    }

    static string Model(string name, int hidden) => $$"""
        [FastSeq.SequenceModel]
        [FastSeq.Input(10)]
        [FastSeq.Lstm({{hidden}}, Layers = 2)]
        [FastSeq.Linear(5)]
        [FastSeq.MeanSquaredError]
        public sealed partial class {{name}};

        """;

    static void Report(string what, IReadOnlyList<string> models)
    {
        string source = string.Concat(models);
        (double first, GeneratorDriver driver, Compilation compilation) = Generate(source);
        double[] times = [.. Enumerable.Range(0, Rounds).Select(_ => Generate(source).Milliseconds)];
        int lines = driver.GetRunResult().GeneratedTrees.Sum(tree => tree.GetText().Lines.Count);
        using var assembly = new MemoryStream();
        EmitResult emitted = compilation.Emit(assembly);
        if (!emitted.Success)
            throw new InvalidOperationException(string.Join('\n', emitted.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Take(5)));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-30} {lines,7:N0} lines {assembly.Length,9:N0} bytes of IL   generator {first,7:F1} ms at first, then {Statistics.Median(times) / models.Count,6:F2} ms a model"));
    }

    static (double Milliseconds, GeneratorDriver Driver, Compilation Compilation) Generate(string source)
    {
        var tree = CSharpSyntaxTree.ParseText(source, s_options, encoding: Encoding.UTF8);
        var compilation = CSharpCompilation.Create(
            "Sizes", [tree], s_references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, optimizationLevel: OptimizationLevel.Release));
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new ModelGenerator().AsSourceGenerator()], parseOptions: s_options)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation updated, out _);
        return (driver.GetTimingInfo().GeneratorTimes[0].ElapsedTime.TotalMilliseconds, driver, updated);
    }
}

using FastSeq.Generators.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FastSeq.Generators.Tests.House;

/// <summary>The folders of the runtime depend on each other one way, as docs/architecture.md says: read from what each file really names.</summary>
public sealed class DependencyTests
{
    /// <summary>Whom a folder may use besides itself.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Declarations"] = [],
        ["Tensors"] = [],
        ["Kernels"] = ["Tensors"],
        ["Cells"] = ["Declarations", "Tensors"],
        ["Devices"] = ["Declarations"],
        ["Data"] = ["Declarations", "Tensors", "Losses", "Models"],
        ["Losses"] = ["Tensors", "Kernels"],
        ["Optimizers"] = ["Tensors", "Kernels"],
        ["Models"] = ["Declarations", "Devices", "Tensors", "Kernels", "Losses", "Optimizers"],
        ["Checkpoints"] = ["Declarations", "Tensors", "Kernels", "Models"],
        ["Training"] = ["Declarations", "Tensors", "Kernels", "Losses", "Optimizers", "Data", "Models", "Checkpoints"],
    };

    /// <summary>
    /// A model says what trains it (CreateTrainingEngine, by which AOT finds the number types): the contract in Models names three types of Training, and nothing else may.
    /// </summary>
    private static readonly string[] ContractTypes = ["ITrainingEngine", "TrainerOptions", "SequenceDataset"];

    [Fact]
    public void RuntimeFolders_DependOneWay()
    {
        Assert.Equal("", string.Join("\n", Violations(Sources())));
    }

    [Fact]
    public void WrongDependency_IsSeen()
    {
        string path = Repository.PathOf("src", "FastSeq.Runtime", "Cells", "Wrong.cs");
        SyntaxTree wrong = CSharpSyntaxTree.ParseText(
            "namespace FastSeq.Cells; class Wrong { float F(float x) => FastSeq.Kernels.VectorMath.Tanh(x); }", path: path);
        Assert.Contains("Cells uses Kernels: Wrong.cs names VectorMath", Violations([.. Sources(), wrong]));
    }

    [Fact]
    public void EveryFolder_HasItsRule()
    {
        string runtime = Repository.PathOf("src", "FastSeq.Runtime");
        IEnumerable<string> folders = Directory.GetDirectories(runtime).Where(d => Directory.GetFiles(d, "*.cs").Length > 0).Select(d => Path.GetFileName(d)!);
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), folders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Generator_ReferencesRoslynOnly()
    {
        string[] ours = typeof(ModelGenerator).Assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(n => n.StartsWith("FastSeq", StringComparison.Ordinal)).ToArray();
        Assert.Empty(ours);
    }

    private static SyntaxTree[] Sources()
    {
        const string usings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";
        string runtime = Repository.PathOf("src", "FastSeq.Runtime");
        return Directory.EnumerateFiles(runtime, "*.cs", SearchOption.AllDirectories)
            .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), path: path))
            .Append(CSharpSyntaxTree.ParseText(usings))
            .ToArray();
    }

    private static string[] Violations(SyntaxTree[] sources)
    {
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Runtime",
            sources,
            Harness.References.Where(r => !r.Display!.EndsWith("FastSeq.Runtime.dll", StringComparison.Ordinal)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        var violations = new SortedSet<string>(StringComparer.Ordinal);
        foreach (SyntaxTree tree in sources.Where(s => s.FilePath.Length > 0))
        {
            string folder = FolderOf(tree);
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (SimpleNameSyntax name in tree.GetRoot(TestContext.Current.CancellationToken).DescendantNodes().OfType<SimpleNameSyntax>())
            {
                ISymbol? symbol = model.GetSymbolInfo(name, TestContext.Current.CancellationToken).Symbol;
                INamedTypeSymbol? type = (symbol as INamedTypeSymbol ?? symbol?.ContainingType)?.OriginalDefinition;
                if (type is null || type.DeclaringSyntaxReferences.IsEmpty)
                {
                    continue;
                }

                string used = FolderOf(type.DeclaringSyntaxReferences[0].SyntaxTree);
                bool isContract = folder == "Models" && ContractTypes.Contains(type.Name);
                if (used != folder && !isContract && !Allowed[folder].Contains(used))
                {
                    violations.Add($"{folder} uses {used}: {Path.GetFileName(tree.FilePath)} names {type.Name}");
                }
            }
        }

        return [.. violations];
    }

    private static string FolderOf(SyntaxTree tree) => Path.GetFileName(Path.GetDirectoryName(tree.FilePath)!);
}

using FastSeq.Generators.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FastSeq.Generators.Tests.Incremental;

/// <summary>Two runs over a project that changed in between: what ran again?</summary>
public class IncrementalTests
{
    private const string Tagger = "using FastSeq;\n[SequenceModel, Embedding(100, 8), Lstm(16), Linear(5), CrossEntropy]\npartial class Tagger;\nclass Other { }\n";
    private const string Warned = "using FastSeq;\n[SequenceModel, Input(5), Gru(16, Dropout = 0.5f), MeanSquaredError]\npartial class Warned;\n";
    private const string Wrong = "using FastSeq;\n[SequenceModel, Input(5), Gru(0), MeanSquaredError]\npartial class Wrong;\n[Lstm(5)] class Orphan;\n";

    private static readonly string[] StagesToSource = [StageNames.Spec, StageNames.Plan, StageNames.Emit];

    [Fact]
    public void FirstRun_EveryStageIsNew()
    {
        GeneratorDriver driver = RunTwice(null);
        Assert.All(StageNames.All, stage => Assert.All(Tracked.Outputs(driver, stage), output => Assert.Equal(IncrementalStepRunReason.New, output.Reason)));
        Assert.Equal([3, 2, 2, 2, 3], StageNames.All.Select(stage => Tracked.Outputs(driver, stage).Length));
    }

    [Fact]
    public void UnrelatedFile_RunsNothingAgain() =>
        AssertNothingRan(RunTwice(compilation => compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText("class New;", Harness.Parse, "New.cs"))), StageNames.All);

    [Fact]
    public void UnrelatedEditBelowTheModel_RunsNothingAgain() =>
        AssertNothingRan(RunTwice(compilation => Edit(compilation, 0, "class Other { }", "class Other { int added; }")), StageNames.All);

    [Fact]
    public void MovedLines_DoNotEmitAgain()
    {
        GeneratorDriver driver = RunTwice(compilation => Edit(Edit(Edit(compilation, 0, "[Seq", "\n\n[Seq"), 1, "[Seq", "\n[Seq"), 2, "[Seq", "\n[Seq"));

        AssertNothingRan(driver, StagesToSource);
        Assert.Contains(Tracked.Outputs(driver, StageNames.Report), output => output.Reason == IncrementalStepRunReason.Modified);

        // The warning has moved with its line all the same.
        Diagnostic warning = Assert.Single(driver.GetRunResult().Diagnostics, diagnostic => diagnostic.Id == "FSQ011");
        Assert.Equal(2, warning.Location.GetLineSpan().StartLinePosition.Line);
    }

    [Fact]
    public void SameDeclarationInOtherWords_DoesNotEmitAgain() =>
        AssertNothingRan(RunTwice(compilation => Edit(compilation, 0, "Lstm(16)", "LstmAttribute(hiddenSize: 2 * 8)")), StageNames.All);

    [Fact]
    public void EditedModel_EmitsItselfAlone()
    {
        GeneratorDriver driver = RunTwice(compilation => Edit(compilation, 0, "Lstm(16)", "Lstm(17)"));
        foreach (string stage in StagesToSource)
        {
            (object Value, IncrementalStepRunReason Reason)[] outputs = Tracked.Outputs(driver, stage);
            Assert.Equal(2, outputs.Length);
            Assert.True(outputs[0].Reason == IncrementalStepRunReason.Modified, $"{stage}: {outputs[0].Reason}");
            Assert.True(outputs[1].Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{stage}: {outputs[1].Reason}");
        }
    }

    [Fact]
    public void ValuesBetweenStages_HoldNoSymbolAndNoSyntax()
    {
        GeneratorDriver driver = RunTwice(null);
        foreach (string stage in StageNames.All)
        {
            Assert.All(Tracked.Outputs(driver, stage), output => Assert.Empty(ObjectGraph.CompilerObjects(output.Value)));
        }
    }

    [Fact]
    public void ObjectGraph_FindsCompilerObjectsAtAnyDepth()
    {
        CSharpCompilation compilation = Harness.Compile(Tagger);
        object hidden = new List<object?> { null, (1, new Lazy<object>(() => 1), new object[] { "a", compilation.SyntaxTrees[0].GetRoot(TestContext.Current.CancellationToken) }) };
        Assert.NotEmpty(ObjectGraph.CompilerObjects(hidden));
        Assert.NotEmpty(ObjectGraph.CompilerObjects(compilation.GlobalNamespace));
        Assert.NotEmpty(ObjectGraph.CompilerObjects(Location.None));
        Assert.Empty(ObjectGraph.CompilerObjects(new List<object> { 1, "a" }));
    }

    /// <summary>Runs over the three sources, and again after an edit.</summary>
    private static GeneratorDriver RunTwice(Func<CSharpCompilation, CSharpCompilation>? edit)
    {
        CSharpCompilation compilation = Harness.Compile(Tagger, Warned, Wrong);
        GeneratorDriver driver = Harness.Driver().RunGenerators(compilation, TestContext.Current.CancellationToken);
        return edit is null ? driver : driver.RunGenerators(edit(compilation), TestContext.Current.CancellationToken);
    }

    private static CSharpCompilation Edit(CSharpCompilation compilation, int file, string from, string to)
    {
        SyntaxTree tree = compilation.SyntaxTrees[file];
        string text = tree.ToString();
        Assert.Contains(from, text, StringComparison.Ordinal);
        int at = text.IndexOf(from, StringComparison.Ordinal);
        return compilation.ReplaceSyntaxTree(tree, tree.WithChangedText(Microsoft.CodeAnalysis.Text.SourceText.From(text.Remove(at, from.Length).Insert(at, to))));
    }

    private static void AssertNothingRan(GeneratorDriver driver, IEnumerable<string> stages)
    {
        foreach (string stage in stages)
        {
            (object Value, IncrementalStepRunReason Reason)[] outputs = Tracked.Outputs(driver, stage);
            Assert.NotEmpty(outputs);
            Assert.All(outputs, output => Assert.True(output.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{stage}: {output.Reason}"));
        }
    }
}

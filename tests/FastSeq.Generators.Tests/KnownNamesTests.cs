using System.Reflection;
using FastSeq.Generators.Emit;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Read;
using FastSeq.Generators.Specs;
using FastSeq.Generators.Tests.Support;
using FastSeq.Kernels;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FastSeq.Generators.Tests;

/// <summary>The generator knows FastSeq.Runtime by name alone: these tests hold the names, and what goes with them, against the Runtime.</summary>
public class KnownNamesTests
{
    private static readonly Assembly Runtime = typeof(SequenceModelAttribute).Assembly;

    [Fact]
    public void EveryName_IsATypeOfTheRuntime()
    {
        Assert.Equal(KnownNames.RuntimeAssembly, Runtime.GetName().Name);
        IEnumerable<string> names = typeof(KnownNames).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.Name is not nameof(KnownNames.HideableNames))
            .SelectMany(field => field.GetValue(null) is string[] list ? list : [(string)field.GetValue(null)!])
            .Where(name => name.StartsWith(KnownNames.Namespace + ".", StringComparison.Ordinal) && name != KnownNames.RuntimeAssembly);
        Assert.All(names, name => Assert.NotNull(Runtime.GetType(name)));
    }

    /// <summary>Sizes that the generator plans memory by are those that the kernels write.</summary>
    [Fact]
    public void SizesOfNormalizedCells_AreThoseOfTheRuntime() =>
        Assert.Equal((NormalizedPlan.StatisticsSize, NormalizedPlan.RowGroup), (NormalizedSums.StatisticsSize, NormalizedSums.RowGroup));

    [Fact]
    public void EveryLayerAndLossOfTheRuntime_IsKnown()
    {
        IEnumerable<string> declared = Runtime.GetExportedTypes()
            .Where(type => !type.IsAbstract && (type.IsSubclassOf(typeof(LayerAttribute)) || type.IsSubclassOf(typeof(LossAttribute))))
            .Select(type => type.FullName!);
        Assert.Equal(declared.Order(), KnownNames.LayerAndLossAttributes.Order());
    }

    /// <summary>Every property that can be set on an attribute of the Runtime reaches the spec: none is forgotten or misnamed.</summary>
    [Fact]
    public void EveryNamedArgument_ReachesTheSpec()
    {
        string[] changes =
        [
            "Lstm(4, Name = \"x\")", "Lstm(4, Layers = 2)", "Lstm(4, Layers = 2, Dropout = 0.5f)", "Lstm(4, ForgetBias = 1)",
            "Lstm(4, LearnInitialState = true)", "Lstm(4, Direction = Direction.Bidirectional)", "Lstm(4, Direction = Direction.Bidirectional, Merge = Merge.Sum)",
            "Rnn(4)", "Rnn(4, Activation = RnnActivation.Relu)", "Gru(4)", "Gru(4, Reset = GruReset.BeforeProduct)",
            "Lstm(4, Bias = false)", "Lstm(4, InputClip = 1)", "Lstm(4, CellClip = 1)", "Lstm(4, Coupled = true)", "Lstm(4, ProjectionSize = 2)", "Lstm(4, Peepholes = true)", "Lstm(4, LayerNorm = true)", "Gru(4, LayerNorm = true)", "Lstm(4), Linear(4)", "Lstm(4), Linear(4, Bias = false)",
            .. Function("Rnn", ""), .. Function("Lstm", "Gate"), .. Function("Lstm", "Cell"), .. Function("Lstm", "Output"), .. Function("Gru", "Gate"), .. Function("Gru", "Candidate"),
            "Lstm(4), Gelu", "Lstm(4), Gelu(Approximate = GeluApproximation.Tanh)", "Lstm(4), Softmax", "Lstm(4), LayerNorm", "Lstm(4), LayerNorm(Epsilon = 1)",
            "Lstm(4), LayerNorm(Bias = false)", "Lstm(4), Conv1d(4, 2)", "Lstm(4), Conv1d(4, 3)", "Lstm(4), Conv1d(4, 2, Dilation = 2)", "Lstm(4), Conv1d(4, 2, Stride = 2)", "Lstm(4), Conv1d(4, 3, Padding = Padding.Same)",
            "Lstm(4), Conv1d(4, 3, Padding = Padding.Both, PaddingSize = 1)", "Lstm(4), Conv1d(4, 3, Padding = Padding.Both, PaddingSize = 2)",
            "Lstm(4), MeanOverTime", "Lstm(4), MaxOverTime", "Lstm(4), AttentionPooling",
            "Lstm(4, Frozen = true), Linear(3)", "Lstm(4), Linear(3, Frozen = true)", "Lstm(4), Dropout(0.5f)", "Lstm(4), Dropout(0.5f, Variational = true)",
            "Lstm(4, InputDropout = 0.5f)", "Lstm(4, RecurrentDropout = 0.5f)", "Lstm(4, Zoneout = 0.5f)", "Lstm(4, CellZoneout = 0.5f)", "Lstm(4, WeightDrop = 0.5f)",
            "Embedding(9, 2, Column = 0), Lstm(4)", "Embedding(9, 2, Column = 1), Lstm(4)", "Residual, Lstm(4)", "Lstm(4), Linear(4), Skip(\"input\")", "Lstm(4), Linear(4), Skip(\"lstm\")", "Lstm(4), Linear(4), Skip(\"lstm\", Merge = Merge.Mean)",
        ];
        string[] losses =
        [
            "CrossEntropy", "CrossEntropy(LabelSmoothing = 0.1f)", "CrossEntropy(IgnoreIndex = -100)", "CrossEntropy(ClassWeights = new[] { 1f, 2f, 1f, 1f })",
            "BinaryCrossEntropy", "BinaryCrossEntropy(PositiveWeights = new[] { 1f, 2f, 1f, 1f })", "MeanAbsoluteError",
            "Huber", "Huber(2)", "Quantile(0.5f)", "Quantile(0.1f, 0.9f)", "Quantile(0.9f, 0.1f)", "Ctc", "Ctc(Blank = 2)", "Ctc(ZeroInfinity = true)",
        ];
        ModelSpec[] specs = [.. changes.Prepend("Lstm(4)").Select(layer => Spec("SequenceModel", layer)), Spec("SequenceModel(Precision = Precision.Double)", "Lstm(4)"),
            Spec("SequenceModel(Weights = WeightFormat.BFloat16)", "Lstm(4)"), Spec("SequenceModel(Weights = WeightFormat.Int8)", "Lstm(4)"),
            .. losses.Select(loss => Spec("SequenceModel", "Lstm(4)", loss))];
        Assert.Equal(specs.Length, specs.Select(spec => spec with { Layers = [.. spec.Layers.Select(layer => layer with { Declaration = "" })], Loss = spec.Loss with { Declaration = "" } }).Distinct().Count());

        ModelSpec tied = Tracked.Specs("using FastSeq; [SequenceModel, Embedding(4, 4), Lstm(4), Linear(4, Tied = true), CrossEntropy] partial class Model;")["Model"];
        Assert.True(Assert.IsType<LinearSpec>(tied.Layers[2]).IsTied);

        IEnumerable<string> settable = Runtime.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(Attribute)))
            .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(property => property.CanWrite).Select(property => property.Name);
        Assert.Equal(
            [
                "Activation", "Alpha", "Approximate", "Beta", "Bias", "Blank", "CandidateActivation", "CandidateAlpha", "CandidateBeta", "CellActivation", "CellAlpha", "CellBeta",
                "CellClip", "CellZoneout", "ClassWeights", "Column", "Coupled", "Dilation", "Direction", "Dropout", "Epsilon", "ForgetBias", "Frozen", "GateActivation", "GateAlpha", "GateBeta", "IgnoreIndex",
                "InputClip", "InputDropout", "LabelSmoothing", "LayerNorm", "Layers", "LearnInitialState", "Merge", "Name", "OutputActivation", "OutputAlpha", "OutputBeta", "Padding", "PaddingSize", "Peepholes", "PositiveWeights",
                "Precision", "ProjectionSize", "RecurrentDropout", "Reset", "Stride", "Tied", "Variational", "WeightDrop", "Weights", "ZeroInfinity", "Zoneout",
            ],
            settable.Distinct().Order(StringComparer.Ordinal));

        static string[] Function(string layer, string place) =>
        [
            $"{layer}(4, {place}Activation = RnnActivation.ScaledTanh)", $"{layer}(4, {place}Activation = RnnActivation.ScaledTanh, {place}Alpha = 2)",
            $"{layer}(4, {place}Activation = RnnActivation.ScaledTanh, {place}Beta = 2)",
        ];
    }

    [Fact]
    public void Enumerations_HaveTheValuesThatAreRead()
    {
        Assert.Equal((0, 1), ((int)Precision.Single, (int)Precision.Double));
        Assert.Equal(
            Enum.GetValues<CellActivation>().Select(value => $"{value} = {(int)value}"), Enum.GetValues<RnnActivation>().Select(value => $"{value} = {(int)value}"));
        Assert.Equal((0, 1), ((int)GruReset.AfterProduct, (int)GruReset.BeforeProduct));
        Assert.Equal(CrossEntropyAttribute.IgnoreNothing, LossReader.IgnoreNothing);
        Assert.Equal((0, 1, 2), ((int)WeightFormat.Float32, (int)WeightFormat.BFloat16, (int)WeightFormat.Int8));
        Assert.Equal(3, Enum.GetValues<WeightFormat>().Length);
        Assert.Equal(Enum.GetNames<Specs.Direction>(), Enum.GetValues<Direction>().Select(value => $"{value}"));
        Assert.Equal(Enum.GetNames<Specs.PaddingKind>(), Enum.GetValues<Padding>().Select(value => $"{value}"));
        Assert.Equal(Enum.GetNames<Specs.Merge>(), Enum.GetValues<Merge>().Select(value => $"{value}"));
        Assert.Equal((0, 1, 2), ((int)GeluApproximation.None, (int)GeluApproximation.Tanh, Enum.GetValues<GeluApproximation>().Length));
        Assert.Equal((2, 2), (Enum.GetValues<Precision>().Length, Enum.GetValues<GruReset>().Length));
    }

    /// <summary>The members that emission writes into the class's own scope are exactly those that users are kept from.</summary>
    [Theory]
    [InlineData("SequenceModel, Input(5), Lstm(20), LastStep, Linear(1), MeanSquaredError")]
    [InlineData("SequenceModel(Precision = Precision.Double), Embedding(9, 3), Gru(20, Layers = 2), Rnn(3), Linear(2), Relu, Dropout(0.5f), Linear(5), CrossEntropy")]
    [InlineData("SequenceModel(Weights = WeightFormat.Int8), Embedding(9, 3), Gru(20, Layers = 2), Linear(2), Relu, Dropout(0.5f), Linear(5), CrossEntropy")]
    [InlineData("SequenceModel, Embedding(9, 3), Conv1d(4, 2), LayerNorm, Gru(5), MeanOverTime, Softmax, MeanSquaredError")]
    public void EmittedMembers_AreReserved(string attributes)
    {
        Compilation compilation = Harness.Compile($"using FastSeq; [{attributes}] partial class Model;");
        Harness.Driver().RunGeneratorsAndUpdateCompilation(compilation, out compilation, out _, TestContext.Current.CancellationToken);
        IEnumerable<string> emitted = compilation.GetTypeByMetadataName("Model")!.GetMembers()
            .Where(member => !member.IsImplicitlyDeclared && member is not IMethodSymbol { MethodKind: not MethodKind.Ordinary })
            .Where(member => !member.Name.Contains('.', StringComparison.Ordinal))
            .Select(member => member.Name);
        Assert.Empty(emitted.Except(EmittedMembers.All));
    }

    /// <summary>Every type that emitted text names is listed, so that a missing or a hidden one is a diagnostic and not an error in generated code.</summary>
    [Theory]
    [InlineData("SequenceModel, Input(5), Lstm(20, ForgetBias = 1), LastStep, Linear(1), MeanSquaredError")]
    [InlineData("SequenceModel(Precision = Precision.Double), Embedding(9, 3), Gru(20, Layers = 2, Dropout = 0.5f), Gru(3, Reset = GruReset.BeforeProduct), Rnn(3), Linear(2), Relu, Dropout(0.5f), Linear(5), Tanh, Linear(5), Sigmoid, Linear(3), CrossEntropy")]
    [InlineData("SequenceModel, Input(5), Lstm(3), CrossEntropy(LabelSmoothing = 0.1f, IgnoreIndex = -100, ClassWeights = new[] { 1f, 0f, 2.5f })")]
    [InlineData("SequenceModel, Input(5), Lstm(2), BinaryCrossEntropy(PositiveWeights = new[] { 1f, 2f })")]
    [InlineData("SequenceModel, Input(5), Lstm(2), MeanAbsoluteError")]
    [InlineData("SequenceModel, Input(5), Lstm(3), Ctc(Blank = 2, ZeroInfinity = true)")]
    [InlineData("SequenceModel, Input(5), Lstm(2), Huber(0.5f)")]
    [InlineData("SequenceModel, Input(5), Lstm(4), Quantile(0.1f, 0.9f)")]
    [InlineData("SequenceModel(Weights = WeightFormat.BFloat16), Input(5), Lstm(20, ForgetBias = 1), LastStep, Linear(1), MeanSquaredError")]
    [InlineData("SequenceModel(Weights = WeightFormat.Int8), Embedding(9, 3), Gru(20, Layers = 2, Dropout = 0.5f), Gru(3, Reset = GruReset.BeforeProduct), Rnn(3), Linear(2), Relu, Dropout(0.5f), Linear(5), Tanh, Linear(5), Sigmoid, Linear(3), CrossEntropy")]
    [InlineData("SequenceModel, Input(5), Conv1d(7, 3, Dilation = 2), Gelu, LayerNorm, Lstm(20), Relu, Softmax, AttentionPooling, Linear(1), MeanSquaredError")]
    [InlineData("SequenceModel, Input(5), Lstm(20), Conv1d(7, 3, Stride = 2), Gru(4), Conv1d(5, 2, Stride = 3), MeanSquaredError")]
    [InlineData("SequenceModel(Weights = WeightFormat.Int8), Input(5), Lstm(20), Conv1d(7, 3, Padding = Padding.Same), Conv1d(7, 3, Stride = 2), CrossEntropy")]
    [InlineData("SequenceModel(Weights = WeightFormat.Int8), Input(5), Conv1d(7, 3), Gelu(Approximate = GeluApproximation.Tanh), LayerNorm(Bias = false), Lstm(20), MaxOverTime, Linear(1), MeanSquaredError")]
    public void NamesInEmittedText_AreListed(string attributes)
    {
        Compilation compilation = Harness.Compile($"using FastSeq; [{attributes}] partial class Model;");
        Harness.Driver().RunGeneratorsAndUpdateCompilation(compilation, out compilation, out _, TestContext.Current.CancellationToken);
        SyntaxTree tree = compilation.SyntaxTrees.Single(tree => tree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal));
        SemanticModel semantics = compilation.GetSemanticModel(tree);
        IEnumerable<string> named = tree.GetRoot(TestContext.Current.CancellationToken).DescendantNodes().OfType<SimpleNameSyntax>()
            .Select(name => semantics.GetSymbolInfo(name).Symbol)
            .Select(symbol => symbol is IMethodSymbol { MethodKind: MethodKind.Constructor } ? symbol.ContainingType : symbol)
            .OfType<INamedTypeSymbol>().Select(type => type.OriginalDefinition)
            .Where(type => type.ContainingType is null && !SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly))
            .Select(type => $"{type.ContainingNamespace.ToDisplayString()}.{type.MetadataName}");
        string unlisted = string.Join(", ", named.Distinct().Except([.. KnownNames.RequiredTypes, .. KnownNames.FrameworkTypes]).Order().Select(name => $"\"{name}\""));
        Assert.True(unlisted.Length == 0, $"Add to KnownNames: {unlisted}");
    }

    private static ModelSpec Spec(string model, string layer, string loss = "MeanSquaredError") =>
        Tracked.Specs($"using FastSeq; [{model}, Input(5), {layer}, {loss}] partial class Model;")["Model"];
}

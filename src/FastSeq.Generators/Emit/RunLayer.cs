using System;
using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Specs;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>How a part of the work on rows is cut.</summary>
internal enum Division
{
    Rows,
    Sequences,

    /// <summary>By sequences, some time steps at a time: a <c>TimeBlock</c>.</summary>
    Blocks,
}

/// <summary>One call of a phase: its text, where <c>first</c>, <c>last</c> and <c>part</c> are in scope, and how its work is divided.</summary>
internal sealed record PhaseCall(Division Division, string Text)
{
    /// <summary>The level of the layer.</summary>
    public int Level { get; init; }

    /// <summary>Whether it is of the second cell of a bidirectional layer, which goes through time by itself: the weights of both would not stay in the cache.</summary>
    public bool IsSecondCell { get; init; }
}

/// <summary>
/// What one layer writes into a model's run: the buffers it needs, the calls of forward and backward, and the methods behind them.
/// All names are qualified from <c>global::</c>, because the run stands in the user's class.
/// </summary>
internal abstract class RunLayer(RunContext context, int index, LayerPlan plan)
{
    protected const string Unsafe = "global::System.Runtime.CompilerServices.Unsafe";
    protected const string Kernels = "global::FastSeq.Kernels";

    protected RunContext Context { get; } = context;

    protected int Index { get; } = index;

    protected LayerPlan Layer { get; } = plan;

    protected string Number => Context.Number;

    protected RunLayer Previous => Context.Layers[Layer.Source];

    /// <summary>The beginning of the names of fields.</summary>
    protected string Field => char.ToLowerInvariant(Layer.Identifier[0]) + Layer.Identifier.Substring(1);

    protected string Method => Layer.Identifier;

    /// <summary>Whether anything at or below this layer learns, so that backward needs the gradient of its output.</summary>
    public virtual bool Learns => Index > 0 && Previous.Learns;

    /// <summary>Whether the layer's own parameters learn, if it has any.</summary>
    protected bool Trains => Context.Learns && !Layer.IsFrozen;

    /// <summary>Whether it reads the rows of a layer.</summary>
    public bool Reads(int index) => Index > 0 && Layer.Sources.Contains(index);

    /// <summary>Whether a layer above has written the gradient of <see cref="Previous"/> already, so that this layer's share is added.</summary>
    protected bool AddsGradient => AddsGradientOf(Layer.Source);

    /// <summary>The same of another layer that it reads.</summary>
    protected bool AddsGradientOf(int source) => Context.Layers.Skip(Index + 1).Any(layer => layer.Reads(source));

    public int Width => Layer.OutputSize;

    /// <summary>Whether output rows are sequences.</summary>
    public bool IsPerSequence => Layer.PerSequence;

    protected Division Division => Layer.PerSequence ? Division.Sequences : Division.Rows;

    protected string RowCount => Layer.PerSequence ? "Batch" : "Rows";

    protected string MaxRowCount => Layer.PerSequence ? "MaxBatch" : MaxTimeRows;

    /// <summary>The most rows of time steps at its level.</summary>
    public string MaxTimeRows => Level == 0 ? "MaxRows" : $"MaxRowsOf({Level})";

    /// <summary>Whether it is the second cell of a bidirectional layer.</summary>
    private bool IsSecondCell => Context.Plan.Layers.OfType<MergePlan>().Any(merge => merge.Reverse == Index);

    /// <summary>What the layer means by time steps and rows.</summary>
    public int Level => Layer.Level;

    /// <summary>A <c>ref</c> expression for the first output row.</summary>
    public abstract string Output { get; }

    /// <summary>A <c>ref</c> expression for the gradient of the first output row.</summary>
    public virtual string Gradient => $"{Field}Gradient.Reference";

    /// <summary>The buffers: field and length.</summary>
    public virtual IEnumerable<(string Field, string Length)> Buffers => [];

    /// <summary>The calls of forward, in order.</summary>
    public abstract IEnumerable<PhaseCall> Forward { get; }

    /// <summary>The calls of backward, in order, from the gradient of the output to that of the input.</summary>
    public virtual IEnumerable<PhaseCall> Backward => [];

    /// <summary>The calls before forward goes through time; divided by <c>part</c>.</summary>
    public virtual IEnumerable<string> ForwardBegin => [];

    /// <summary>Whether it computes once per different token of a batch.</summary>
    public virtual bool SharesTokens => false;

    /// <summary>The calls after backward has gone through time, before the gradients of the parameters; divided by <c>part</c>.</summary>
    public virtual IEnumerable<string> BackwardEnd => [];

    /// <summary>The calls that prepare backward, such as packing transposed weights; divided by <c>part</c>.</summary>
    public virtual IEnumerable<string> Prepare => [];

    /// <summary>The calls that compute the gradients of parameters when all others are done; divided by <c>part</c>.</summary>
    public virtual IEnumerable<string> Weights => [];

    /// <summary>In a model that sums gradients by bundles, the calls that sum those of the parameters: <c>first</c>, <c>last</c> and <c>sums</c> are in scope.</summary>
    public virtual IEnumerable<string> BundleWeights => [];

    /// <summary>
    /// The gradients that can be summed up in shares of bundles, by the calls of <see cref="ShareWeights"/>: the first in the flat buffer and how many; none by default. The others are
    /// summed up by <see cref="Weights"/>.
    /// </summary>
    public virtual (int Offset, int Length) Bundled => default;

    /// <summary>In a model whose threads share the bundles, the calls that sum those gradients up: <c>part</c>, <c>share</c> and <c>sums</c> are in scope.</summary>
    public IEnumerable<string> ShareWeights => Context.SharesBundles && Bundled.Length > 0 ? [$"{Method}Weights(part, in share, ref sums);"] : [];

    /// <summary>What the layer carries from one time step to the next.</summary>
    public virtual IEnumerable<RunState> CarriedStates => [];

    /// <summary>Whether <see cref="WriteMethods"/> writes anything.</summary>
    public virtual bool HasMethods => true;

    public virtual void WriteMethods(SourceWriter writer)
    {
    }

    protected static string At(string reference, string index) => index == "0" ? reference : $"{Unsafe}.Add(ref {reference}, {index})";

    protected string Parameter(string index) => At("p", index);

    /// <summary>Where a gradient lies in <c>sums</c>, those of a bundle.</summary>
    protected string BundleSum(int offset) => At("sums", (offset - Context.BundleStart).ToString());

    /// <summary>Where a layer that cannot add to <see cref="Previous"/>'s gradient leaves its share of it.</summary>
    protected string Share => AddsGradient ? $"{Field}Share.Reference" : Previous.Gradient;

    /// <summary>The buffer of <see cref="Share"/>, where it needs one of its own.</summary>
    protected IEnumerable<(string Field, string Length)> ShareBuffers => Learns && Previous.Learns && AddsGradient ? [Rows("Share", Previous.Width)] : [];

    /// <summary>The statement that adds rows first to last - 1 of a share to <see cref="Previous"/>'s gradient; nothing where it is there already.</summary>
    protected string AddShare(string share) =>
        AddsGradient ? $" Add(ref {At(share, $"first * {Previous.Width}")}, (last - first) * {Previous.Width}, ref {At(Previous.Gradient, $"first * {Previous.Width}")});" : "";

    /// <summary>The calls of forward, each with the level.</summary>
    public IEnumerable<PhaseCall> ForwardAtLevel => Forward.Select(call => call with { Level = Level, IsSecondCell = IsSecondCell });

    /// <summary>The calls of backward, each with the level.</summary>
    public IEnumerable<PhaseCall> BackwardAtLevel => Backward.Select(call => call with { Level = Level, IsSecondCell = IsSecondCell });

    protected (string Field, string Length) Rows(string name, int columns) => (Field + name, $"Elements({MaxRowCount}, {columns})");
}

/// <summary>What the layers of a run have in common.</summary>
internal sealed class RunContext(EmitPlan plan)
{
    // Found once, when all layers are there.
    private IReadOnlyList<(int Offset, int Length)>? bundledRegions;
    private bool? sharesBundles;

    public EmitPlan Plan { get; } = plan;

    public string Number => Plan.Number;

    /// <summary>Whether the run learns; otherwise it only predicts.</summary>
    public bool Learns => !Plan.Model.IsQuantized;

    /// <summary>Whether layers have different numbers of time steps.</summary>
    public bool HasLevels => Plan.TimeChanges.Any();

    /// <summary>
    /// The fewest gradients that threads sum up by bundles, and the most. Bundles of small cells are too few rows for their products. Of a large model each bundle has many gradients, which must be
    /// added, and its rows are so long that threads meet at few places: models of 256 units gained nothing.
    /// </summary>
    private const int LeastBundled = 1 << 14, MostBundled = 1 << 16;

    /// <summary>Whether the threads share bundles of sequences when they sum gradients up: each reads the rows that it has written itself, as long as there are not more threads than bundles.</summary>
    public bool SharesBundles => sharesBundles ??= Learns && !Plan.SumsByBundle && BundledRegions.Sum(region => region.Length) >= LeastBundled && BundleLength <= MostBundled && Plan.Model.Loss is not CtcSpec && Plan.Layers.All(layer => layer switch
    {
        InputPlan or EmbeddingPlan { Tied: null } or LastStepPlan or ActivationPlan or ReversalPlan or MergePlan => true,
        LinearPlan linear => !linear.IsTied,
        RecurrentPlan recurrent => recurrent is { Dropout: null, WeightDrop: null } && recurrent.Zoneouts.Count == 0,
        _ => false,
    });

    /// <summary>The first gradient that is summed up by bundles.</summary>
    public int BundleStart => BundledRegions.Select(region => region.Offset).DefaultIfEmpty().Min();

    /// <summary>The gradients from the first to the last that is summed up by bundles.</summary>
    public int BundleLength => BundledRegions.Select(region => region.Offset + region.Length).DefaultIfEmpty().Max() - BundleStart;

    /// <summary>The elements from a bundle to the next: whole cache lines.</summary>
    public int BundleStride => (BundleLength + Plan.VectorLanes - 1) / Plan.VectorLanes * Plan.VectorLanes;

    /// <summary>The gradients that are summed up by bundles.</summary>
    public IReadOnlyList<(int Offset, int Length)> BundledRegions => bundledRegions ??= [.. Layers.Select(layer => layer.Bundled).Where(region => region.Length > 0)];

    /// <summary>The class of the model's hot methods.</summary>
    public string ModelKernels { get; } = KernelsOf(plan);

    public List<RunLayer> Layers { get; } = [];

    public static string KernelsOf(EmitPlan plan) => $"global::{KernelsEmitter.Namespace(plan)}.{KernelsEmitter.ClassName(plan)}";

    public static RunContext Of(EmitPlan plan)
    {
        var context = new RunContext(plan);
        for (int index = 0; index < plan.Layers.Count; index++)
        {
            context.Layers.Add(plan.Layers[index] switch
            {
                InputPlan input => new RunInput(context, index, input),
                EmbeddingPlan embedding => new RunEmbedding(context, index, embedding),
                ColumnsPlan columns => new RunColumns(context, index, columns),
                RecurrentPlan recurrent => new RunRecurrent(context, index, recurrent),
                NormalizedPlan normalised => new RunNormalized(context, index, normalised),
                LinearPlan linear => new RunLinear(context, index, linear),
                DropoutPlan { IsVariational: true } dropout => new RunVariationalDropout(context, index, dropout),
                DropoutPlan dropout => new RunDropout(context, index, dropout),
                LastStepPlan last => new RunLastStep(context, index, last),
                ReversalPlan reversal => new RunReversal(context, index, reversal),
                MergePlan merge => new RunMerge(context, index, merge),
                ActivationPlan activation => new RunActivation(context, index, activation),
                LayerNormPlan normalisation => new RunLayerNorm(context, index, normalisation),
                PoolingPlan pooling => new RunPooling(context, index, pooling),
                WindowPlan window => new RunWindow(context, index, window),
                SkipPlan skip => new RunSkip(context, index, skip),
                LayerPlan other => throw new InvalidOperationException("No run for " + other.GetType().Name),
            });
        }

        return context;
    }
}

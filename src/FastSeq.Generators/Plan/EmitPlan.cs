using System;
using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Specs;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Plan;

/// <summary>Everything that emission needs to know: every number of the emitted text was decided here.</summary>
/// <param name="Model">The declaration.</param>
/// <param name="Layers">The operations in order; the first is the input or the embedding.</param>
/// <param name="Parameters">The parameters in PyTorch's order.</param>
/// <param name="ParameterCount">The elements of all parameters.</param>
/// <param name="PlainLength">The first elements of the flat buffer: those parameters that quantised models do not pack.</param>
/// <param name="BufferLength">The elements of the flat buffer, with the gaps that align its regions.</param>
/// <param name="StateSize">The elements of the state of one stream.</param>
/// <param name="FlopsPerStep">Two for each multiply-add of the products of one time step, output layers included.</param>
internal sealed record EmitPlan(
    ModelSpec Model,
    EquatableArray<LayerPlan> Layers,
    EquatableArray<ParameterPlan> Parameters,
    int ParameterCount,
    int PlainLength,
    int BufferLength,
    int StateSize,
    long FlopsPerStep)
{
    public string Number => Model.NumberType;

    public bool ReadsTokens => Layers[0] is EmbeddingPlan;

    /// <summary>The embeddings of features.</summary>
    public IEnumerable<ColumnTable> Columns => Layers.OfType<ColumnsPlan>().SelectMany(columns => columns.Tables);

    /// <summary>What the state of a stream consists of.</summary>
    public IEnumerable<StatePlan> States => Layers.SelectMany(layer => layer switch
    {
        RecurrentPlan recurrent => recurrent.States,
        NormalizedPlan normalised => normalised.States,
        PoolingPlan pooling => [pooling.State],
        WindowPlan { State: { } window } => [window],
        _ => Enumerable.Empty<StatePlan>(),
    });

    /// <summary>Which layer needs whole sequences, why, and what to declare instead; null where the model can stream.</summary>
    public string? NotStreaming => Layers.Select(NeedsWhole).FirstOrDefault(reason => reason is not null);

    /// <summary>The convolutions that give another number of time steps than they read: one less than there are levels of layers.</summary>
    public IEnumerable<Conv1dSpec> TimeChanges => Layers.OfType<WindowPlan>().Select(window => window.Convolution).Where(convolution => convolution.ChangesTime);

    /// <summary>The elements that a quantised model keeps in float: <see cref="PlainLength"/>, and behind them the rows of a table that it shares with a product.</summary>
    public int KeptLength => Layers[0] is EmbeddingPlan { TakenFrom: not null } table ? table.Offset + (table.Vocabulary * table.Size) : PlainLength;

    /// <summary>Where states hold the time steps to the next output of a convolution, and the convolution as declared.</summary>
    public IEnumerable<(int Place, string Declaration)> Waits => Layers.OfType<WindowPlan>()
        .Where(window => window.State is not null && window.Convolution.Stride > 1)
        .Select(window => (window.State!.Offset + window.State.Size - 1, window.Convolution.Declaration));

    /// <summary>The time steps from one output to the next.</summary>
    public int Stride => Layers.OfType<WindowPlan>().Aggregate(1, (stride, window) => stride * window.Convolution.Stride);

    private static string? NeedsWhole(LayerPlan layer) => layer switch
    {
        ReversalPlan reversal => $"{reversal.Declaration} reads each sequence from its end, so it must be whole. Predict it with a Run, or declare the layer with Direction = Direction.Forward.",
        WindowPlan { Convolution: { IsCausal: false } convolution } => convolution.Padding is PaddingKind.Same or PaddingKind.Both
            ? $"{convolution.Declaration} reads time steps that come later. Predict whole sequences with a Run, or declare the layer with Padding = Padding.Causal."
            : $"{convolution.Declaration} has no output for its first {convolution.Reach} time steps. Predict whole sequences with a Run, or declare the layer with Padding = Padding.Causal.",
        _ => null,
    };

    /// <summary>
    /// Whether the gradients of all parameters are summed up by bundles of sequences: the model is so small that those of a bundle stay in the first-level cache, and
    /// that threads would wait longer for each other's rows than these sums take. Gradients of learned initial states are summed up by sequence, by other threads than those of the bundles.
    /// </summary>
    public bool SumsByBundle => !Model.IsQuantized && BufferLength <= 8192 && Layers.Any(layer => layer is RecurrentPlan) && Layers.All(layer => !layer.IsFrozen && layer switch
    {
        InputPlan or DropoutPlan or LastStepPlan or ActivationPlan => true,
        LinearPlan { IsTied: false, Cell.IsSmallLinear: true } => true,
        RecurrentPlan { WeightDrop: null, LearnsInitialState: false, Cell: { HasSmallInput: true, UnitParameters: null } } => true,
        _ => false,
    });

    public LayerPlan Output => Layers[Layers.Count - 1];

    /// <summary>The rows that go through all layers before the next: so many that the sums of the widest layer fill about 512 KB, and are still in the second-level cache when the gates read them.</summary>
    public int BlockRows
    {
        get
        {
            int widest = Layers.Max(l => l switch { RecurrentPlan recurrent => recurrent.TapeSlots * recurrent.Cell.Units, NormalizedPlan normalised => normalised.Width, WindowPlan window => window.OutputSize, _ => 1 }) * (Model.IsDouble ? 8 : 4);
            return Math.Max(64, Math.Min(512, 262_144 / widest));
        }
    }

    /// <summary>
    /// The elements behind the state that a register may read (and drop) when the last layer's units do not fill it: the rest of a panel is read in the narrowest
    /// register that holds it, so less than half of the widest one.
    /// </summary>
    public int StatePadding => VectorLanes / 2;

    /// <summary>The elements of 64 bytes: the widest register.</summary>
    public int VectorLanes => Model.IsDouble ? 8 : 16;
}

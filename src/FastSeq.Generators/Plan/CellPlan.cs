using System.Collections.Concurrent;
using FastSeq.Generators.Cells;
using FastSeq.Generators.Specs;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Plan;

/// <summary>One cell with its sizes and its weights: a recurrent layer of a stack, or a linear layer.</summary>
/// <param name="Identifier">Begins the names of the emitted members: <c>Lstm_</c>.</param>
/// <param name="Maths">Begins the names of the pointwise methods, which layers of the same cell and units share: the identifier of the first of them.</param>
/// <param name="Title">For documentation: <c>LSTM 10 -> 20</c>.</param>
/// <param name="Recurrent">The cell; null for a linear layer.</param>
/// <param name="Activation">What follows a linear layer; null for nothing.</param>
/// <param name="InputSize">The length of its input.</param>
/// <param name="Units">Its units, or its outputs.</param>
/// <param name="Lanes">The units of a full panel.</param>
/// <param name="InputWeight">The rows of <c>weight_ih</c>.</param>
/// <param name="InputBias">The elements of <c>bias_ih</c>.</param>
/// <param name="HiddenWeights">For each stage the rows of <c>weight_hh</c>.</param>
/// <param name="HiddenBiases">For each stage the elements of <c>bias_hh</c>.</param>
/// <param name="HiddenChains">The chains of multiply-adds that each recurrent sum is cut into, in <c>Step</c>, <c>Predict</c> and <c>Forward</c> alike; 1 for packed weights, whose products keep enough sums going side by side.</param>
/// <param name="StateOffset">Where its states lie in the model's state, one after the other.</param>
internal sealed record CellPlan(
    string Identifier,
    string Maths,
    string Title,
    CellSpec? Recurrent,
    ActivationKind? Activation,
    int InputSize,
    int Units,
    int Lanes,
    Region InputWeight,
    Region InputBias,
    EquatableArray<Region> HiddenWeights,
    EquatableArray<Region> HiddenBiases,
    int HiddenChains,
    int StateOffset)
{
    /// <summary>Whether the biases are parameters; otherwise their regions stay zero.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>The parameters of one number a unit, side by side; null where the cell has none.</summary>
    public Region? UnitParameters { get; init; }

    /// <summary>The product that makes h of what the gates give, as a linear layer; null where that is h itself.</summary>
    public CellPlan? Projection { get; init; }

    /// <summary>The numbers of h, or the outputs of a linear layer.</summary>
    public int OutputSize => Projection?.Units ?? Units;

    public int FullPanels => Units / Lanes;

    public int NarrowUnits => Units % Lanes;

    /// <summary>The panels, the narrow one counted.</summary>
    public int PanelCount => FullPanels + (NarrowUnits > 0 ? 1 : 0);

    /// <summary>The numbers from a chain of a panel's recurrent sums to the next: whole registers, so that products may store them.</summary>
    public static int ChainStride(int columns) => (columns + 15) / 16 * 16;

    /// <summary>The numbers of a state.</summary>
    public int StateWidth(int state) => state == 0 ? OutputSize : Units;

    /// <summary>Where a state lies in the model's state.</summary>
    public int StateStart(int state) => StateOffset + (state == 0 ? 0 : OutputSize + ((state - 1) * Units));

    /// <summary>The numbers from a row of a panel's recurrent sums to the next; a product of several chains stores exactly as many as there are columns.</summary>
    public int SumStride(int columns) => HiddenChains > 1 ? columns : ChainStride(columns);

    /// <summary>Whether the gradient of h is a product of its own for this cell: it is small, and one block of the transposed weight holds all of its units.</summary>
    public bool HasSmallGradient => HiddenChains > 1 && (HiddenWeights[0].Gates > 1 || Units <= Lanes);

    /// <summary>Whether the gradients of the sums take the place of what forward kept: each register has read all of that before it stores, and so much less memory passes by.</summary>
    public bool GradientsOnTape => Equations() is { StageCount: 1 } cell && TapeLayout.Of(cell).SlotCount >= cell.GradientCount;

    /// <summary>The slots of a row of these gradients.</summary>
    public int GradientSlots => GradientsOnTape ? TapeLayout.Of(Equations()).SlotCount : Equations().GradientCount;

    public CellEquations Equations() => EquationsOf(Recurrent, Activation);

    /// <summary>The equations of a cell, built once; they never change.</summary>
    public static CellEquations EquationsOf(CellSpec? recurrent, ActivationKind? activation) =>
        Known.GetOrAdd((recurrent, activation), key => Build(key.Recurrent, key.Activation));

    private static readonly ConcurrentDictionary<(CellSpec? Recurrent, ActivationKind? Activation), CellEquations> Known = new();

    private static CellEquations Build(CellSpec? recurrent, ActivationKind? activation) => recurrent?.Kind switch
    {
        CellKind.Rnn => Rnn.Equations(recurrent),
        CellKind.Lstm => Lstm.Equations(recurrent),
        CellKind.GruResetAfterProduct => Gru.ResetAfterProduct(recurrent),
        CellKind.GruResetBeforeProduct => Gru.ResetBeforeProduct(recurrent),
        _ => Linear.Equations(activation switch
        {
            ActivationKind.Relu => Operation.Relu,
            ActivationKind.Tanh => Operation.Tanh,
            ActivationKind.Sigmoid => Operation.Sigmoid,
            _ => null,
        }),
    };
}

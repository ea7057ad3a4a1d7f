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
    CellKind? Recurrent,
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
    public int FullPanels => Units / Lanes;

    public int NarrowUnits => Units % Lanes;

    /// <summary>The panels, the narrow one counted.</summary>
    public int PanelCount => FullPanels + (NarrowUnits > 0 ? 1 : 0);

    /// <summary>The numbers from a chain of a panel's recurrent sums to the next: whole registers, so that products may store them.</summary>
    public static int ChainStride(int columns) => (columns + 15) / 16 * 16;

    public CellEquations Equations() => EquationsOf(Recurrent, Activation);

    /// <summary>The equations of a cell, built once; they never change.</summary>
    public static CellEquations EquationsOf(CellKind? recurrent, ActivationKind? activation) =>
        Known.GetOrAdd((recurrent, activation), key => Build(key.Recurrent, key.Activation));

    private static readonly ConcurrentDictionary<(CellKind? Recurrent, ActivationKind? Activation), CellEquations> Known = new();

    private static CellEquations Build(CellKind? recurrent, ActivationKind? activation) => recurrent switch
    {
        CellKind.RnnTanh => Rnn.Equations(relu: false),
        CellKind.RnnRelu => Rnn.Equations(relu: true),
        CellKind.Lstm => Lstm.Equations(),
        CellKind.GruResetAfterProduct => Gru.ResetAfterProduct(),
        CellKind.GruResetBeforeProduct => Gru.ResetBeforeProduct(),
        _ => Linear.Equations(activation switch
        {
            ActivationKind.Relu => Operation.Relu,
            ActivationKind.Tanh => Operation.Tanh,
            ActivationKind.Sigmoid => Operation.Sigmoid,
            _ => null,
        }),
    };
}

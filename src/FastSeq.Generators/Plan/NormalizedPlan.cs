using FastSeq.Generators.Specs;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Plan;

/// <summary>
/// One recurrent layer of a stack whose sums are normalised over all units of a row, so that its gates are no pointwise maths of single units: its products are linear layers whose rows lie whole,
/// and normalisations and gates are kernels of rows.
/// </summary>
/// <param name="Title">For documentation.</param>
/// <param name="Kind">The cell.</param>
/// <param name="Input">The product W_ih·x.</param>
/// <param name="Hidden">The product W_hh·h.</param>
/// <param name="InputNorm">The normalisation of W_ih·x.</param>
/// <param name="HiddenNorm">The normalisation of W_hh·h.</param>
/// <param name="CellNorm">The normalisation of an LSTM's c on its way into h; null for a GRU.</param>
/// <param name="States">What it carries from one time step to the next: h, then c.</param>
internal sealed record NormalizedPlan(
    string Identifier,
    string Title,
    CellKind Kind,
    CellPlan Input,
    CellPlan Hidden,
    NormPlan InputNorm,
    NormPlan HiddenNorm,
    NormPlan? CellNorm,
    EquatableArray<StatePlan> States) : LayerPlan(Identifier, Input.InputSize, Hidden.InputSize, false)
{
    /// <summary>PyTorch's default.</summary>
    public const double Epsilon = 1e-5;

    public int Units => OutputSize;

    /// <summary>The numbers of a row of sums: the gates side by side.</summary>
    public int Width => Input.Units;

    /// <summary>The numbers of scratch memory of a step: the sums of both products and the normalised c.</summary>
    public int StepScratch => (2 * Width) + Units;
}

/// <summary>A normalisation of rows: one after the other the parts that have a mean and a variance of their own.</summary>
/// <param name="Weight">The first element of the weight.</param>
/// <param name="Bias">The first element of the bias.</param>
/// <param name="Parts">The numbers of each part.</param>
internal sealed record NormPlan(int Weight, int Bias, EquatableArray<int> Parts);

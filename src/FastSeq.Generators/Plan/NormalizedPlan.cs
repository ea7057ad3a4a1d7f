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

    /// <summary>The numbers that the normalisations of a row leave: the runtime's <c>NormalizedSums.StatisticsSize</c>.</summary>
    public const int StatisticsSize = 8;

    /// <summary>The rows that backward takes at a time: the runtime's <c>NormalizedSums.RowGroup</c>.</summary>
    public const int RowGroup = 4;

    /// <summary>The numbers of scratch memory of a step: the sums of both products, and the statistics of their normalisations.</summary>
    public int StepScratch => (2 * Width) + StatisticsSize;

    /// <summary>The numbers from one of many rows of so many numbers to the next: an odd number of cache lines, so that the rows' beginnings do not share a few sets of the first-level cache.</summary>
    /// <param name="width">The numbers of a row.</param>
    /// <param name="lanes">The numbers of a cache line.</param>
    public static int Stride(int width, int lanes) => (((width + lanes - 1) / lanes) | 1) * lanes;
}

/// <summary>A normalisation of rows.</summary>
/// <param name="Weight">The first element of the weight.</param>
/// <param name="Bias">The first element of the bias.</param>
internal sealed record NormPlan(int Weight, int Bias);

using System.Collections.Immutable;

namespace FastSeq.Devices;

/// <summary>
/// One recurrent layer. Its gates are the kernels <c>{Kernel}_forward{stage}</c> and <c>{Kernel}_backward{stage}</c> of <see cref="DeviceProgram.Source"/>, one thread a row and unit;
/// products are the device's own.
/// </summary>
public sealed class CellLayer : DeviceLayer
{
    /// <summary>Begins the names of its kernels.</summary>
    public required string Kernel { get; init; }

    /// <summary>The units of a gate.</summary>
    public required int Units { get; init; }

    /// <summary>The gates of an input row's sums, which are those of the rows of W_ih.</summary>
    public required int InputGates { get; init; }

    /// <summary>The gates of the rows of W_hh.</summary>
    public required int HiddenGates { get; init; }

    /// <summary>The numbers of each unit that forward keeps for backward; the first are the input sums.</summary>
    public required int TapeSlots { get; init; }

    /// <summary>Whether the gradients by the input sums are those by the recurrent sums.</summary>
    public required bool SharesGradients { get; init; }

    /// <summary>The products of a time step, each with the pointwise maths after it.</summary>
    public required ImmutableArray<CellStage> Stages { get; init; }

    /// <summary>What goes from one time step to the next: h, then c.</summary>
    public required ImmutableArray<CellValue> States { get; init; }

    /// <summary>W_ih, [gates * units, input].</summary>
    public required int InputWeight { get; init; }

    /// <summary>W_hh, [gates * units, output].</summary>
    public required int HiddenWeight { get; init; }

    /// <summary>b_ih, [gates * units]; -1 for none.</summary>
    public int InputBias { get; init; } = -1;

    /// <summary>b_hh, [gates * units]; -1 for none.</summary>
    public int HiddenBias { get; init; } = -1;

    /// <summary>W_hr of a projected h, [output, units]; -1 for none.</summary>
    public int Projection { get; init; } = -1;

    /// <summary>The parameters of one number a unit.</summary>
    public ImmutableArray<int> UnitParameters { get; init; } = [];

    /// <summary>The mask of the previous h before the recurrent product, one a sequence; null for none.</summary>
    public DeviceMask? RecurrentDropout { get; init; }

    /// <summary>The mask of the recurrent weights; null for none.</summary>
    public DeviceMask? WeightDrop { get; init; }

    /// <summary>The mask of the units that keep their previous h, one a time step; null for none.</summary>
    public DeviceMask? Zoneout { get; init; }

    /// <summary>The mask of the units that keep their previous c, one a time step; null for none.</summary>
    public DeviceMask? CellZoneout { get; init; }
}

/// <summary>A product of a time step.</summary>
/// <param name="FirstGate">The first of its gates in the rows of W_hh.</param>
/// <param name="Gates">Its gates.</param>
public readonly record struct CellStage(int FirstGate, int Gates);

/// <summary>A value that goes from one time step to the next.</summary>
/// <param name="Place">Where it lies in the model's state.</param>
/// <param name="Size">Its numbers.</param>
/// <param name="Parameter">The parameter that it begins with; -1 where it begins with the rest state.</param>
public readonly record struct CellValue(int Place, int Size, int Parameter);

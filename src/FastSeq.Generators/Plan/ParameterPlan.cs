using FastSeq.Generators.Support;

namespace FastSeq.Generators.Plan;

/// <summary>A parameter as checkpoints know it, and where its elements lie.</summary>
/// <param name="Name">PyTorch's name: <c>lstm.weight_ih_l0</c>.</param>
/// <param name="Shape">PyTorch's shape, of one or two sizes.</param>
/// <param name="Gates">For each gate in PyTorch's order, where its rows lie; empty where the tensor lies row by row from <paramref name="Offset"/> on.</param>
/// <param name="Offset">The first element of a tensor that lies row by row.</param>
/// <param name="Start">How a seeded initialisation draws the elements.</param>
internal sealed record ParameterPlan(
    string Name, EquatableArray<int> Shape, EquatableArray<GatePlace> Gates, int Offset, InitialValues Start)
{
    /// <summary>Whether training leaves it as it is.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>The name under which another layer has the same parameter; null for none.</summary>
    public string? SharedName { get; init; }
}

/// <summary>Where the rows of one gate lie: a region and the gate's position in its rows.</summary>
internal sealed record GatePlace(Region Region, int Position);

/// <summary>How a seeded initialisation draws the elements of a parameter.</summary>
/// <param name="IsNormal">From N(0, 1); otherwise uniformly from ±<paramref name="Bound"/>.</param>
/// <param name="Bound">The bound of the uniform distribution; 0 where nothing is drawn.</param>
/// <param name="ConstantGate">The gate that starts at <paramref name="Constant"/> instead; -1 for none.</param>
/// <param name="Constant">The start of that gate.</param>
internal sealed record InitialValues(bool IsNormal, double Bound, int ConstantGate = -1, double Constant = 0)
{
    /// <summary>Nothing is drawn: all elements start at 0.</summary>
    public static readonly InitialValues Zero = new(false, 0);
}

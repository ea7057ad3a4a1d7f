using System.Numerics;

namespace FastSeq.Cells;

/// <summary>The masks of a recurrent layer, given and not drawn; those that are null drop nothing.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed record RecurrentMasks<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The factor of (sequence of the batch, element of its inputs), at all time steps.</summary>
    public Func<int, int, T>? Input { get; init; }

    /// <summary>The factor of (sequence, element of the previous h) before the recurrent product, at all time steps.</summary>
    public Func<int, int, T>? Hidden { get; init; }

    /// <summary>Whether (sequence, time step, unit) of h keeps its previous value; null: the expectation of it.</summary>
    public Func<int, int, int, bool>? KeepsH { get; init; }

    /// <summary>Whether (sequence, time step, unit) of c keeps its previous value; null: the expectation of it.</summary>
    public Func<int, int, int, bool>? KeepsC { get; init; }
}

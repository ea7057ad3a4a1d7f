using System.Numerics;

namespace FastSeq.Cells;

/// <summary>What a recurrent cell carries from one time step to the next; also the derivative of the loss by it.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="H">The hidden state, which is also the output.</param>
/// <param name="C">The cell state of an LSTM; empty in the other cells.</param>
public sealed record CellState<T>(T[] H, T[] C)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

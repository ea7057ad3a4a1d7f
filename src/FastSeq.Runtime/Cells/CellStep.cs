using System.Numerics;

namespace FastSeq.Cells;

/// <summary>One time step of a cell: what went in, what came out, and (in derived records) what Backward needs of the way between.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="X">The input x_t.</param>
/// <param name="Previous">The state before the step.</param>
/// <param name="Next">The state after the step.</param>
public abstract record CellStep<T>(T[] X, CellState<T> Previous, CellState<T> Next)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

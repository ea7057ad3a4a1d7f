using System.Numerics;

namespace FastSeq.Cells;

/// <summary>A layer of a <see cref="ReferenceModel{T}"/>: takes the rows of one sequence (one a time step) and gives rows.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class ReferenceLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected ReferenceLayer(int outputSize) => OutputSize = outputSize;

    /// <summary>The size of a row that comes out.</summary>
    public int OutputSize { get; }

    /// <summary>The parameters, in PyTorch's order.</summary>
    public virtual IReadOnlyList<ReferenceParameter<T>> Parameters => [];

    /// <summary>Runs one sequence from the zero state, and keeps what <see cref="Backward"/> needs.</summary>
    /// <param name="x">One row a time step.</param>
    /// <returns>The rows that come out.</returns>
    public abstract T[][] Forward(T[][] x);

    /// <summary>The derivative of the last <see cref="Forward"/>: adds to the gradients of the parameters.</summary>
    /// <param name="dy">The derivatives of the loss by the rows that came out.</param>
    /// <returns>The derivatives of the loss by the rows that went in.</returns>
    public abstract T[][] Backward(T[][] dy);
}

using System.Numerics;

namespace FastSeq.Cells;

/// <summary>A loss in plain scalar code: the mean over a batch is the sum of the losses of its sequences, divided by the sum of their weights.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class ReferenceLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What a sequence adds to the divisor of the mean.</summary>
    /// <param name="sequence">The sequence with its targets.</param>
    public abstract T WeightOf(ReferenceSequence<T> sequence);

    /// <summary>The loss of one sequence, unscaled, and its derivative by each output.</summary>
    /// <param name="sequence">The sequence with its targets.</param>
    /// <param name="y">Its rows of outputs.</param>
    public abstract (T Loss, T[][] Dy) OfSequence(ReferenceSequence<T> sequence, T[][] y);
}

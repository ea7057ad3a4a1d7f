using System.Runtime.InteropServices;

namespace FastSeq;

/// <content>Training from the states of streams, as code that does not know where a run computes calls it; the <c>Run</c> of a model has the same members with its own <c>State</c>.</content>
public abstract partial class SequenceRun<T, TInput, TTarget>
{
    /// <summary>Computes the mean loss of a batch whose sequences go on from states. Back-propagation ends at these states: they are constants, as after PyTorch's detach().</summary>
    /// <typeparam name="TState">The <c>State</c> of the model.</typeparam>
    /// <param name="batch">The sequences and their targets.</param>
    /// <param name="states">One for each sequence: read, then overwritten by the state after its last time step.</param>
    /// <param name="training">Drops out, and keeps what <see cref="Backward()"/> needs.</param>
    /// <exception cref="ArgumentException">A size is wrong, there is no target, a token or a class does not exist, or the states are those of another model: the states are as they were.</exception>
    public T Forward<TState>(SequenceBatch<TInput, TTarget> batch, Span<TState> states, bool training)
        where TState : unmanaged, IStreamState<T> =>
        ForwardFrom(batch, NumbersOf(states), StrideOf<TState>(), training);

    /// <summary>Back-propagates the last training Forward's loss, and a loss of which the gradients by the final states are given: those of a decoder that began with them.</summary>
    /// <typeparam name="TState">The <c>State</c> of the model.</typeparam>
    /// <param name="finalGradients">One for each sequence.</param>
    /// <exception cref="ArgumentException">There are more or fewer than sequences, or they are those of another model.</exception>
    /// <exception cref="InvalidOperationException">There was no Forward with training: true since the last call.</exception>
    public void Backward<TState>(ReadOnlySpan<TState> finalGradients)
        where TState : unmanaged, IStreamState<T> =>
        BackwardFrom(NumbersOf(MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(finalGradients), finalGradients.Length)), StrideOf<TState>());

    /// <summary>Copies the gradients of the loss by the states that the sequences of the last Forward with states began with.</summary>
    /// <typeparam name="TState">The <c>State</c> of the model.</typeparam>
    /// <param name="gradients">Overwritten: one for each sequence.</param>
    /// <exception cref="ArgumentException">There are more or fewer than sequences, or they are those of another model.</exception>
    /// <exception cref="InvalidOperationException">There was no Forward with states, or no Backward after it.</exception>
    public void CopyInitialGradients<TState>(Span<TState> gradients)
        where TState : unmanaged, IStreamState<T> =>
        CopyInitialGradients(NumbersOf(gradients), StrideOf<TState>());
}

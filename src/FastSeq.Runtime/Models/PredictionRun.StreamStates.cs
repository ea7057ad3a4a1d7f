using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastSeq;

/// <content>Predicting from the states of streams, as code that does not know where a run computes calls it; the <c>Run</c> of a model has the same members with its own <c>State</c>.</content>
public abstract partial class PredictionRun<T, TInput>
{
    /// <summary>Predicts one sequence that goes on from a state.</summary>
    /// <typeparam name="TState">The <c>State</c> of the model.</typeparam>
    /// <param name="sequence">[T × InputSize] numbers, or [T] tokens.</param>
    /// <param name="state">Read, then overwritten by the state after the last time step.</param>
    /// <param name="output">Overwritten: OutputSize numbers with <c>[LastStep]</c>, else [T × OutputSize].</param>
    /// <exception cref="ArgumentException">A size is wrong, the sequence is too long, a token is not in the vocabulary, or the state is one of another model: the state is as it was.</exception>
    public void Predict<TState>(ReadOnlySpan<TInput> sequence, ref TState state, Span<T> output)
        where TState : unmanaged, IStreamState<T> =>
        PredictFrom(sequence, NumbersOf(new Span<TState>(ref state)), output);

    /// <summary>Predicts sequences of different lengths that go on from states.</summary>
    /// <typeparam name="TState">The <c>State</c> of the model.</typeparam>
    /// <param name="sequences">The sequences one after the other without padding.</param>
    /// <param name="lengths">The time steps of each, 0 or more.</param>
    /// <param name="states">One for each sequence: read, then overwritten by the state after its last time step; that of an empty sequence stays.</param>
    /// <param name="outputs">Overwritten: [B × OutputSize] with <c>[LastStep]</c>, else [sum of T × OutputSize].</param>
    /// <exception cref="ArgumentException">A size is wrong, there are too many or too long sequences, a token is not in the vocabulary, or the states are those of another model: the states are as they were.</exception>
    public void Predict<TState>(ReadOnlySpan<TInput> sequences, ReadOnlySpan<int> lengths, Span<TState> states, Span<T> outputs)
        where TState : unmanaged, IStreamState<T> =>
        PredictFrom(sequences, lengths, NumbersOf(states), StrideOf<TState>(), outputs);

    /// <summary>Predicts sequences that go on from states, whatever the way in which they lie in memory.</summary>
    /// <typeparam name="TState">The <c>State</c> of the model.</typeparam>
    /// <param name="inputs">The sequences, by a method of <see cref="SequenceInputs"/>: padded with lengths or with a mask, or packed.</param>
    /// <param name="states">One for each sequence: read, then overwritten by the state after its last time step; that of an empty sequence stays.</param>
    /// <param name="outputs">Overwritten: [B × OutputSize] with <c>[LastStep]</c>, else OutputSize numbers for each time step of the inputs, and zeros for padding.</param>
    /// <exception cref="ArgumentException">A size is wrong, there are too many or too long sequences, a token is not in the vocabulary, or the states are those of another model: the states are as they were.</exception>
    public void Predict<TState>(SequenceInputs<TInput> inputs, Span<TState> states, Span<T> outputs)
        where TState : unmanaged, IStreamState<T> =>
        PredictFrom(inputs, NumbersOf(states), StrideOf<TState>(), outputs);

    /// <summary>The numbers from one state to the next.</summary>
    private protected static int StrideOf<TState>()
        where TState : unmanaged => Unsafe.SizeOf<TState>() / Unsafe.SizeOf<T>();

    /// <summary>The numbers of states of this model.</summary>
    /// <exception cref="ArgumentException">They are those of another model.</exception>
    private protected Span<T> NumbersOf<TState>(Span<TState> states)
        where TState : unmanaged, IStreamState<T>
    {
        if (!ReferenceEquals(TState.ModelInfo, Info))
        {
            throw new ArgumentException($"These are states of {TState.ModelInfo.Name}, but the run is one of {Info.Name}.", nameof(states));
        }

        return MemoryMarshal.Cast<TState, T>(states);
    }
}

using System.Runtime.InteropServices;

namespace FastSeq;

/// <content>States that the caller gives and takes back. States of many streams lie one after the other, some numbers (the stride) apart.</content>
public abstract partial class PredictionRun<T, TInput>
{
    /// <summary>The states after so many time steps are written; after the last of a sequence that has fewer.</summary>
    private protected int StatesAfter { get; set; } = int.MaxValue;

    /// <summary>Whether the sequences of the batch begin with states that the caller gave; otherwise with the model's rest state.</summary>
    protected bool HasStates { get; private set; }

    /// <summary>Predicts sequences that go on from given states; the public methods with <c>State</c> call it.</summary>
    /// <param name="sequences">The sequences one after the other without padding.</param>
    /// <param name="lengths">The time steps of each, 0 or more.</param>
    /// <param name="states">A state for each sequence: read, then overwritten by the state after its last time step.</param>
    /// <param name="stride">The numbers from one state to the next.</param>
    /// <param name="outputs">Overwritten.</param>
    /// <exception cref="ArgumentException">A size is wrong, there are too many or too long sequences, or a token is not in the vocabulary: no state was changed.</exception>
    protected void PredictFrom(ReadOnlySpan<TInput> sequences, ReadOnlySpan<int> lengths, Span<T> states, int stride, Span<T> outputs) =>
        PredictFrom(SequenceInputs.Ragged(sequences, lengths), states, stride, outputs);

    /// <summary>As the other, whatever the way in which the sequences lie in memory.</summary>
    /// <param name="inputs">The sequences.</param>
    /// <param name="states">A state for each sequence: read, then overwritten by the state after its last time step.</param>
    /// <param name="stride">The numbers from one state to the next.</param>
    /// <param name="outputs">Overwritten.</param>
    protected void PredictFrom(SequenceInputs<TInput> inputs, Span<T> states, int stride, Span<T> outputs)
    {
        Begin(inputs, inTimeOrder: Threads == 1);
        CheckOutputs(outputs);
        TakeStates(states, stride);
        Compute();
        Unpack(outputs);
        WriteStates(states, stride);
    }

    /// <summary>As the other, one sequence.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="state">Its state: read, then overwritten.</param>
    /// <param name="output">Overwritten.</param>
    protected void PredictFrom(ReadOnlySpan<TInput> sequence, Span<T> state, Span<T> output)
    {
        int length = TimeStepsOf(sequence);
        PredictFrom(sequence, new ReadOnlySpan<int>(in length), state, state.Length, output);
    }

    /// <summary>Brings the given states to where the layers begin.</summary>
    private protected void TakeStates(ReadOnlySpan<T> states, int stride)
    {
        if (states.Length != (long)Batch * stride)
        {
            throw new ArgumentException($"There are {states.Length / stride} states for {Batch} sequences.", nameof(states));
        }

        HasStates = true;
        ReadStates(states, stride);
    }

    /// <summary>Throws where a state stands between two outputs of a convolution with a stride: how many outputs a sequence has would not depend on its length alone.</summary>
    /// <param name="states">The states.</param>
    /// <param name="stride">The numbers from one state to the next.</param>
    /// <param name="place">Where a state holds the time steps to the next output.</param>
    /// <param name="convolution">The convolution as declared.</param>
    protected void CheckOutputIsNext(ReadOnlySpan<T> states, int stride, int place, string convolution)
    {
        for (int b = 0; b < Batch; b++)
        {
            StepErrors.CheckOutputIsNext(states[(b * stride) + place], b, convolution);
        }
    }

    /// <summary>Copies the states of the batch into the first rows of the layers' histories, by <see cref="ReadState"/>.</summary>
    protected virtual void ReadStates(ReadOnlySpan<T> states, int stride)
    {
    }

    /// <summary>Copies the states after the last time steps out of the layers' histories, by <see cref="WriteState"/>.</summary>
    protected virtual void WriteStates(Span<T> states, int stride)
    {
    }

    /// <summary>Copies one value of all states into the first rows of its history.</summary>
    /// <param name="states">The states.</param>
    /// <param name="stride">The numbers from one state to the next.</param>
    /// <param name="offset">Where the value lies in a state.</param>
    /// <param name="size">Its numbers.</param>
    /// <param name="history">Its history: [B + rows, size]. Also the gradients by it: [B, size].</param>
    protected void ReadState(ReadOnlySpan<T> states, int stride, int offset, int size, ref T history)
    {
        for (int b = 0; b < Batch; b++)
        {
            states.Slice((packed.Order[b] * stride) + offset, size).CopyTo(Row(ref history, b, size));
        }
    }

    /// <summary>Copies one value of all states out of its history: the row of each sequence's last time step.</summary>
    /// <param name="states">The states.</param>
    /// <param name="stride">The numbers from one state to the next.</param>
    /// <param name="offset">Where the value lies in a state.</param>
    /// <param name="size">Its numbers.</param>
    /// <param name="history">Its history: [B + rows, size]; or [B, size] where it is overwritten in place.</param>
    /// <param name="inPlace">Whether it is overwritten in place.</param>
    protected void WriteState(Span<T> states, int stride, int offset, int size, ref T history, bool inPlace)
    {
        for (int b = 0; b < Batch; b++)
        {
            int length = Math.Min(packed.Lengths[b], StatesAfter), row = inPlace || length == 0 ? b : Batch + RowOf(length - 1, b);
            Row(ref history, row, size).CopyTo(states.Slice((packed.Order[b] * stride) + offset, size));
        }
    }

    /// <summary>Where the caller gave no states: sequences first to last - 1 begin with the rest state.</summary>
    /// <param name="first">The first sequence.</param>
    /// <param name="last">The sequence after the last.</param>
    /// <param name="size">The numbers of the value.</param>
    /// <param name="rest">The value in the rest state.</param>
    /// <param name="history">The history of the value.</param>
    protected void BeginState(int first, int last, int size, ref T rest, ref T history)
    {
        if (HasStates)
        {
            return;
        }

        Span<T> value = MemoryMarshal.CreateSpan(ref rest, size);
        for (int b = first; b < last; b++)
        {
            value.CopyTo(Row(ref history, b, size));
        }
    }

    private void CheckOutputs(Span<T> outputs)
    {
        int rows = CallerOutputRows;
        if (outputs.Length != rows * Info.OutputSize)
        {
            throw new ArgumentException($"There is room for {outputs.Length} outputs, but there are {rows} x {Info.OutputSize}.", nameof(outputs));
        }
    }

    private int TimeStepsOf(ReadOnlySpan<TInput> sequence) => sequence.Length % Info.InputSize == 0
        ? sequence.Length / Info.InputSize
        : throw new ArgumentException($"The sequence has {sequence.Length} numbers, not a multiple of the {Info.InputSize} of a time step.", nameof(sequence));
}

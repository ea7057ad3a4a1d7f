using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastSeq;

/// <content>Training that begins with given states, and the gradients by them.</content>
public abstract partial class SequenceRun<T, TInput, TTarget>
{
    /// <summary>Whether the last <see cref="Backward()"/> began with gradients by final states.</summary>
    private bool beganWithFinalGradients;

    /// <summary>Whether the caller gave the gradients of the loss by the states after the last time steps.</summary>
    protected bool HasFinalGradients { get; private set; }

    /// <summary>Computes the mean loss of a batch whose sequences go on from given states; the public method with <c>State</c> calls it.</summary>
    /// <param name="batch">The sequences and their targets.</param>
    /// <param name="states">A state for each sequence: read, then overwritten by the state after its last time step.</param>
    /// <param name="stride">The numbers from one state to the next.</param>
    /// <param name="training">Drops out, and keeps what <see cref="Backward()"/> needs.</param>
    protected T ForwardFrom(SequenceBatch<TInput, TTarget> batch, Span<T> states, int stride, bool training)
    {
        BeginForward(batch);
        TakeStates(states, stride);
        T loss = ComputeLoss(training);
        WriteStates(states, stride);
        return loss;
    }

    /// <summary>Computes the mean loss of the last time steps of a window, and takes out the states where the next one begins.</summary>
    /// <param name="batch">The window of each sequence; some may be empty.</param>
    /// <param name="states">A state for each sequence, some numbers apart: read where the window goes on, then overwritten.</param>
    /// <param name="stride">The numbers from one state to the next.</param>
    /// <param name="window">What the window is to the sequences.</param>
    /// <param name="training">Drops out, and keeps what <see cref="Backward()"/> needs.</param>
    internal T ForwardWindow(SequenceBatch<TInput, TTarget> batch, Span<T> states, int stride, SequenceWindow window, bool training)
    {
        BeginForward(batch, inTimeOrder: window.FirstLossStep > 0);
        Span<T> ofBatch = states[..(Batch * stride)];
        if (!window.Begins)
        {
            TakeStates(ofBatch, stride);
        }

        firstLossRow = window.FirstLossStep == 0 ? 0 : Packed.RowStart(window.FirstLossStep);
        StatesAfter = window.StatesAfter;
        T mean = ComputeLoss(training);
        WriteStates(ofBatch, stride);
        return mean;
    }

    /// <summary>Back-propagates the loss, and a gradient of something else by the states after the last time steps.</summary>
    /// <param name="gradients">For each sequence the gradients by its final state.</param>
    /// <param name="stride">The numbers from one to the next.</param>
    protected void BackwardFrom(ReadOnlySpan<T> gradients, int stride)
    {
        if (gradients.Length != (long)Batch * stride)
        {
            throw new ArgumentException($"There are gradients of {gradients.Length / stride} states for {Batch} sequences.", nameof(gradients));
        }

        CheckTape();
        ReadStateGradients(gradients, stride);
        HasFinalGradients = true;
        try
        {
            Backward();
        }
        finally
        {
            HasFinalGradients = false;
        }
    }

    /// <summary>Copies the gradients by the states that the last <see cref="Forward(SequenceBatch{TInput, TTarget}, bool)"/> began with.</summary>
    /// <param name="gradients">Overwritten: for each sequence the gradients by its initial state.</param>
    /// <param name="stride">The numbers from one to the next.</param>
    protected void CopyInitialGradients(Span<T> gradients, int stride)
    {
        if (!hasGradients || !HasStates)
        {
            throw new InvalidOperationException("There are no gradients by initial states: they come from a Forward with states and training: true, and the Backward after it.");
        }

        if (gradients.Length != (long)Batch * stride)
        {
            throw new ArgumentException($"There is room for the gradients of {gradients.Length / stride} states, but there are {Batch} sequences.", nameof(gradients));
        }

        WriteStateGradients(gradients, stride);
    }

    /// <summary>Copies the gradients by the final states to where the layers begin to go back, by <see cref="PredictionRun{T, TInput}.ReadState"/>.</summary>
    protected virtual void ReadStateGradients(ReadOnlySpan<T> gradients, int stride)
    {
    }

    /// <summary>Copies the gradients by the initial states out of the layers, by <see cref="PredictionRun{T, TInput}.WriteState"/>.</summary>
    protected virtual void WriteStateGradients(Span<T> gradients, int stride)
    {
    }

    /// <summary>The gradients by a value of the states.</summary>
    /// <param name="gradients">The gradients of all states.</param>
    /// <param name="stride">The numbers from one to the next.</param>
    /// <param name="offset">Where the value lies in a state.</param>
    /// <param name="size">Its numbers.</param>
    /// <param name="gradient">The gradients by it: [B, size].</param>
    protected void WriteStateGradient(Span<T> gradients, int stride, int offset, int size, ref T gradient)
    {
        if (TimeSteps == 0 && !beganWithFinalGradients)
        {
            // Nothing has gone back through time, and nothing was begun: nothing depends on the state.
            ClearState(gradients, stride, offset, size);
        }
        else
        {
            WriteState(gradients, stride, offset, size, ref gradient, inPlace: true);
        }
    }

    /// <summary>The gradients by a value that counts as a constant: what a pooling or a convolution keeps of earlier time steps.</summary>
    /// <param name="gradients">The gradients of all states.</param>
    /// <param name="stride">The numbers from one to the next.</param>
    /// <param name="offset">Where the value lies in a state.</param>
    /// <param name="size">Its numbers.</param>
    protected void ClearState(Span<T> gradients, int stride, int offset, int size)
    {
        for (int b = 0; b < Batch; b++)
        {
            gradients.Slice((b * stride) + offset, size).Clear();
        }
    }

    /// <summary>Where the caller gave no gradients by final states: those of sequences first to last - 1 are zero.</summary>
    /// <param name="first">The first sequence.</param>
    /// <param name="last">The sequence after the last.</param>
    /// <param name="size">The numbers of the value.</param>
    /// <param name="gradient">[B, size].</param>
    protected void BeginStateGradient(int first, int last, int size, ref T gradient)
    {
        if (!HasFinalGradients)
        {
            Clear(ref Unsafe.Add(ref gradient, (nint)first * size), (last - first) * size);
        }
    }

    /// <summary>The gradient of a learned initial state, by a part of its numbers: the sum over the sequences, in their order. None where the caller gave the states.</summary>
    /// <param name="part">The part.</param>
    /// <param name="size">The numbers of the value.</param>
    /// <param name="gradient">The gradients of each sequence: [B, size].</param>
    /// <param name="sum">Added to: [size].</param>
    protected void SumInitialGradients(int part, int size, ref T gradient, ref T sum)
    {
        if (HasStates || (TimeSteps == 0 && !HasFinalGradients))
        {
            return;
        }

        Range(part, size, 16, out int first, out int last);
        Span<T> total = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref sum, first), last - first);
        for (int b = 0; b < Batch; b++)
        {
            TensorPrimitives.Add(total, MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref gradient, ((nint)b * size) + first), last - first), total);
        }
    }
}

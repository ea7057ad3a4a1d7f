using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace FastSeq;

/// <content>Predicting from the rest state.</content>
public abstract partial class PredictionRun<T, TInput>
{
    /// <summary>Predicts one sequence.</summary>
    /// <param name="sequence">[T × InputSize] numbers, or [T] tokens.</param>
    /// <param name="output">Overwritten: OutputSize numbers with <c>[LastStep]</c>, else [T × OutputSize]. With a cross-entropy loss these are logits.</param>
    /// <exception cref="ArgumentException">A size is wrong, the sequence is longer than <see cref="MaxTimeSteps"/>, or a token is not in the vocabulary.</exception>
    public void Predict(ReadOnlySpan<TInput> sequence, Span<T> output)
    {
        int length = TimeStepsOf(sequence);
        Predict(sequence, new ReadOnlySpan<int>(in length), output);
    }

    /// <summary>Predicts sequences of different lengths, in any order.</summary>
    /// <param name="sequences">The sequences one after the other without padding: [sum of T × InputSize] numbers, or [sum of T] tokens.</param>
    /// <param name="lengths">The time steps of each, 0 or more.</param>
    /// <param name="outputs">Overwritten: [B × OutputSize] with <c>[LastStep]</c>, else [sum of T × OutputSize], in the order of the sequences.</param>
    /// <exception cref="ArgumentException">A size is wrong, there are too many or too long sequences, or a token is not in the vocabulary.</exception>
    public void Predict(ReadOnlySpan<TInput> sequences, ReadOnlySpan<int> lengths, Span<T> outputs)
    {
        Predict(SequenceInputs.Ragged(sequences, lengths), outputs);
    }

    /// <summary>Predicts sequences of different lengths, whatever the way in which they lie in memory.</summary>
    /// <param name="inputs">The sequences, by a method of <see cref="SequenceInputs"/>: one after the other, padded with lengths or with a mask, or packed.</param>
    /// <param name="outputs">Overwritten: [B × OutputSize] with <c>[LastStep]</c>, else OutputSize numbers for each time step of the inputs, in the same places, and zeros for padding.</param>
    /// <exception cref="ArgumentException">A size is wrong, there are too many or too long sequences, or a token is not in the vocabulary.</exception>
    public void Predict(SequenceInputs<TInput> inputs, Span<T> outputs)
    {
        Begin(inputs, inTimeOrder: Threads == 1);
        CheckOutputs(outputs);
        Compute();
        Unpack(outputs);
    }

    /// <summary>Predicts padded sequences; what lies behind the length of a sequence is never read.</summary>
    /// <param name="padded">[B, T, InputSize] numbers, or [B, T] tokens.</param>
    /// <param name="lengths">The time steps of each sequence, 0 to T.</param>
    /// <param name="outputs">Overwritten: [B, OutputSize] with <c>[LastStep]</c>, else [B, T, OutputSize] with zeros behind the length of a sequence.</param>
    /// <exception cref="ArgumentException">A shape is wrong, a tensor is not dense, or a sequence is too long.</exception>
    public void Predict(scoped in ReadOnlyTensorSpan<TInput> padded, ReadOnlySpan<int> lengths, scoped in TensorSpan<T> outputs)
    {
        ReadOnlySpan<TInput> values = CheckShapes(padded, lengths.Length, outputs, out Span<T> flatOutputs);
        Predict(SequenceInputs.Padded(values, lengths), flatOutputs);
    }

    /// <summary>Predicts padded sequences of which a mask says which time steps count; the others are skipped, wherever they stand, and never read.</summary>
    /// <param name="padded">[B, T, InputSize] numbers, or [B, T] tokens.</param>
    /// <param name="mask">[B, T]: true where a time step counts.</param>
    /// <param name="outputs">Overwritten: [B, OutputSize] with <c>[LastStep]</c>, else [B, T, OutputSize] with zeros where the mask is false.</param>
    /// <exception cref="ArgumentException">A shape is wrong, a tensor is not dense, or a sequence is too long.</exception>
    public void Predict(scoped in ReadOnlyTensorSpan<TInput> padded, scoped in ReadOnlyTensorSpan<bool> mask, scoped in TensorSpan<T> outputs)
    {
        int batch = mask.Rank == 2 ? checked((int)mask.Lengths[0]) : 0;
        if (mask.Rank != 2 || padded.Rank < 2 || !mask.Lengths.SequenceEqual(padded.Lengths[..2]) || !mask.IsDense)
        {
            throw new ArgumentException($"The mask has the shape {Shape(mask.Lengths)}, the sequences {Shape(padded.Lengths)}; expected a dense mask [B, T].", nameof(mask));
        }

        ReadOnlySpan<TInput> values = CheckShapes(padded, batch, outputs, out Span<T> flatOutputs);
        Predict(SequenceInputs.Masked(values, Flat(mask), batch), flatOutputs);
    }

    /// <summary>Throws where the shapes of padded sequences and their outputs do not fit.</summary>
    private ReadOnlySpan<TInput> CheckShapes(in ReadOnlyTensorSpan<TInput> padded, int batch, in TensorSpan<T> outputs, out Span<T> flatOutputs)
    {
        int rank = Info.Vocabulary > 0 ? 2 : 3;
        if (padded.Rank != rank || padded.Lengths[0] != batch || (rank == 3 && padded.Lengths[2] != Info.InputSize))
        {
            string expected = rank == 2 ? $"[{batch}, T]" : $"[{batch}, T, {Info.InputSize}]";
            throw new ArgumentException($"The sequences have the shape {Shape(padded.Lengths)}; expected {expected}.", nameof(padded));
        }

        ReadOnlySpan<nint> shape = Info.LastStepOnly ? [batch, Info.OutputSize] : [batch, Info.OutputSteps(checked((int)padded.Lengths[1])), Info.OutputSize];
        if (!outputs.Lengths.SequenceEqual(shape))
        {
            throw new ArgumentException($"The outputs have the shape {Shape(outputs.Lengths)}; expected {Shape(shape)}.", nameof(outputs));
        }

        if (!padded.IsDense || !outputs.IsDense)
        {
            throw new ArgumentException($"The {(padded.IsDense ? "outputs" : "sequences")} must lie densely in memory.", padded.IsDense ? nameof(outputs) : nameof(padded));
        }

        flatOutputs = MemoryMarshal.CreateSpan(ref outputs.GetPinnableReference(), checked((int)outputs.FlattenedLength));
        return Flat(padded);
    }

    private static ReadOnlySpan<TValue> Flat<TValue>(in ReadOnlyTensorSpan<TValue> tensor) =>
        MemoryMarshal.CreateReadOnlySpan(in tensor.GetPinnableReference(), checked((int)tensor.FlattenedLength));

    private static string Shape(scoped ReadOnlySpan<nint> lengths) => $"[{string.Join(", ", lengths.ToArray())}]";
}

using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastSeq.Kernels;

namespace FastSeq;

/// <content>
/// The masks of training that are not drawn anew for every number: of a sequence, of a unit's steps, of weights, of tokens. A sequence is known by its place in the caller's batch,
/// so its masks depend on neither the other sequences' lengths nor the threads.
/// </content>
public abstract partial class SequenceRun<T, TInput, TTarget>
{
    /// <summary>Draws one mask a sequence: 0 where an element is dropped, else 1 / (1 - probability).</summary>
    /// <param name="block">The sequences; masks are drawn with their first time steps.</param>
    /// <param name="size">The numbers of a mask.</param>
    /// <param name="stream">Tells the masks of the model apart.</param>
    /// <param name="probability">Of being dropped.</param>
    /// <param name="masks">Overwritten: [B, size].</param>
    protected void DrawSequenceMasks(scoped in TimeBlock block, int size, uint stream, float probability, ref T masks)
    {
        for (int b = block.FirstSequence; block.Begin == 0 && b < block.EndSequence; b++)
        {
            Span<T> mask = MemoryMarshal.CreateSpan(ref At(ref masks, b, size), size);
            DropoutMask.Draw(DropoutSeed, stream, MaskStep(0), (long)Packed.Order[b] * size, mask, probability, DropoutMask.Scale<T>(probability), T.Zero);
        }
    }

    /// <summary>Draws a mask for every time step of every sequence: 1 where an element keeps its previous value, else 0.</summary>
    /// <param name="block">The sequences and time steps.</param>
    /// <param name="size">The numbers of a mask.</param>
    /// <param name="stream">Tells the masks of the model apart.</param>
    /// <param name="probability">Of keeping the previous value.</param>
    /// <param name="masks">Overwritten: a row for each row of the block.</param>
    protected void DrawStepMasks(scoped in TimeBlock block, int size, uint stream, float probability, ref T masks)
    {
        for (int t = block.Begin; t < block.End; t++)
        {
            for (int b = block.FirstSequence; b < Math.Min(block.EndSequence, BatchSize(t)); b++)
            {
                Span<T> mask = MemoryMarshal.CreateSpan(ref At(ref masks, RowOf(t, b), size), size);
                DropoutMask.Draw(DropoutSeed, stream, MaskStep(t), (long)Packed.Order[b] * size, mask, probability, T.Zero, T.One);
            }
        }
    }

    /// <summary>y = x·mask at every time step of a block, by the mask of the sequence.</summary>
    /// <param name="block">The sequences and time steps.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="masks">[B, size].</param>
    /// <param name="x">The rows.</param>
    /// <param name="y">Overwritten; may be x.</param>
    protected void MaskRows(scoped in TimeBlock block, int size, ref T masks, ref T x, ref T y)
    {
        for (int t = block.Begin; t < block.End; t++)
        {
            int count = Math.Min(block.EndSequence, BatchSize(t)) - block.FirstSequence;
            if (count <= 0) continue;
            int row = RowOf(t, block.FirstSequence);
            Mask(count * size, ref At(ref masks, block.FirstSequence, size), ref At(ref x, row, size), ref At(ref y, row, size));
        }
    }

    /// <summary>y += x·mask at every time step of a block, by the mask of the sequence.</summary>
    /// <param name="block">The sequences and time steps.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="masks">[B, size].</param>
    /// <param name="x">The rows; overwritten by x·mask.</param>
    /// <param name="y">Added to.</param>
    protected void AddMaskedRows(scoped in TimeBlock block, int size, ref T masks, ref T x, ref T y)
    {
        MaskRows(in block, size, ref masks, ref x, ref x);
        foreach (ref readonly RowSpan rows in block.Rows)
        {
            Add(ref At(ref x, rows.First, size), rows.Count * size, ref At(ref y, rows.First, size));
        }
    }

    /// <summary>y = x·mask.</summary>
    protected static void Mask(int count, ref T mask, ref T x, ref T y) => Elementwise.Map(count, in x, in mask, ref y, default(Times<T>));

    /// <summary>Drops whole rows of tokens, and multiplies the others by 1 / (1 - probability): a token is dropped wherever it occurs.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="stream">Tells the masks of the model apart.</param>
    /// <param name="probability">Of being dropped.</param>
    /// <param name="rows">A row for each token: its values, or the gradients by them.</param>
    protected void MaskTokens(ReadOnlySpan<int> tokens, int size, uint stream, float probability, ref T rows)
    {
        Span<T> factor = stackalloc T[1];
        for (int i = 0; i < tokens.Length; i++)
        {
            DropoutMask.Draw(DropoutSeed, stream, MaskStep(0), tokens[i], factor, probability, DropoutMask.Scale<T>(probability), T.Zero);
            Span<T> row = MemoryMarshal.CreateSpan(ref At(ref rows, i, size), size);
            TensorPrimitives.Multiply(row, factor[0], row);
        }
    }

    /// <summary>Drops parameters: a part of a range of the flat buffer, by the mask that has an element for each number of the buffer.</summary>
    /// <param name="part">The part.</param>
    /// <param name="start">The first number of the range.</param>
    /// <param name="count">The numbers of the range.</param>
    /// <param name="stream">Tells the masks of the model apart.</param>
    /// <param name="probability">Of being dropped.</param>
    /// <param name="parameters">The flat buffer.</param>
    /// <param name="dropped">Overwritten by the range.</param>
    protected void DropParameters(int part, int start, int count, uint stream, float probability, ref T parameters, ref T dropped)
    {
        Range(part, count, CounterRandom.GroupLength, out int first, out int last);
        DropoutMask.Apply<T>(
            DropoutSeed, stream, MaskStep(0), start + first, MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref parameters, start + first), last - first),
            MemoryMarshal.CreateSpan(ref Unsafe.Add(ref dropped, first), last - first), probability);
    }

    /// <summary>The gradient by parameters that <see cref="DropParameters"/> dropped, from that by what it made of them.</summary>
    /// <param name="start">The first number, in the flat buffer.</param>
    /// <param name="count">The numbers.</param>
    /// <param name="stream">Tells the masks of the model apart.</param>
    /// <param name="probability">Of being dropped.</param>
    protected void DropGradients(int start, int count, uint stream, float probability)
    {
        Span<T> part = Gradients.Slice(start, count);
        DropoutMask.Apply<T>(DropoutSeed, stream, MaskStep(0), start, part, part, probability);
    }

    /// <summary>What tells the masks of iterations and of time steps apart: the iteration in the low 40 bits, the time step in the others.</summary>
    private ulong MaskStep(int timeStep) => unchecked((ulong)MaskIteration ^ ((ulong)timeStep << 40));
}

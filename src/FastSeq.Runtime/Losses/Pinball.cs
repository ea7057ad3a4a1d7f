using System.Numerics;
using System.Numerics.Tensors;
using FastSeq.Kernels;

namespace FastSeq;

/// <summary>Two straight lines that meet at an error of zero: <c>loss = e &gt; 0 ? up·e : down·e</c> of errors <c>e = y - t</c>, up above 0 and down below it.</summary>
/// <param name="up">The slope above zero of each output of a block.</param>
/// <param name="down">The slope below zero of each output; as many.</param>
sealed class Pinball<T>(T[] up, T[] down)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly T[] errors = new T[up.Length], terms = new T[up.Length], others = new T[up.Length];

    /// <summary>The outputs of a block.</summary>
    public int BlockLength => up.Length;

    /// <summary>The sum of the losses of a block, added in a fixed order.</summary>
    /// <param name="outputs">The outputs y, at most <see cref="BlockLength"/>.</param>
    /// <param name="targets">As many targets t.</param>
    /// <param name="scale">Multiplies the gradients only.</param>
    /// <param name="gradients">Overwritten: the slopes, 0 where an error is 0; or empty.</param>
    public double SumOfBlock(ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, T scale, Span<T> gradients)
    {
        int count = outputs.Length;
        Span<T> e = errors.AsSpan(0, count), above = terms.AsSpan(0, count), below = others.AsSpan(0, count);
        TensorPrimitives.Subtract(outputs, targets, e);
        TensorPrimitives.Multiply(e, up.AsSpan(0, count), above);
        TensorPrimitives.Multiply(e, down.AsSpan(0, count), below);
        TensorPrimitives.Max<T>(above, below, above);
        if (!gradients.IsEmpty) Slopes(e, scale, gradients);
        return Reductions.Sum<T>(above);
    }

    void Slopes(ReadOnlySpan<T> e, T scale, Span<T> slopes)
    {
        // What is neither above nor below zero is its own slope: zero, or not a number.
        int i = 0;
        for (; i <= e.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> error = new(e[i..]);
            Vector<T> slope = Vector.ConditionalSelect(Vector.LessThan(error, Vector<T>.Zero), new Vector<T>(down, i), error);
            slope = Vector.ConditionalSelect(Vector.GreaterThan(error, Vector<T>.Zero), new Vector<T>(up, i), slope);
            (slope * scale).CopyTo(slopes[i..]);
        }

        for (; i < e.Length; i++) slopes[i] = (e[i] > T.Zero ? up[i] : e[i] < T.Zero ? down[i] : e[i]) * scale;
    }
}

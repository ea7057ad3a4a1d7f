using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>
/// Pooling over time, one row after the other: what a stream keeps is what a batch keeps of each of its sequences, so both give the same bits.
/// A state of zeros is that of a sequence without rows, whose pooled row is zero.
/// </summary>
public static class TimePooling
{
    /// <summary>The numbers that <see cref="AddToMean"/> keeps: the sum of the rows, and their count.</summary>
    public static int MeanState(int size) => size + 1;

    /// <summary>The numbers that <see cref="AddToMaximum"/> keeps: the largest of the rows, and 1 once there is one.</summary>
    public static int MaximumState(int size) => size + 1;

    /// <summary>The numbers that <see cref="AddToAttention"/> keeps: the weighted sum of the rows, the sum of the weights, and the largest score.</summary>
    public static int AttentionState(int size) => size + 2;

    /// <summary>sum += x.</summary>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="x">The row.</param>
    /// <param name="state">Read and overwritten.</param>
    public static void AddToMean<T>(int size, ref readonly T x, ref T state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Elementwise.Map(size, in state, in x, ref state, default(Plus<T>));
        Unsafe.Add(ref state, size) += T.One;
    }

    /// <summary>y = sum / count.</summary>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="state">The state.</param>
    /// <param name="y">Overwritten.</param>
    public static void Mean<T>(int size, ref readonly T state, ref T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Elementwise.Map(size, in state, ref y, new DividedBy<T>(T.Max(T.One, Unsafe.Add(ref Unsafe.AsRef(in state), size))));

    /// <summary>largest = max(largest, x); NaN where either is.</summary>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="x">The row.</param>
    /// <param name="state">Read and overwritten.</param>
    public static void AddToMaximum<T>(int size, ref readonly T x, ref T state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T isGoing = ref Unsafe.Add(ref state, size);
        if (isGoing == T.Zero)
        {
            Elementwise.Map(size, in x, ref state, default(Itself<T>));
            isGoing = T.One;
        }
        else
        {
            Elementwise.Map(size, in state, in x, ref state, default(Larger<T>));
        }
    }

    /// <summary>y = largest.</summary>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="state">The state.</param>
    /// <param name="y">Overwritten.</param>
    public static void Maximum<T>(int size, ref readonly T state, ref T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementwise.Map(size, in state, ref y, default(Itself<T>));

    /// <summary>The first of the rows that have the maximum takes its gradient: dx = x = largest ? what is left of dy : 0.</summary>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="x">The row.</param>
    /// <param name="y">The largest.</param>
    /// <param name="left">What is left of the gradients by the largest: dy before the first row; read and overwritten.</param>
    /// <param name="dx">Overwritten.</param>
    public static void MaximumBackward<T>(int size, ref readonly T x, ref readonly T y, ref T left, ref T dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Elementwise.Map(size, in x, in y, in left, ref dx, default(WhereEqual<T>));
        Elementwise.Map(size, in left, in dx, ref left, default(Minus<T>));
    }

    /// <summary>
    /// One step of the softmax over time of scores s = query·x, in one pass (Milakov and Gimelshein 2018): the sums are kept relative to the largest score so far.
    /// </summary>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="query">[size].</param>
    /// <param name="x">The row.</param>
    /// <param name="state">Read and overwritten.</param>
    /// <returns>The score.</returns>
    public static T AddToAttention<T>(int size, ref readonly T query, ref readonly T x, ref T state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T score = Elementwise.Sum(size, in query, in x, in x, default(Times<T>));
        ref T sum = ref Unsafe.Add(ref state, size);
        ref T largest = ref Unsafe.Add(ref sum, 1);
        T kept = T.One, weight = T.One;
        if (sum == T.Zero)
        {
            kept = T.Zero;
            largest = score;
        }
        else if (score > largest)
        {
            kept = Weight(largest - score);
            largest = score;
        }
        else
        {
            weight = Weight(score - largest);
        }

        Elementwise.Map(size, in state, in x, ref state, new WeightedNormal<T>(kept, weight));
        sum = (sum * kept) + weight;
        return score;
    }

    /// <summary>y = weighted sum / sum of the weights.</summary>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="state">The state.</param>
    /// <param name="y">Overwritten.</param>
    public static void Attention<T>(int size, ref readonly T state, ref T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = Unsafe.Add(ref Unsafe.AsRef(in state), size);
        Elementwise.Map(size, in state, ref y, new DividedBy<T>(sum == T.Zero ? T.One : sum));
    }

    /// <summary>a = e^(score - largest) / sum, ds = a·(dy·x - dy·y), dx = a·dy + ds·query.</summary>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="query">[size].</param>
    /// <param name="x">The row.</param>
    /// <param name="state">The state after the last row.</param>
    /// <param name="dy">The gradients by the pooled row.</param>
    /// <param name="mean">dy·y.</param>
    /// <param name="score">The score in, its gradient out.</param>
    /// <param name="dx">Overwritten; or a null reference.</param>
    public static void AttentionBackward<T>(
        int size, ref readonly T query, ref readonly T x, ref readonly T state, ref readonly T dy, T mean, ref T score, ref T dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T sum = ref Unsafe.Add(ref Unsafe.AsRef(in state), size);
        T share = Weight(score - Unsafe.Add(ref sum, 1)) / sum;
        score = share * (Dot(size, in dy, in x) - mean);
        if (!Unsafe.IsNullRef(in dx))
        {
            Elementwise.Map(size, in dy, in query, ref dx, new Weighted<T>(share, score));
        }
    }

    /// <summary>a·b.</summary>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="a">[size].</param>
    /// <param name="b">[size].</param>
    public static T Dot<T>(int size, ref readonly T a, ref readonly T b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementwise.Sum(size, in a, in b, in b, default(Times<T>));

    /// <summary>The gradient of columns <paramref name="first"/> to <paramref name="last"/> - 1 of the query: Σ ds·x over the rows in their order.</summary>
    /// <param name="first">The first column.</param>
    /// <param name="last">The column after the last.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="x">[rows, size].</param>
    /// <param name="dScores">The gradients by the scores of the rows.</param>
    /// <param name="dQuery">Added to: [size].</param>
    public static void QueryGradient<T>(int first, int last, int rows, int size, ref readonly T x, ref readonly T dScores, ref T dQuery)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T columns = ref Unsafe.Add(ref dQuery, first);
        for (int row = 0; row < rows; row++)
        {
            T dScore = Unsafe.Add(ref Unsafe.AsRef(in dScores), row);
            Elementwise.Map(last - first, in Unsafe.Add(ref Unsafe.AsRef(in x), (row * size) + first), in columns, ref columns, new Weighted<T>(dScore, T.One));
        }
    }

    /// <summary>e^difference, but 0 where it is so small that sums would hold denormal numbers, which hardware is slow with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // From the first call on: multiply-add before and after tiering is not the same operation.
    static T Weight<T>(T difference)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T weight = WidthScalar<T>.Exp(difference);
        return weight < Tiny<T>() ? T.Zero : weight;
    }

    /// <summary>What is flushed to 0, as in cells: docs/numerics.md.</summary>
    static T Tiny<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.CreateTruncating(typeof(T) == typeof(float) ? 7.8886091e-31 : 3.0549363634996047e-151);

    /// <summary>a * x + b * y, but 0 where it is tiny; NaN stays.</summary>
    readonly struct WeightedNormal<T>(T x, T y) : IFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        readonly T x = x, y = y, zero = T.Zero, tiny = Tiny<T>();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>
        {
            TVector value = TWidth.MultiplyAdd(a, TWidth.Broadcast(in x), TWidth.Multiply(b, TWidth.Broadcast(in y)));
            TVector size = TWidth.Max(value, TWidth.Subtract(TWidth.Broadcast(in zero), value));
            return TWidth.Subtract(value, TWidth.WherePositive(TWidth.Subtract(TWidth.Broadcast(in tiny), size), value));
        }
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastSeq.Kernels;

/// <summary>The rows of two layers as one: forward, and the gradient by one of them. Elements do not depend on their place, so a step has the bits of a batch.</summary>
public static class RowMerge
{
    /// <summary>y = a + b.</summary>
    /// <param name="count">The elements of all rows.</param>
    /// <param name="a">The rows of one layer.</param>
    /// <param name="b">The rows of the other.</param>
    /// <param name="y">Overwritten.</param>
    public static void Sum<T>(int count, ref readonly T a, ref readonly T b, ref T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementwise.Map(count, in a, in b, ref y, default(Plus<T>));

    /// <summary>y = (a + b) / 2.</summary>
    /// <inheritdoc cref="Sum"/>
    public static void Mean<T>(int count, ref readonly T a, ref readonly T b, ref T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementwise.Map(count, in a, in b, ref y, new HalfOfSum<T>(Half<T>()));

    /// <summary>y = a · b, element by element.</summary>
    /// <inheritdoc cref="Sum"/>
    public static void Product<T>(int count, ref readonly T a, ref readonly T b, ref T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementwise.Map(count, in a, in b, ref y, default(Times<T>));

    /// <summary>y = [a, b]: a row of one, then that of the other.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="aSize">The numbers of a row of a.</param>
    /// <param name="bSize">The numbers of a row of b.</param>
    /// <param name="a">The rows of one layer.</param>
    /// <param name="b">The rows of the other.</param>
    /// <param name="y">Overwritten: [rows, aSize + bSize].</param>
    public static void Concat<T>(int rows, int aSize, int bSize, ref readonly T a, ref readonly T b, ref T y)
        where T : unmanaged
    {
        for (int row = 0; row < rows; row++)
        {
            Span<T> joined = Row(ref y, row, 0, aSize + bSize, aSize + bSize);
            Row(ref Unsafe.AsRef(in a), row, 0, aSize, aSize).CopyTo(joined);
            Row(ref Unsafe.AsRef(in b), row, 0, bSize, bSize).CopyTo(joined[aSize..]);
        }
    }

    /// <summary>dx = dy: the gradient of <see cref="Sum"/> by a or b.</summary>
    /// <param name="count">The elements of all rows.</param>
    /// <param name="dy">The gradients by the merged rows.</param>
    /// <param name="dx">Overwritten.</param>
    /// <param name="adds">Adds to dx instead.</param>
    public static void SumBackward<T>(int count, ref readonly T dy, ref T dx, bool adds)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (adds)
        {
            Elementwise.Map(count, in dx, in dy, ref dx, default(Plus<T>));
        }
        else
        {
            Elementwise.Map(count, in dy, ref dx, default(Itself<T>));
        }
    }

    /// <summary>dx = dy / 2: the gradient of <see cref="Mean"/> by a or b.</summary>
    /// <inheritdoc cref="SumBackward"/>
    public static void MeanBackward<T>(int count, ref readonly T dy, ref T dx, bool adds)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (adds)
        {
            Elementwise.Map(count, in dy, in dx, ref dx, new Weighted<T>(Half<T>(), T.One));
        }
        else
        {
            Elementwise.Map(count, in dy, ref dx, new DividedBy<T>(T.One + T.One));
        }
    }

    /// <summary>dx = dy · other: the gradient of <see cref="Product"/> by a or b.</summary>
    /// <param name="count">The elements of all rows.</param>
    /// <param name="other">b for the gradient by a, and a for that by b.</param>
    /// <param name="dy">The gradients by the merged rows.</param>
    /// <param name="dx">Overwritten.</param>
    /// <param name="adds">Adds to dx instead.</param>
    public static void ProductBackward<T>(int count, ref readonly T other, ref readonly T dy, ref T dx, bool adds)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (adds)
        {
            Elementwise.Map(count, in dy, in other, in dx, ref dx, default(TimesPlus<T>));
        }
        else
        {
            Elementwise.Map(count, in dy, in other, ref dx, default(Times<T>));
        }
    }

    /// <summary>dx = a part of each row of dy: the gradient of <see cref="Concat"/> by a or b.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="width">The numbers of a merged row.</param>
    /// <param name="first">Where the part begins.</param>
    /// <param name="size">The numbers of the part.</param>
    /// <param name="dy">The gradients by the merged rows.</param>
    /// <param name="dx">Overwritten: [rows, size].</param>
    /// <param name="adds">Adds to dx instead.</param>
    public static void ConcatBackward<T>(int rows, int width, int first, int size, ref readonly T dy, ref T dx, bool adds)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < rows; row++)
        {
            SumBackward(size, in Row(ref Unsafe.AsRef(in dy), row, first, size, width)[0], ref Row(ref dx, row, 0, size, size)[0], adds);
        }
    }

    static T Half<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.CreateTruncating(0.5);

    static Span<T> Row<T>(ref T matrix, int row, int first, int size, int width) =>
        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref matrix, ((nint)row * width) + first), size);

    /// <summary>(a + b) · half.</summary>
    readonly struct HalfOfSum<T>(T half) : IFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        readonly T half = half;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Multiply(TWidth.Add(a, b), TWidth.Broadcast(in half));
    }
}

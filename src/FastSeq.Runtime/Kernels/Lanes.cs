using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastSeq.Kernels;

/// <summary>Partial vectors: stores of some of a vector's lanes.</summary>
/// <remarks>Where a count of lanes is a constant at the call, the branches on it fold away.</remarks>
public static class Lanes
{
    /// <summary>Stores the first <paramref name="count"/> lanes and not a byte more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(Vector128<T> value, ref T destination, int count)
        where T : unmanaged
    {
        if (count >= Vector128<T>.Count)
        {
            value.StoreUnsafe(ref destination);
            return;
        }

        int stored = 0;
        if (Unsafe.SizeOf<T>() == 4 && count >= 2)
        {
            Unsafe.WriteUnaligned(ref Unsafe.As<T, byte>(ref destination), value.AsUInt64().ToScalar());
            stored = 2;
        }

        if (count > stored)
        {
            Unsafe.Add(ref destination, stored) = stored == 0 ? value.ToScalar() : value.GetElement(Vector128<T>.Count / 2);
        }
    }

    /// <inheritdoc cref="Store{T}(Vector128{T}, ref T, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(Vector256<T> value, ref T destination, int count)
        where T : unmanaged
    {
        if (count >= Vector256<T>.Count)
        {
            value.StoreUnsafe(ref destination);
        }
        else if (count >= Vector128<T>.Count)
        {
            value.GetLower().StoreUnsafe(ref destination);
            Store(value.GetUpper(), ref Unsafe.Add(ref destination, Vector128<T>.Count), count - Vector128<T>.Count);
        }
        else
        {
            Store(value.GetLower(), ref destination, count);
        }
    }

    /// <inheritdoc cref="Store{T}(Vector128{T}, ref T, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(Vector512<T> value, ref T destination, int count)
        where T : unmanaged
    {
        if (count >= Vector512<T>.Count)
        {
            value.StoreUnsafe(ref destination);
        }
        else if (count >= Vector256<T>.Count)
        {
            value.GetLower().StoreUnsafe(ref destination);
            Store(value.GetUpper(), ref Unsafe.Add(ref destination, Vector256<T>.Count), count - Vector256<T>.Count);
        }
        else
        {
            Store(value.GetLower(), ref destination, count);
        }
    }
}

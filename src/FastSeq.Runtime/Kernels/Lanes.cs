using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastSeq.Kernels;

/// <summary>Multiply-add and partial vectors: what emitted code and kernels do with the lanes of a vector.</summary>
/// <remarks>Where a count of lanes is a constant at the call, the branches on it fold away.</remarks>
public static class Lanes
{
    /// <summary>a * b + c, fused where the CPU can; two operations elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float a, float b, float c) => float.MultiplyAddEstimate(a, b, c);

    /// <inheritdoc cref="MultiplyAdd(float, float, float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double MultiplyAdd(double a, double b, double c) => double.MultiplyAddEstimate(a, b, c);

    /// <inheritdoc cref="MultiplyAdd(float, float, float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.MultiplyAddEstimate(a, b, c);

    /// <inheritdoc cref="MultiplyAdd(float, float, float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> MultiplyAdd(Vector128<double> a, Vector128<double> b, Vector128<double> c) => Vector128.MultiplyAddEstimate(a, b, c);

    /// <inheritdoc cref="MultiplyAdd(float, float, float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.MultiplyAddEstimate(a, b, c);

    /// <inheritdoc cref="MultiplyAdd(float, float, float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> MultiplyAdd(Vector256<double> a, Vector256<double> b, Vector256<double> c) => Vector256.MultiplyAddEstimate(a, b, c);

    /// <inheritdoc cref="MultiplyAdd(float, float, float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.MultiplyAddEstimate(a, b, c);

    /// <inheritdoc cref="MultiplyAdd(float, float, float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> MultiplyAdd(Vector512<double> a, Vector512<double> b, Vector512<double> c) => Vector512.MultiplyAddEstimate(a, b, c);

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

    /// <summary>The first <paramref name="count"/> lanes, the others zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> First(Vector128<float> value, int count) =>
        value & Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(count)).AsSingle();

    /// <inheritdoc cref="First(Vector128{float}, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> First(Vector128<double> value, int count) =>
        value & Vector128.LessThan(Vector128<long>.Indices, Vector128.Create((long)count)).AsDouble();

    /// <summary>The first <paramref name="count"/> lanes, the others zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> First(Vector256<float> value, int count) =>
        value & Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();

    /// <inheritdoc cref="First(Vector256{float}, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> First(Vector256<double> value, int count) =>
        value & Vector256.LessThan(Vector256<long>.Indices, Vector256.Create((long)count)).AsDouble();

    /// <summary>The first <paramref name="count"/> lanes, the others zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> First(Vector512<float> value, int count) =>
        value & Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();

    /// <inheritdoc cref="First(Vector512{float}, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> First(Vector512<double> value, int count) =>
        value & Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)count)).AsDouble();
}

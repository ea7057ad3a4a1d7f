using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastSeq.Kernels;

/// <summary>A function of up to three numbers, over registers of any width; what its fields hold is the same for all elements.</summary>
interface IFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>;
}

/// <summary>
/// Loops over the elements of rows: whole registers of the widest width first, then of narrower ones, then single numbers. Elements do not depend on their place;
/// sums are added in an order that the count and the width of the machine's registers fix.
/// </summary>
static class Elementwise
{
    /// <summary>y[j] = f(a[j], b[j], c[j]); y may be a, b or c.</summary>
    public static void Map<T, TFunction>(int count, ref readonly T a, ref readonly T b, ref readonly T c, ref T y, TFunction f)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IFunction<T>
    {
        int done = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            done = Map<T, TFunction, Vector512<T>, Width512<T>>(done, count, in a, in b, in c, ref y, f);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            done = Map<T, TFunction, Vector256<T>, Width256<T>>(done, count, in a, in b, in c, ref y, f);
        }

        if (Vector128.IsHardwareAccelerated)
        {
            done = Map<T, TFunction, Vector128<T>, Width128<T>>(done, count, in a, in b, in c, ref y, f);
        }

        Map<T, TFunction, T, WidthScalar<T>>(done, count, in a, in b, in c, ref y, f);
    }

    /// <summary>y[j] = f(a[j], b[j]).</summary>
    public static void Map<T, TFunction>(int count, ref readonly T a, ref readonly T b, ref T y, TFunction f)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IFunction<T> => Map(count, in a, in b, in a, ref y, f);

    /// <summary>y[j] = f(a[j]).</summary>
    public static void Map<T, TFunction>(int count, ref readonly T a, ref T y, TFunction f)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IFunction<T> => Map(count, in a, in a, in a, ref y, f);

    /// <summary>The sum of f(a[j], b[j], c[j]).</summary>
    public static T Sum<T, TFunction>(int count, ref readonly T a, ref readonly T b, ref readonly T c, TFunction f)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IFunction<T>
    {
        int done = 0;
        T sum = T.Zero;
        if (Vector512.IsHardwareAccelerated)
        {
            sum += Sum<T, TFunction, Vector512<T>, Width512<T>>(ref done, count, in a, in b, in c, f);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            sum += Sum<T, TFunction, Vector256<T>, Width256<T>>(ref done, count, in a, in b, in c, f);
        }

        if (Vector128.IsHardwareAccelerated)
        {
            sum += Sum<T, TFunction, Vector128<T>, Width128<T>>(ref done, count, in a, in b, in c, f);
        }

        return sum + Sum<T, TFunction, T, WidthScalar<T>>(ref done, count, in a, in b, in c, f);
    }

    /// <summary>The largest of at least one number; NaN where one is NaN.</summary>
    public static T Largest<T>(int count, ref readonly T a)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int done = 0;
        T largest = T.NegativeInfinity;
        if (Vector512.IsHardwareAccelerated)
        {
            largest = Largest<T, Vector512<T>, Width512<T>>(ref done, count, in a, largest);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            largest = Largest<T, Vector256<T>, Width256<T>>(ref done, count, in a, largest);
        }

        if (Vector128.IsHardwareAccelerated)
        {
            largest = Largest<T, Vector128<T>, Width128<T>>(ref done, count, in a, largest);
        }

        return Largest<T, T, WidthScalar<T>>(ref done, count, in a, largest);
    }

    /// <summary>Whole registers from the element <paramref name="done"/> on; returns the first element that no register fits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static int Map<T, TFunction, TVector, TWidth>(int done, int count, ref readonly T a, ref readonly T b, ref readonly T c, ref T y, TFunction f)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IFunction<T>
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
    {
        for (; done <= count - TWidth.Lanes; done += TWidth.Lanes)
        {
            TVector value = f.Of<TVector, TWidth>(TWidth.Load(in At(in a, done)), TWidth.Load(in At(in b, done)), TWidth.Load(in At(in c, done)));
            TWidth.Store(value, ref Unsafe.Add(ref y, done));
        }

        return done;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static T Sum<T, TFunction, TVector, TWidth>(ref int done, int count, ref readonly T a, ref readonly T b, ref readonly T c, TFunction f)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IFunction<T>
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
    {
        TVector sum = default;
        int j = done;
        for (; j <= count - TWidth.Lanes; j += TWidth.Lanes)
        {
            sum = TWidth.Add(sum, f.Of<TVector, TWidth>(TWidth.Load(in At(in a, j)), TWidth.Load(in At(in b, j)), TWidth.Load(in At(in c, j))));
        }

        done = j;
        return TWidth.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static T Largest<T, TVector, TWidth>(ref int done, int count, ref readonly T a, T largest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
    {
        TVector most = TWidth.Broadcast(in largest);
        int j = done;
        for (; j <= count - TWidth.Lanes; j += TWidth.Lanes)
        {
            most = TWidth.Max(most, TWidth.Load(in At(in a, j)));
        }

        done = j;
        return TWidth.Largest(most);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ref readonly T At<T>(ref readonly T reference, int index) => ref Unsafe.Add(ref Unsafe.AsRef(in reference), index);
}

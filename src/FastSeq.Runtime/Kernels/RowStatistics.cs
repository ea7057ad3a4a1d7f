using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastSeq.Kernels;

/// <summary>
/// The mean of a row and r = 1 / √(variance + ε), the variance that of the row itself (divided by its size) and taken from the differences to the mean.
/// </summary>
/// <remarks>Four registers of sums at a time, so that additions do not wait for each other; the order of the sums depends on the row's size and the machine's registers alone.</remarks>
static class RowStatistics
{
    /// <summary>Mean and r of each row.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="stride">The numbers from one row to the next.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="x">[rows, size], rows apart.</param>
    /// <param name="statistics">Overwritten: the mean and r of the first row; those of the next ones <paramref name="statisticsStride"/> numbers apart.</param>
    /// <param name="statisticsStride">The numbers from one row's to the next's.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compute<T>(int rows, int size, int stride, double epsilon, ref readonly T x, ref T statistics, int statisticsStride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T count = T.CreateTruncating(size), floor = T.CreateTruncating(epsilon);
        ref T row = ref Unsafe.AsRef(in x);
        ref T to = ref statistics;
        for (; rows > 0; rows--)
        {
            T mean = Total<T, Itself>(size, ref row, T.Zero) / count;
            T variance = Total<T, SquareOfDifference>(size, ref row, mean) / count;
            to = mean;
            Unsafe.Add(ref to, 1) = T.One / T.Sqrt(variance + floor);
            row = ref Unsafe.Add(ref row, stride);
            to = ref Unsafe.Add(ref to, statisticsStride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Total<T, TTerm>(int size, ref T row, T mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTerm : struct, ITerm
    {
        nint done = 0;
        T sum = T.Zero;
        if (Vector512.IsHardwareAccelerated && size >= Vector512<T>.Count)
        {
            sum = Total<T, TTerm, Vector512<T>, Width512<T>>(ref done, size, ref row, mean);
        }

        if (Vector256.IsHardwareAccelerated && size - done >= Vector256<T>.Count)
        {
            sum += Total<T, TTerm, Vector256<T>, Width256<T>>(ref done, size, ref row, mean);
        }

        if (Vector128.IsHardwareAccelerated && size - done >= Vector128<T>.Count)
        {
            sum += Total<T, TTerm, Vector128<T>, Width128<T>>(ref done, size, ref row, mean);
        }

        for (; done < size; done++)
        {
            sum = TTerm.Add<T, T, WidthScalar<T>>(sum, Unsafe.Add(ref row, done), mean);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Total<T, TTerm, TVector, TWidth>(ref nint done, nint size, ref T row, T mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTerm : struct, ITerm
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
    {
        TVector sum0 = default, sum1 = default, sum2 = default, sum3 = default, middle = TWidth.Broadcast(in mean);
        nint j = done;
        for (; j <= size - (4 * TWidth.Lanes); j += 4 * TWidth.Lanes)
        {
            ref T at = ref Unsafe.Add(ref row, j);
            sum0 = TTerm.Add<T, TVector, TWidth>(sum0, TWidth.Load(in at), middle);
            sum1 = TTerm.Add<T, TVector, TWidth>(sum1, TWidth.Load(in Unsafe.Add(ref at, TWidth.Lanes)), middle);
            sum2 = TTerm.Add<T, TVector, TWidth>(sum2, TWidth.Load(in Unsafe.Add(ref at, 2 * TWidth.Lanes)), middle);
            sum3 = TTerm.Add<T, TVector, TWidth>(sum3, TWidth.Load(in Unsafe.Add(ref at, 3 * TWidth.Lanes)), middle);
        }

        for (; j <= size - TWidth.Lanes; j += TWidth.Lanes)
        {
            sum0 = TTerm.Add<T, TVector, TWidth>(sum0, TWidth.Load(in Unsafe.Add(ref row, j)), middle);
        }

        done = j;
        return TWidth.Sum(TWidth.Add(TWidth.Add(sum0, sum1), TWidth.Add(sum2, sum3)));
    }

    /// <summary>What is summed.</summary>
    interface ITerm
    {
        static abstract TVector Add<T, TVector, TWidth>(TVector sum, TVector x, TVector mean)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>;
    }

    readonly struct Itself : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Add<T, TVector, TWidth>(TVector sum, TVector x, TVector mean)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Add(sum, x);
    }

    readonly struct SquareOfDifference : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Add<T, TVector, TWidth>(TVector sum, TVector x, TVector mean)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>
        {
            TVector difference = TWidth.Subtract(x, mean);
            return TWidth.MultiplyAdd(difference, difference, sum);
        }
    }
}

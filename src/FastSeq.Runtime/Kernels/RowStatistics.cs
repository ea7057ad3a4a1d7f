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
        ref T row = ref Unsafe.AsRef(in x);
        ref T to = ref statistics;
        for (; rows > 1; rows -= 2)
        {
            OfTwo(size, epsilon, ref row, ref Unsafe.Add(ref row, stride), ref to, ref Unsafe.Add(ref to, statisticsStride));
            row = ref Unsafe.Add(ref row, 2 * stride);
            to = ref Unsafe.Add(ref to, 2 * statisticsStride);
        }

        if (rows > 0)
        {
            OfOne(size, epsilon, ref row, ref to);
        }
    }

    /// <summary>Mean and r of each row of two matrices of one shape, which wait for each other's sums less than one row after the other.</summary>
    /// <param name="rows">The rows of each.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="stride">The numbers from one row to the next.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="x">[rows, size], rows apart.</param>
    /// <param name="y">The same.</param>
    /// <param name="statistics">Overwritten: mean and r of the first row of x, then of y; those of the next rows <paramref name="statisticsStride"/> numbers apart.</param>
    /// <param name="statisticsStride">The numbers from one row's to the next's.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ComputeBoth<T>(int rows, int size, int stride, double epsilon, ref readonly T x, ref readonly T y, ref T statistics, int statisticsStride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T rowX = ref Unsafe.AsRef(in x), rowY = ref Unsafe.AsRef(in y), to = ref statistics;
        for (; rows > 0; rows--)
        {
            OfTwo(size, epsilon, ref rowX, ref rowY, ref to, ref Unsafe.Add(ref to, 2));
            rowX = ref Unsafe.Add(ref rowX, stride);
            rowY = ref Unsafe.Add(ref rowY, stride);
            to = ref Unsafe.Add(ref to, statisticsStride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void OfOne<T>(int size, double epsilon, ref T row, ref T to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T count = T.CreateTruncating(size), floor = T.CreateTruncating(epsilon), mean = Totals<T, Itself, Size1>(size, ref row, ref row, T.Zero, T.Zero).First / count;
        to = mean;
        Unsafe.Add(ref to, 1) = T.One / T.Sqrt((Totals<T, SquareOfDifference, Size1>(size, ref row, ref row, mean, mean).First / count) + floor);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void OfTwo<T>(int size, double epsilon, ref T row, ref T other, ref T to, ref T toOther)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T count = T.CreateTruncating(size), floor = T.CreateTruncating(epsilon);
        (T mean, T otherMean) = Totals<T, Itself, Size2>(size, ref row, ref other, T.Zero, T.Zero);
        (mean, otherMean) = (mean / count, otherMean / count);
        (T variance, T otherVariance) = Totals<T, SquareOfDifference, Size2>(size, ref row, ref other, mean, otherMean);
        (to, toOther) = (mean, otherMean);
        Unsafe.Add(ref to, 1) = T.One / T.Sqrt((variance / count) + floor);
        Unsafe.Add(ref toOther, 1) = T.One / T.Sqrt((otherVariance / count) + floor);
    }

    /// <summary>The sums over one row or two; what a row's sum is does not depend on the other one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (T First, T Second) Totals<T, TTerm, TCount>(int size, ref T row, ref T other, T mean, T otherMean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTerm : struct, ITerm
        where TCount : struct, ISize
    {
        nint done = 0;
        T sum = T.Zero, otherSum = T.Zero;
        if (Vector512.IsHardwareAccelerated && size >= Vector512<T>.Count)
        {
            AddRegisters<T, TTerm, TCount, Vector512<T>, Width512<T>>(ref done, size, ref row, ref other, mean, otherMean, ref sum, ref otherSum);
        }

        if (Vector256.IsHardwareAccelerated && size - done >= Vector256<T>.Count)
        {
            AddRegisters<T, TTerm, TCount, Vector256<T>, Width256<T>>(ref done, size, ref row, ref other, mean, otherMean, ref sum, ref otherSum);
        }

        if (Vector128.IsHardwareAccelerated && size - done >= Vector128<T>.Count)
        {
            AddRegisters<T, TTerm, TCount, Vector128<T>, Width128<T>>(ref done, size, ref row, ref other, mean, otherMean, ref sum, ref otherSum);
        }

        for (; done < size; done++)
        {
            sum = TTerm.Add<T, T, WidthScalar<T>>(sum, Unsafe.Add(ref row, done), mean);
            if (TCount.Value > 1)
            {
                otherSum = TTerm.Add<T, T, WidthScalar<T>>(otherSum, Unsafe.Add(ref other, done), otherMean);
            }
        }

        return (sum, otherSum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void AddRegisters<T, TTerm, TCount, TVector, TWidth>(ref nint done, nint size, ref T row, ref T other, T mean, T otherMean, ref T sum, ref T otherSum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTerm : struct, ITerm
        where TCount : struct, ISize
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
    {
        TVector sum0 = default, sum1 = default, sum2 = default, sum3 = default, middle = TWidth.Broadcast(in mean);
        TVector other0 = default, other1 = default, other2 = default, other3 = default, otherMiddle = TWidth.Broadcast(in otherMean);
        nint j = done;
        for (; j <= size - (4 * TWidth.Lanes); j += 4 * TWidth.Lanes)
        {
            ref T at = ref Unsafe.Add(ref row, j);
            sum0 = TTerm.Add<T, TVector, TWidth>(sum0, TWidth.Load(in at), middle);
            sum1 = TTerm.Add<T, TVector, TWidth>(sum1, TWidth.Load(in Unsafe.Add(ref at, TWidth.Lanes)), middle);
            sum2 = TTerm.Add<T, TVector, TWidth>(sum2, TWidth.Load(in Unsafe.Add(ref at, 2 * TWidth.Lanes)), middle);
            sum3 = TTerm.Add<T, TVector, TWidth>(sum3, TWidth.Load(in Unsafe.Add(ref at, 3 * TWidth.Lanes)), middle);
            if (TCount.Value > 1)
            {
                at = ref Unsafe.Add(ref other, j);
                other0 = TTerm.Add<T, TVector, TWidth>(other0, TWidth.Load(in at), otherMiddle);
                other1 = TTerm.Add<T, TVector, TWidth>(other1, TWidth.Load(in Unsafe.Add(ref at, TWidth.Lanes)), otherMiddle);
                other2 = TTerm.Add<T, TVector, TWidth>(other2, TWidth.Load(in Unsafe.Add(ref at, 2 * TWidth.Lanes)), otherMiddle);
                other3 = TTerm.Add<T, TVector, TWidth>(other3, TWidth.Load(in Unsafe.Add(ref at, 3 * TWidth.Lanes)), otherMiddle);
            }
        }

        for (; j <= size - TWidth.Lanes; j += TWidth.Lanes)
        {
            sum0 = TTerm.Add<T, TVector, TWidth>(sum0, TWidth.Load(in Unsafe.Add(ref row, j)), middle);
            if (TCount.Value > 1)
            {
                other0 = TTerm.Add<T, TVector, TWidth>(other0, TWidth.Load(in Unsafe.Add(ref other, j)), otherMiddle);
            }
        }

        done = j;
        sum += TWidth.Sum(TWidth.Add(TWidth.Add(sum0, sum1), TWidth.Add(sum2, sum3)));
        if (TCount.Value > 1)
        {
            otherSum += TWidth.Sum(TWidth.Add(TWidth.Add(other0, other1), TWidth.Add(other2, other3)));
        }
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

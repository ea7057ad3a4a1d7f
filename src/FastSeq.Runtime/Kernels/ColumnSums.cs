using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastSeq.Kernels;

/// <summary>Sums of the columns of a matrix: the gradient of a bias.</summary>
public static class ColumnSums
{
    /// <summary>sums[j] += sum over r ascending of d[r, j].</summary>
    /// <remarks>Nothing past the last column is read or written.</remarks>
    /// <param name="rows">Rows of d; 0 does nothing.</param>
    /// <param name="columns">Columns of d.</param>
    /// <param name="d">[rows, columns], rows <paramref name="dStride"/> apart.</param>
    /// <param name="dStride">Elements from a row of d to the next.</param>
    /// <param name="sums">[columns]; added to.</param>
    public static void Accumulate<T>(int rows, int columns, ref readonly T d, int dStride, ref T sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated && columns >= Vector512<T>.Count)
        {
            Run<T, Vector512<T>, Width512<T>>(rows, columns, in d, dStride, ref sums);
        }
        else if (Vector256.IsHardwareAccelerated && columns >= Vector256<T>.Count)
        {
            Run<T, Vector256<T>, Width256<T>>(rows, columns, in d, dStride, ref sums);
        }
        else if (Vector128.IsHardwareAccelerated && columns >= Vector128<T>.Count)
        {
            Run<T, Vector128<T>, Width128<T>>(rows, columns, in d, dStride, ref sums);
        }
        else
        {
            Run<T, T, WidthScalar<T>>(rows, columns, in d, dStride, ref sums);
        }
    }

    /// <summary>
    /// Four registers at a time, because each addition waits for the one before it. Where columns are left over registers overlap: they add up the same sums, and all are loaded
    /// before the first is stored.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Run<T, TVector, TWidth>(int rows, int columns, ref readonly T d, int dStride, ref T sums)
        where T : unmanaged
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
    {
        for (int column = 0, width; column < columns; column += width)
        {
            // What is left for the last pass is a register at least.
            int left = columns - column;
            width = left <= 4 * TWidth.Lanes ? left : (left < 5 * TWidth.Lanes ? 3 : 4) * TWidth.Lanes;
            int last = width - TWidth.Lanes, second = Math.Min(TWidth.Lanes, last), third = Math.Min(2 * TWidth.Lanes, last);
            ref T sum = ref Unsafe.Add(ref sums, column);
            TVector s0 = TWidth.Load(in sum);
            TVector s1 = TWidth.Load(in Unsafe.Add(ref sum, second));
            TVector s2 = TWidth.Load(in Unsafe.Add(ref sum, third));
            TVector s3 = TWidth.Load(in Unsafe.Add(ref sum, last));
            ref T row = ref Unsafe.Add(ref Unsafe.AsRef(in d), column);
            for (int r = 0; r < rows; r++)
            {
                s0 = TWidth.Add(s0, TWidth.Load(in row));
                s1 = TWidth.Add(s1, TWidth.Load(in Unsafe.Add(ref row, second)));
                s2 = TWidth.Add(s2, TWidth.Load(in Unsafe.Add(ref row, third)));
                s3 = TWidth.Add(s3, TWidth.Load(in Unsafe.Add(ref row, last)));
                row = ref Unsafe.Add(ref row, dStride);
            }

            TWidth.Store(s0, ref sum);
            TWidth.Store(s1, ref Unsafe.Add(ref sum, second));
            TWidth.Store(s2, ref Unsafe.Add(ref sum, third));
            TWidth.Store(s3, ref Unsafe.Add(ref sum, last));
        }
    }
}

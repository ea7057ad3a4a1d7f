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
        int column = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            column = Run<T, Vector512<T>, Width512<T>>(rows, column, columns, in d, dStride, ref sums);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            column = Run<T, Vector256<T>, Width256<T>>(rows, column, columns, in d, dStride, ref sums);
        }

        if (Vector128.IsHardwareAccelerated)
        {
            column = Run<T, Vector128<T>, Width128<T>>(rows, column, columns, in d, dStride, ref sums);
        }

        Run<T, T, WidthScalar<T>>(rows, column, columns, in d, dStride, ref sums);
    }

    /// <summary>Four registers of columns at a time, then one; returns the first column that no register fits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static int Run<T, TVector, TWidth>(int rows, int column, int columns, ref readonly T d, int dStride, ref T sums)
        where T : unmanaged
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
    {
        for (; column + 4 * TWidth.Lanes <= columns; column += 4 * TWidth.Lanes)
        {
            ref T sum = ref Unsafe.Add(ref sums, column);
            TVector s0 = TWidth.Load(in sum);
            TVector s1 = TWidth.Load(in Unsafe.Add(ref sum, TWidth.Lanes));
            TVector s2 = TWidth.Load(in Unsafe.Add(ref sum, 2 * TWidth.Lanes));
            TVector s3 = TWidth.Load(in Unsafe.Add(ref sum, 3 * TWidth.Lanes));
            ref T row = ref Unsafe.Add(ref Unsafe.AsRef(in d), column);
            for (int r = 0; r < rows; r++)
            {
                s0 = TWidth.Add(s0, TWidth.Load(in row));
                s1 = TWidth.Add(s1, TWidth.Load(in Unsafe.Add(ref row, TWidth.Lanes)));
                s2 = TWidth.Add(s2, TWidth.Load(in Unsafe.Add(ref row, 2 * TWidth.Lanes)));
                s3 = TWidth.Add(s3, TWidth.Load(in Unsafe.Add(ref row, 3 * TWidth.Lanes)));
                row = ref Unsafe.Add(ref row, dStride);
            }

            TWidth.Store(s0, ref sum);
            TWidth.Store(s1, ref Unsafe.Add(ref sum, TWidth.Lanes));
            TWidth.Store(s2, ref Unsafe.Add(ref sum, 2 * TWidth.Lanes));
            TWidth.Store(s3, ref Unsafe.Add(ref sum, 3 * TWidth.Lanes));
        }

        for (; column + TWidth.Lanes <= columns; column += TWidth.Lanes)
        {
            ref T sum = ref Unsafe.Add(ref sums, column);
            TVector s = TWidth.Load(in sum);
            ref T row = ref Unsafe.Add(ref Unsafe.AsRef(in d), column);
            for (int r = 0; r < rows; r++)
            {
                s = TWidth.Add(s, TWidth.Load(in row));
                row = ref Unsafe.Add(ref row, dStride);
            }

            TWidth.Store(s, ref sum);
        }

        return column;
    }
}

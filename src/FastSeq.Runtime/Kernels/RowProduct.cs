using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastSeq.Kernels;

/// <summary>One row times all full panels of a weight: the recurrent product of a single sequence, which is bound by reading the weight.</summary>
public static class RowProduct
{
    /// <summary>c[p, j] = start[p, j] + sum over k of a[k] * panel[p, k, j].</summary>
    /// <remarks>
    /// One chain of multiply-adds for each output, k ascending, from the start on: bitwise what <see cref="PanelProduct"/> computes, panel by panel. Panels in descending order find what an
    /// earlier call in ascending order has read last still in the cache, and the other way round. Nothing is allocated.
    /// </remarks>
    /// <param name="panels">How many panels.</param>
    /// <param name="descending">Whether the last panel comes first; changes no bit.</param>
    /// <param name="inner">The numbers of a, rows of a panel.</param>
    /// <param name="a">[inner].</param>
    /// <param name="panel">[panels, inner, columns], one behind the other.</param>
    /// <param name="columns">Columns of a panel: a multiple of 64 bytes, at most 256 bytes.</param>
    /// <param name="start">[panels, columns].</param>
    /// <param name="c">[panels, columns], overwritten.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<T>(int panels, bool descending, int inner, ref readonly T a, ref readonly T panel, int columns, ref readonly T start, ref T c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var row = new Row<T>
        {
            Panels = panels,
            Descending = descending,
            Inner = inner,
            A = ref Unsafe.AsRef(in a),
            Panel = ref Unsafe.AsRef(in panel),
            Columns = columns,
            Start = ref Unsafe.AsRef(in start),
            C = ref c,
        };
        if (Vector512.IsHardwareAccelerated)
        {
            Run<T, Vector512<T>, Width512<T>>(in row);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Run<T, Vector256<T>, Width256<T>>(in row);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            Run<T, Vector128<T>, Width128<T>>(in row);
        }
        else
        {
            Run<T, T, WidthScalar<T>>(in row);
        }
    }

    /// <summary>Four registers of columns at a time, then what is left of a panel.</summary>
    static void Run<T, TVector, TWidth>(scoped ref readonly Row<T> row)
        where T : unmanaged
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
    {
        int column = 0;
        for (; column + (4 * TWidth.Lanes) <= row.Columns; column += 4 * TWidth.Lanes)
        {
            Columns<T, TileRow4<T, TVector, TWidth>>(in row, column);
        }

        switch ((row.Columns - column) / TWidth.Lanes)
        {
            case 1: Columns<T, TileRow1<T, TVector, TWidth>>(in row, column); break;
            case 2: Columns<T, TileRow2<T, TVector, TWidth>>(in row, column); break;
            case 3: Columns<T, TileRow3<T, TVector, TWidth>>(in row, column); break;
        }
    }

    /// <summary>The same columns of all panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Columns<T, TRow>(scoped ref readonly Row<T> row, int column)
        where T : unmanaged
        where TRow : unmanaged, ITileRow<T, TRow>
    {
        int inner = row.Inner;
        nint columns = row.Columns, panelLength = inner * columns, first = row.Descending ? row.Panels - 1 : 0, step = row.Descending ? -1 : 1;
        ref T panel = ref Unsafe.Add(ref row.Panel, (first * panelLength) + column);
        ref T start = ref Unsafe.Add(ref row.Start, (first * columns) + column);
        ref T c = ref Unsafe.Add(ref row.C, (first * columns) + column);
        for (int left = row.Panels; left > 0; left--)
        {
            TRow sums = TRow.Load(ref start);
            ref T a = ref row.A;
            ref T b = ref panel;
            for (int k = inner; k > 0; k--)
            {
                TRow.MultiplyAdd(ref a, TRow.Load(ref b), ref sums);
                a = ref Unsafe.Add(ref a, 1);
                b = ref Unsafe.Add(ref b, columns);
            }

            TRow.Store(sums, ref c, ref Unsafe.Add(ref c, (TRow.Vectors - 1) * TRow.Lanes));
            panel = ref Unsafe.Add(ref panel, step * panelLength);
            start = ref Unsafe.Add(ref start, step * columns);
            c = ref Unsafe.Add(ref c, step * columns);
        }
    }

    /// <summary>What <see cref="Multiply"/> was given.</summary>
    ref struct Row<T>
    {
        public int Panels, Inner, Columns;
        public bool Descending;
        public ref T A, Panel, Start, C;
    }
}

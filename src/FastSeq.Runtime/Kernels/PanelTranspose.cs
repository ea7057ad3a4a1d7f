using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>The transpose of a weight in panels, itself in panels: what the product dX = dZ·Wᵀ reads.</summary>
public static class PanelTranspose
{
    /// <summary>Columns of a transposed panel: four 512-bit registers, 64 floats or 32 doubles.</summary>
    public static int BlockColumns<T>()
        where T : unmanaged => 256 / Unsafe.SizeOf<T>();

    /// <summary>Transposes a weight: every <paramref name="parts"/>-th block from <paramref name="part"/> on, so that parts may run at the same time.</summary>
    /// <remarks>
    /// <code>
    /// weight      [panel][k][panelColumns], a narrow last panel of columns % panelColumns
    /// transposed  [block][j][BlockColumns], a narrow last block of inner % BlockColumns; j runs over all columns in the order of the panels
    /// </code>
    /// So dX's block of columns is the sum over the panels p of dZ's panel p times
    /// <c>transposed[block][p * panelColumns ..][..]</c>, inner = the panel's columns, stride = the block's width.
    /// Go through dX in blocks of about 100 rows, all panels of a block in turn: its part of dX then stays in the cache.
    /// The transposed weight has as many elements as the weight.
    /// </remarks>
    /// <param name="part">The part.</param>
    /// <param name="parts">The parts.</param>
    /// <param name="inner">Rows k of every panel of the weight.</param>
    /// <param name="columns">Columns of all panels together: gates * units.</param>
    /// <param name="panelColumns">Columns of a full panel: gates * lanes.</param>
    /// <param name="weight">The weight's region.</param>
    /// <param name="transposed">inner * columns elements; overwritten.</param>
    public static void Pack<T>(int part, int parts, int inner, int columns, int panelColumns, ref readonly T weight, ref T transposed)
        where T : unmanaged
    {
        ref T source = ref Unsafe.AsRef(in weight);
        for (int j = 0; j < columns; j += panelColumns)
        {
            int width = Math.Min(panelColumns, columns - j);
            ref T panel = ref Unsafe.Add(ref source, (nint)j * inner);
            for (int k = part * BlockColumns<T>(); k < inner; k += parts * BlockColumns<T>())
            {
                int depth = Math.Min(BlockColumns<T>(), inner - k);
                ref T block = ref Unsafe.Add(ref transposed, (nint)k * columns + (nint)j * depth);
                Transpose(depth, width, ref Unsafe.Add(ref panel, (nint)k * width), ref block);
            }
        }
    }

    /// <summary>destination[j, k] = source[k, j], both without gaps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Transpose<T>(int rows, int columns, ref T source, ref T destination)
        where T : unmanaged
    {
        for (nint j = 0; j < columns; j++)
        {
            ref T from = ref Unsafe.Add(ref source, j);
            ref T to = ref Unsafe.Add(ref destination, j * rows);
            for (nint k = 0; k < rows; k++)
            {
                Unsafe.Add(ref to, k) = from;
                from = ref Unsafe.Add(ref from, columns);
            }
        }
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>
/// The products of a whole layer: loops over the panels of its weights around <see cref="PanelProduct"/> and <see cref="OuterProduct"/>.
/// A layer has <c>units</c> in panels of <c>lanes</c>; its sums lie by panel, <c>[panel][row][slot][lane]</c>, and a product fills or reads
/// <c>gates</c> of the slots side by side.
/// </summary>
public static class PanelMatrix
{
    /// <summary>Rows of the left matrix that stay in the first-level cache while all panels pass by.</summary>
    private const int RowBlock = 96;

    /// <summary>Bytes of a transposed weight that stay in a second-level cache of 1 MB while rows pass by.</summary>
    private const int TransposedBlock = 1 << 19;

    /// <summary>The input sums of some rows: sums[row] = bias + a[row]·W.</summary>
    /// <param name="spans">The rows.</param>
    /// <param name="rows">The rows of the buffer of sums that its panels lie apart.</param>
    /// <param name="inner">The numbers of a row of <paramref name="a"/>.</param>
    /// <param name="units">The units of the layer.</param>
    /// <param name="lanes">The units of a full panel.</param>
    /// <param name="gates">The gates of the product.</param>
    /// <param name="a">The left matrix, [rows, inner].</param>
    /// <param name="weight">The panels of the weight.</param>
    /// <param name="bias">The panels of the bias.</param>
    /// <param name="sums">Overwritten in the first <paramref name="gates"/> slots of each row. The other slots of a span's rows must hold nothing yet: stores may run into them.</param>
    /// <param name="slots">The slots of a row of sums.</param>
    public static void Sums<T>(
        ReadOnlySpan<RowSpan> spans, int rows, int inner, int units, int lanes, int gates, ref readonly T a, ref readonly T weight, ref readonly T bias, ref T sums, int slots)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int unit = 0; unit < units; unit += lanes)
        {
            int width = Math.Min(lanes, units - unit);
            foreach (ref readonly RowSpan span in spans)
            {
                PanelProduct.Multiply(
                    span.Count, inner, in At(in a, span.First * inner), inner, in At(in weight, unit * inner * gates), gates * width, gates * width,
                    in At(in bias, unit * gates), false, ref Unsafe.Add(ref sums, ((long)unit * slots * rows + (long)span.SumsFirst * slots * width).ToNative()), slots * width, alone: true);
            }
        }
    }

    /// <summary>A linear layer of rows first to last - 1: y[row] = bias + a[row]·W, y lying row by row.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="last">The row after the last.</param>
    /// <param name="inner">The numbers of a row of <paramref name="a"/>.</param>
    /// <param name="units">The outputs of the layer.</param>
    /// <param name="lanes">The outputs of a full panel.</param>
    /// <param name="a">The inputs, [rows, inner].</param>
    /// <param name="weight">The panels of the weight.</param>
    /// <param name="bias">The bias.</param>
    /// <param name="y">Overwritten: the outputs, [rows, units].</param>
    /// <param name="stride">The numbers from one row of <paramref name="y"/> to the next; 0 for as many as there are units.</param>
    public static void Linear<T>(
        int first, int last, int inner, int units, int lanes, ref readonly T a, ref readonly T weight, ref readonly T bias, ref T y, int stride = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        stride = stride == 0 ? units : stride;
        for (int row = first; row < last; row += RowBlock)
        {
            int count = Math.Min(RowBlock, last - row);
            for (int unit = 0; unit < units; unit += lanes)
            {
                int width = Math.Min(lanes, units - unit);
                PanelProduct.Multiply(
                    count, inner, in At(in a, row * inner), inner, in At(in weight, unit * inner), width, width,
                    in At(in bias, unit), false, ref Unsafe.Add(ref y, row * stride + unit), stride, alone: units <= lanes);
            }
        }
    }

    /// <summary>The gradient of a product's left matrix: da[row] (+)= sum over panels of d[panel][row]·Wᵀ.</summary>
    /// <param name="spans">The rows of <paramref name="da"/>, and those of <paramref name="d"/> (the sums) that belong to them.</param>
    /// <param name="rows">The rows of the whole buffer <paramref name="d"/>.</param>
    /// <param name="inner">The numbers of a row of <paramref name="da"/>.</param>
    /// <param name="units">The units of the layer.</param>
    /// <param name="lanes">The units of a full panel.</param>
    /// <param name="gates">The gates of the product.</param>
    /// <param name="d">The gradients of the sums, by panel.</param>
    /// <param name="slots">The slots of a row of <paramref name="d"/>.</param>
    /// <param name="firstSlot">The slot of the product's first gate.</param>
    /// <param name="transposed">The weight's transposed copy.</param>
    /// <param name="da">The gradient, <paramref name="inner"/> numbers a row.</param>
    /// <param name="accumulate">Whether <paramref name="da"/> is added to.</param>
    public static void InputGradient<T>(
        ReadOnlySpan<RowSpan> spans, int rows, int inner, int units, int lanes, int gates, ref readonly T d, int slots, int firstSlot, ref readonly T transposed, ref T da, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int blockWidth = PanelTranspose.BlockColumns<T>(), fullUnits = units - (units % lanes);
        for (; !spans.IsEmpty; spans = spans[CloseRows(spans)..])
        {
            ReadOnlySpan<RowSpan> close = spans[..CloseRows(spans)];
            for (int k = 0; k < inner; k += blockWidth)
            {
                int width = Math.Min(blockWidth, inner - k);
                int panels = Math.Max(1, TransposedBlock / (gates * lanes * width * Unsafe.SizeOf<T>()));
                ref readonly T block = ref At(in transposed, k * units * gates);
                for (int unit = 0; unit < units;)
                {
                    // As many full panels at once as stay in the cache for the rows to come; the narrow one by itself.
                    int panelUnits = Math.Min(lanes, units - unit);
                    int stretches = unit < fullUnits ? Math.Min(panels, (fullUnits - unit) / lanes) : 1;
                    foreach (ref readonly RowSpan span in close)
                    {
                        long place = (long)unit * slots * rows + ((long)span.SumsFirst * slots + firstSlot) * panelUnits;
                        PanelProduct.MultiplyStretches(
                            span.Count, stretches, (nint)lanes * slots * rows, gates * panelUnits, in Unsafe.Add(ref Unsafe.AsRef(in d), place.ToNative()), slots * panelUnits,
                            in At(in block, unit * gates * width), width, width, in Unsafe.NullRef<T>(), accumulate || unit > 0,
                            ref Unsafe.Add(ref da, span.First * inner + k), inner);
                    }

                    unit += stretches * panelUnits;
                }
            }
        }
    }

    /// <summary>The first spans that together have about as many rows as stay in the first-level cache while all panels pass by.</summary>
    private static int CloseRows(ReadOnlySpan<RowSpan> spans)
    {
        int count = 0, rows = 0;
        do
        {
            rows += spans[count++].Count;
        }
        while (count < spans.Length && rows + spans[count].Count <= RowBlock);
        return count;
    }

    /// <summary>The gradient of a linear layer's input, rows first to last - 1, of d lying row by row.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="last">The row after the last.</param>
    /// <param name="inner">The numbers of a row of <paramref name="da"/>.</param>
    /// <param name="units">The outputs of the layer.</param>
    /// <param name="d">The gradients of the outputs, [rows, units].</param>
    /// <param name="transposed">The weight's transposed copy.</param>
    /// <param name="da">Overwritten: the gradients of the inputs, [rows, inner].</param>
    /// <param name="adds">Adds to da instead.</param>
    /// <param name="stride">The numbers from one row of <paramref name="d"/> to the next; 0 for as many as there are units.</param>
    public static void LinearInputGradient<T>(int first, int last, int inner, int units, ref readonly T d, ref readonly T transposed, ref T da, bool adds = false, int stride = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        stride = stride == 0 ? units : stride;
        int blockWidth = PanelTranspose.BlockColumns<T>();
        for (int k = 0; k < inner; k += blockWidth)
        {
            int width = Math.Min(blockWidth, inner - k);
            PanelProduct.Multiply(
                last - first, units, in At(in d, first * stride), stride, in At(in transposed, k * units), width, width,
                in Unsafe.NullRef<T>(), adds, ref Unsafe.Add(ref da, first * inner + k), inner);
        }
    }

    /// <summary>The gradient of rows firstK to lastK - 1 of a weight: dW += aᵀ·d over <paramref name="count"/> rows.</summary>
    /// <param name="firstK">The first row of each panel of the weight.</param>
    /// <param name="lastK">The row after the last.</param>
    /// <param name="count">The rows to add up.</param>
    /// <param name="rows">The rows of the whole buffer <paramref name="d"/>.</param>
    /// <param name="inner">The numbers of a row of <paramref name="a"/>.</param>
    /// <param name="units">The units of the layer.</param>
    /// <param name="lanes">The units of a full panel.</param>
    /// <param name="gates">The gates of the product.</param>
    /// <param name="a">The first row of the left matrix.</param>
    /// <param name="d">The gradients of the sums, by panel.</param>
    /// <param name="firstRow">The row of <paramref name="d"/> that belongs to the first row of <paramref name="a"/>.</param>
    /// <param name="slots">The slots of a row of <paramref name="d"/>.</param>
    /// <param name="firstSlot">The slot of the product's first gate.</param>
    /// <param name="packed">Overwritten: <see cref="OuterProduct.PackedLength"/> elements for <paramref name="inner"/> columns.</param>
    /// <param name="dWeight">Added to.</param>
    /// <param name="biases">Biases whose gradients are added up by the way; none by default.</param>
    public static void WeightGradient<T>(
        int firstK, int lastK, int count, int rows, int inner, int units, int lanes, int gates, ref readonly T a, ref readonly T d, int firstRow, int slots, int firstSlot, ref T packed, ref T dWeight,
        BiasGradients<T> biases = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // A block of a stays in the second-level cache while all panels pass by; the order of the sums is that of the rows all the same.
        if (units <= lanes)
        {
            // One panel: packing would cost more than it brings.
            OuterProduct.AccumulateUnpacked(
                count, lastK - firstK, in At(in a, firstK), inner, in PanelRows(in d, 0, units, rows, slots, firstRow, firstSlot), slots * units, gates * units,
                ref Unsafe.Add(ref dWeight, firstK * gates * units), gates * units);
            biases.Add(0, units, lanes, count, in PanelRows(in d, 0, units, rows, slots, firstRow, 0), slots * units);
            return;
        }

        for (int row = 0; row < count; row += OuterProduct.PackRows)
        {
            int blockRows = Math.Min(OuterProduct.PackRows, count - row);
            int k = firstK;
            do
            {
                // No width where the part has no rows of the weight, but biases.
                int width = Math.Min(OuterProduct.PackColumns, lastK - k);
                OuterProduct.Pack(blockRows, width, in At(in a, row * inner + k), inner, ref packed);
                for (int unit = 0; unit < units; unit += lanes)
                {
                    int panelUnits = Math.Min(lanes, units - unit), columns = gates * panelUnits;
                    OuterProduct.Accumulate(
                        blockRows, width, in packed, in PanelRows(in d, unit, panelUnits, rows, slots, firstRow + row, firstSlot), slots * panelUnits,
                        columns, ref Unsafe.Add(ref dWeight, unit * inner * gates + k * columns), columns);
                    if (k == firstK)
                    {
                        biases.Add(unit, panelUnits, lanes, blockRows, in PanelRows(in d, unit, panelUnits, rows, slots, firstRow + row, 0), slots * panelUnits);
                    }
                }

                k += OuterProduct.PackColumns;
            }
            while (k < lastK);
        }
    }

    /// <summary>Where the rows of a panel of sums begin that a product reads.</summary>
    private static ref readonly T PanelRows<T>(ref readonly T sums, int unit, int panelUnits, int rows, int slots, int row, int slot)
    {
        long place = (long)unit * slots * rows + ((long)row * slots + slot) * panelUnits;
        return ref Unsafe.Add(ref Unsafe.AsRef(in sums), place.ToNative());
    }

    /// <summary>The gradient of a linear layer's weight, of d lying row by row.</summary>
    /// <param name="firstK">The first row of each panel of the weight.</param>
    /// <param name="lastK">The row after the last.</param>
    /// <param name="count">The rows to add up.</param>
    /// <param name="inner">The numbers of a row of <paramref name="a"/>.</param>
    /// <param name="units">The outputs of the layer.</param>
    /// <param name="lanes">The outputs of a full panel.</param>
    /// <param name="a">The inputs, [rows, inner].</param>
    /// <param name="d">The gradients of the outputs, [rows, units].</param>
    /// <param name="packed">Overwritten: <see cref="OuterProduct.PackedLength"/> elements for <paramref name="inner"/> columns.</param>
    /// <param name="dWeight">Added to.</param>
    /// <param name="stride">The numbers from one row of <paramref name="d"/> to the next; 0 for as many as there are units.</param>
    public static void LinearWeightGradient<T>(
        int firstK, int lastK, int count, int inner, int units, int lanes, ref readonly T a, ref readonly T d, ref T packed, ref T dWeight, int stride = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        stride = stride == 0 ? units : stride;
        if (units <= lanes)
        {
            OuterProduct.AccumulateUnpacked(count, lastK - firstK, in At(in a, firstK), inner, in d, stride, units, ref Unsafe.Add(ref dWeight, firstK * units), units);
            return;
        }

        for (int row = 0; row < count; row += OuterProduct.PackRows)
        {
            int blockRows = Math.Min(OuterProduct.PackRows, count - row);
            for (int k = firstK; k < lastK; k += OuterProduct.PackColumns)
            {
                int width = Math.Min(OuterProduct.PackColumns, lastK - k);
                OuterProduct.Pack(blockRows, width, in At(in a, row * inner + k), inner, ref packed);
                for (int unit = 0; unit < units; unit += lanes)
                {
                    int columns = Math.Min(lanes, units - unit);
                    OuterProduct.Accumulate(
                        blockRows, width, in packed, in At(in d, row * stride + unit), stride, columns, ref Unsafe.Add(ref dWeight, unit * inner + k * columns), columns,
                        isFirst: unit == 0 && k == firstK);
                }
            }
        }
    }

    /// <summary>The gradient of a bias, every <paramref name="parts"/>-th panel from <paramref name="part"/> on: the sums of the columns of d.</summary>
    /// <param name="part">The part.</param>
    /// <param name="parts">The parts.</param>
    /// <param name="firstRow">The first row to add up.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="rows">The rows of the whole buffer <paramref name="d"/>.</param>
    /// <param name="units">The units of the layer.</param>
    /// <param name="lanes">The units of a full panel.</param>
    /// <param name="gates">The gates of the bias.</param>
    /// <param name="d">The gradients of the sums, by panel.</param>
    /// <param name="slots">The slots of a row of <paramref name="d"/>.</param>
    /// <param name="firstSlot">The slot of the bias's first gate.</param>
    /// <param name="dBias">Added to.</param>
    public static void BiasGradient<T>(
        int part, int parts, int firstRow, int count, int rows, int units, int lanes, int gates, ref readonly T d, int slots, int firstSlot, ref T dBias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int unit = part * lanes; unit < units; unit += parts * lanes)
        {
            int panelUnits = Math.Min(lanes, units - unit);
            ColumnSums.Accumulate(
                count, gates * panelUnits, in PanelRows(in d, unit, panelUnits, rows, slots, firstRow, firstSlot), slots * panelUnits, ref Unsafe.Add(ref dBias, unit * gates));
        }
    }

    /// <summary>The gradient of a linear layer's bias, of d lying row by row.</summary>
    /// <param name="part">The part.</param>
    /// <param name="parts">The parts.</param>
    /// <param name="rows">The rows to add up.</param>
    /// <param name="units">The outputs of the layer.</param>
    /// <param name="lanes">The outputs of a full panel.</param>
    /// <param name="d">The gradients of the outputs, [rows, units].</param>
    /// <param name="dBias">Added to.</param>
    public static void LinearBiasGradient<T>(int part, int parts, int rows, int units, int lanes, ref readonly T d, ref T dBias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int unit = part * lanes; unit < units; unit += parts * lanes)
        {
            ColumnSums.Accumulate(rows, Math.Min(lanes, units - unit), in At(in d, unit), units, ref Unsafe.Add(ref dBias, unit));
        }
    }

    private static nint ToNative(this long index) => (nint)index;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref readonly T At<T>(ref readonly T reference, int index) => ref Unsafe.Add(ref Unsafe.AsRef(in reference), index);
}

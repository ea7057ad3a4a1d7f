using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using FastSeq.Tensors;

namespace FastSeq.Kernels;

/// <summary>
/// A weight in 8-bit integers with a scale for each column (a row of PyTorch's weight), and its bias in float: sums = bias + scale · s · (q·W), where
/// x ≈ s·q, q being integers of ±63 chosen for each x. The integer sums are exact, so all vector widths give the same bits.
/// </summary>
/// <remarks>
/// The columns are in blocks of 128, <c>[block][k / 4][column][4 k]</c>; the last block may have fewer, a multiple of 16. q is stored with an offset of 64, as 1 to 127:
/// two products of unsigned and signed bytes, at most 2·127·127, then fit the 16 bits that vpmaddubsw adds them up in. What the offset adds to a sum is part
/// of the number that it starts from. A sum of up to 65,536 products (the largest size of a layer) stays below 65,536·127·127 &lt; 2^31.
/// </remarks>
public sealed class Int8Weight
{
    internal const int BlockColumns = 128;

    /// <summary>Columns are filled up to a multiple of the lanes of the widest register.</summary>
    internal const int ColumnGroup = 16;

    /// <summary>The k whose weights and numbers lie side by side in 32 bits.</summary>
    internal const int Quad = 4;

    const int Largest = 127;

    readonly AlignedBuffer<sbyte> weights;
    readonly AlignedBuffer<int> starts;
    readonly AlignedBuffer<float> scales;
    readonly AlignedBuffer<float> bias;

    /// <summary>Rounds a weight of a model's flat buffer: each column to its largest magnitude / 127, to the nearest, ties to even.</summary>
    /// <param name="flat">The flat buffer.</param>
    /// <param name="weight">The first element of the weight's panels.</param>
    /// <param name="bias">The first element of the bias.</param>
    /// <param name="inner">The length of what the weight multiplies.</param>
    /// <param name="gates">The gates side by side in a panel.</param>
    /// <param name="units">The units of the layer.</param>
    /// <param name="lanes">The units of a full panel.</param>
    public Int8Weight(ReadOnlySpan<float> flat, int weight, int bias, int inner, int gates, int units, int lanes)
    {
        var source = new PackedColumns(flat, weight, bias, inner, gates, units, lanes);
        Inner = inner;
        Columns = source.Count;
        int end = (Columns + ColumnGroup - 1) / ColumnGroup * ColumnGroup;
        weights = new AlignedBuffer<sbyte>(checked(Quads * Quad * end));
        starts = new AlignedBuffer<int>(end);
        scales = new AlignedBuffer<float>(end);
        this.bias = new AlignedBuffer<float>(end);
        for (int column = 0; column < Columns; column++)
        {
            this.bias.Span[column] = source.Bias(column);
            float largest = 0;
            for (int k = 0; k < inner; k++)
            {
                // Not a number stays the largest: its column gives no plausible sums.
                largest = MathF.Max(largest, MathF.Abs(source[k, column]));
            }

            scales.Span[column] = float.IsFinite(largest) ? largest / Largest : float.NaN;
            int block = column / BlockColumns * BlockColumns, stride = Math.Min(BlockColumns, end - block) * Quad, sum = 0;
            Span<sbyte> target = weights.Span[((block * Quads * Quad) + ((column - block) * Quad))..];
            for (int k = 0; k < inner && largest > 0 && float.IsFinite(largest); k++)
            {
                int q = (int)Math.Round(source[k, column] * (double)Largest / largest);
                target[(k / Quad * stride) + (k % Quad)] = (sbyte)q;
                sum += q;
            }

            starts.Span[column] = -Int8Activations.Offset * sum;
        }
    }

    /// <summary>The length of what the weight multiplies.</summary>
    public int Inner { get; }

    /// <summary>The sums of a row: the gates of all units, <c>[panel][gate][lane]</c>.</summary>
    public int Columns { get; }

    int Quads => (Inner + Quad - 1) / Quad;

    /// <summary>sums[r] = bias + x[r]·W. Nothing is allocated; neither loads of x nor stores run past the last element. A row with a number that is not finite gives NaN.</summary>
    /// <param name="rows">The rows; 0 does nothing.</param>
    /// <param name="x">[rows, <see cref="Inner"/>].</param>
    /// <param name="sums">Overwritten: [rows, <see cref="Columns"/>].</param>
    /// <param name="descending">Whether rows go through the blocks of columns from the last to the first; changes no bit.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public void Multiply(int rows, ref readonly float x, ref float sums, bool descending = false)
    {
        Span<byte> quantized = stackalloc byte[Quads * Quad];
        for (int row = 0; row < rows; row++)
        {
            float scale = Int8Activations.Quantize(in Unsafe.Add(ref Unsafe.AsRef(in x), (nint)row * Inner), Inner, quantized);
            Row(quantized, scale, ref Unsafe.Add(ref sums, (nint)row * Columns), descending);
        }
    }

    /// <summary>Two products of one row each, the second before the first where they descend.</summary>
    /// <param name="first">The first weight.</param>
    /// <param name="x">What it multiplies.</param>
    /// <param name="sums">Overwritten: the first product.</param>
    /// <param name="second">The second weight.</param>
    /// <param name="secondX">What it multiplies.</param>
    /// <param name="secondSums">Overwritten: the second product.</param>
    /// <param name="descending">Whether both go from their last columns to their first; changes no bit.</param>
    public static void MultiplyBoth(
        Int8Weight first, ref readonly float x, ref float sums, Int8Weight second, ref readonly float secondX, ref float secondSums, bool descending)
    {
        if (descending)
        {
            second.Multiply(1, in secondX, ref secondSums, descending);
            first.Multiply(1, in x, ref sums, descending);
        }
        else
        {
            first.Multiply(1, in x, ref sums);
            second.Multiply(1, in secondX, ref secondSums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Row(ReadOnlySpan<byte> quantized, float scale, ref float sums, bool descending)
    {
        if (Vector512.IsHardwareAccelerated && Avx512BW.IsSupported)
        {
            Int8Product<Vector512<int>, IntegerWidth512>.Run(weights, starts, scales, bias, Quads, Columns, quantized, scale, ref sums, descending);
        }
        else if (Avx2.IsSupported)
        {
            Int8Product<Vector256<int>, IntegerWidth256>.Run(weights, starts, scales, bias, Quads, Columns, quantized, scale, ref sums, descending);
        }
        else if (Dp.IsSupported)
        {
            // Asked here: native code for any ARM64 asks at run time.
            Int8Product<Vector128<int>, IntegerWidthDot128>.Run(weights, starts, scales, bias, Quads, Columns, quantized, scale, ref sums, descending);
        }
        else if (Ssse3.IsSupported || AdvSimd.Arm64.IsSupported)
        {
            Int8Product<Vector128<int>, IntegerWidth128>.Run(weights, starts, scales, bias, Quads, Columns, quantized, scale, ref sums, descending);
        }
        else
        {
            Int8Product<int, IntegerWidthScalar>.Run(weights, starts, scales, bias, Quads, Columns, quantized, scale, ref sums, descending);
        }
    }
}

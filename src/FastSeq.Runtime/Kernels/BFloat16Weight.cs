using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastSeq.Tensors;

namespace FastSeq.Kernels;

/// <summary>
/// A weight in bfloat16 with its bias in float: sums = bias + x·W, a chain of float multiply-adds for each sum, k ascending. All numbers of rows and all
/// vector widths use the same weights in the same order, so they give the same bits where the multiply-add is fused alike.
/// </summary>
/// <remarks>
/// The columns are in blocks of 128, <c>[block][k][64 words]</c>; the last block may have 32, 64 or 96 columns. A word holds two weights of a row: the lower half that of column
/// 32·g + 16 + j, the nearest bfloat16 number; the upper half, with the lower behind it, that of column 32·g + j. A word is thus the upper number as it stands, and a
/// product takes no instruction to clear its lower half; the upper half is chosen with that in mind, so its number is within 2^-8 of the weight, as a
/// bfloat16 number is (weights below 2^-60, zero among them, become ±2^-60: seen only beside inputs above 2^36). Runs of 16 columns suit registers of 4, 8 and 16 words.
/// </remarks>
public sealed class BFloat16Weight
{
    internal const int BlockWords = 64;

    /// <summary>The columns side by side that stand in the same half of their words.</summary>
    internal const int RunColumns = 16;

    /// <summary>The upper halves of 2^-60 and of the largest finite numbers.</summary>
    const uint LeastUpper = 0x2180, MostUpper = 0x7F7F;

    readonly AlignedBuffer<uint> words;
    readonly AlignedBuffer<float> bias;

    /// <summary>Rounds a weight of a model's flat buffer.</summary>
    /// <param name="flat">The flat buffer.</param>
    /// <param name="weight">The first element of the weight's panels.</param>
    /// <param name="bias">The first element of the bias.</param>
    /// <param name="inner">The length of what the weight multiplies.</param>
    /// <param name="gates">The gates side by side in a panel.</param>
    /// <param name="units">The units of the layer.</param>
    /// <param name="lanes">The units of a full panel.</param>
    public BFloat16Weight(ReadOnlySpan<float> flat, int weight, int bias, int inner, int gates, int units, int lanes)
    {
        var source = new PackedColumns(flat, weight, bias, inner, gates, units, lanes);
        Inner = inner;
        Columns = source.Count;
        int end = (Columns + (2 * RunColumns) - 1) / (2 * RunColumns) * RunColumns;
        words = new AlignedBuffer<uint>(checked(end * inner));
        this.bias = new AlignedBuffer<float>(2 * end);
        for (int column = 0; column < Columns; column++)
        {
            this.bias.Span[column] = source.Bias(column);
        }

        for (int word = 0; word < end; word++)
        {
            int upper = (word / RunColumns * 2 * RunColumns) + (word % RunColumns), lower = upper + RunColumns;
            int block = word / BlockWords * BlockWords, stride = Math.Min(BlockWords, end - block);
            Span<uint> target = words.Span[((block * inner) + (word - block))..];
            for (int k = 0; k < inner && upper < Columns; k++)
            {
                target[k * stride] = Pair(source[k, upper], lower < Columns ? source[k, lower] : 0);
            }
        }
    }

    /// <summary>The length of what the weight multiplies.</summary>
    public int Inner { get; }

    /// <summary>The sums of a row: the gates of all units, <c>[panel][gate][lane]</c>.</summary>
    public int Columns { get; }

    /// <summary>The word of two weights.</summary>
    static uint Pair(float upper, float lower)
    {
        uint half = Round(lower);
        if (half == 0 || !float.IsFinite(upper))
        {
            return ((uint)Round(upper) << 16) | half;
        }

        // With something behind it, zero would be a subnormal number, with which processors multiply slowly: the least magnitude shows only beside inputs above 2^36.
        uint bits = BitConverter.SingleToUInt32Bits(upper), sign = bits & 0x8000_0000, magnitude = bits & 0x7FFF_FFFF;
        uint below = Math.Clamp(magnitude < half ? 0 : (magnitude - half) >> 16, LeastUpper, MostUpper), above = Math.Min(below + 1, MostUpper);
        int nearer = Distance(above).CompareTo(Distance(below));
        return sign | ((nearer < 0 || (nearer == 0 && above % 2 == 0) ? above : below) << 16) | half;

        double Distance(uint candidate) => Math.Abs(BitConverter.UInt32BitsToSingle((candidate << 16) | half) - (double)Math.Abs(upper));
    }

    /// <summary>The upper half of the nearest float whose lower half is zero; of two equally near, the even one. Not a number stays so.</summary>
    static ushort Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>sums[r] = bias + x[r]·W. Nothing is allocated; neither loads of x nor stores run past the last element.</summary>
    /// <param name="rows">The rows; 0 does nothing.</param>
    /// <param name="x">[rows, <see cref="Inner"/>].</param>
    /// <param name="sums">Overwritten: [rows, <see cref="Columns"/>].</param>
    /// <param name="descending">Whether one row goes through the blocks of columns from the last to the first; changes no bit.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Multiply(int rows, ref readonly float x, ref float sums, bool descending = false)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            BFloat16Product<Vector512<float>, Width512<float>, WordPairs512>.Run(words, bias, rows, Inner, Columns, in x, ref sums, descending);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            BFloat16Product<Vector256<float>, Width256<float>, WordPairs256>.Run(words, bias, rows, Inner, Columns, in x, ref sums, descending);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            BFloat16Product<Vector128<float>, Width128<float>, WordPairs128>.Run(words, bias, rows, Inner, Columns, in x, ref sums, descending);
        }
        else
        {
            BFloat16Product<float, WidthScalar<float>, WordPairsScalar>.Run(words, bias, rows, Inner, Columns, in x, ref sums, descending);
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
        BFloat16Weight first, ref readonly float x, ref float sums, BFloat16Weight second, ref readonly float secondX, ref float secondSums, bool descending)
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
}

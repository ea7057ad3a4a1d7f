using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FastSeq.Kernels;

/// <summary>Quantises what an <see cref="Int8Weight"/> multiplies: 7 bits, by the largest magnitude of the vector.</summary>
static class Int8Activations
{
    /// <summary>What stands for zero.</summary>
    public const int Offset = 64;

    const float Largest = 63;

    /// <summary>Adding this to a number of ±63 leaves the nearest integer, ties to even, plus the offset in the lowest byte of the sum's bits.</summary>
    const float Rounding = (3 << 22) + Offset;

    /// <summary>Below this all numbers count as zero: 63 / largest would leave the range of float.</summary>
    const float Smallest = 7.9e-31f;

    /// <summary>Quantises a vector, the same on all widths.</summary>
    /// <param name="x">The numbers.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="quantized">Overwritten: round(x · 63 / largest) + 64; zeros behind <paramref name="count"/>.</param>
    /// <returns>What a difference of 1 stands for; 0 where all are zero, NaN where one is not finite.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Quantize(ref readonly float x, int count, Span<byte> quantized)
    {
        ref float source = ref Unsafe.AsRef(in x);
        float largest = LargestMagnitude(ref source, count);
        float factor = largest >= Smallest ? Largest / largest : 0;
        ref byte target = ref MemoryMarshal.GetReference(quantized);
        int k = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; k <= count - 16; k += 16)
            {
                Vector512<int> q = ((Vector512.LoadUnsafe(ref source, (nuint)k) * factor) + Vector512.Create(Rounding)).AsInt32();
                System.Runtime.Intrinsics.X86.Avx512F.ConvertToVector128Byte(q).StoreUnsafe(ref target, (nuint)k);
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            for (; k <= count - 16; k += 16)
            {
                Vector128.Narrow(
                    Vector128.Narrow(Quantize(ref source, k, factor), Quantize(ref source, k + 4, factor)),
                    Vector128.Narrow(Quantize(ref source, k + 8, factor), Quantize(ref source, k + 12, factor))).StoreUnsafe(ref target, (nuint)k);
            }
        }

        for (; k < count; k++)
        {
            quantized[k] = (byte)BitConverter.SingleToInt32Bits((Unsafe.Add(ref source, k) * factor) + Rounding);
        }

        if (count < quantized.Length)
        {
            quantized[count..].Clear();
        }

        return !float.IsFinite(largest) ? float.NaN : largest >= Smallest ? largest / Largest : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<uint> Quantize(ref float source, int k, float factor) =>
        ((Vector128.LoadUnsafe(ref source, (nuint)k) * factor) + Vector128.Create(Rounding)).AsUInt32();

    /// <summary>By the bits without the sign, which are ordered like the magnitudes: infinity above all numbers, and what is not a number above infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float LargestMagnitude(ref float source, int count)
    {
        const int Magnitude = int.MaxValue;
        Vector128<int> most = Vector128<int>.Zero;
        int k = 0, largest = 0;
        if (Vector512.IsHardwareAccelerated && count >= 16)
        {
            Vector512<int> most512 = Vector512<int>.Zero;
            for (; k <= count - 16; k += 16)
            {
                most512 = Vector512.Max(most512, Vector512.LoadUnsafe(ref source, (nuint)k).AsInt32() & Vector512.Create(Magnitude));
            }

            Vector256<int> half = Vector256.Max(most512.GetLower(), most512.GetUpper());
            most = Vector128.Max(half.GetLower(), half.GetUpper());
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            for (; k <= count - 4; k += 4)
            {
                most = Vector128.Max(most, Vector128.LoadUnsafe(ref source, (nuint)k).AsInt32() & Vector128.Create(Magnitude));
            }
        }

        for (; k < count; k++)
        {
            largest = Math.Max(largest, BitConverter.SingleToInt32Bits(Unsafe.Add(ref source, k)) & Magnitude);
        }

        // The product waits for this number: it stays in vector registers where there are any.
        if (!Vector128.IsHardwareAccelerated)
        {
            return BitConverter.Int32BitsToSingle(largest);
        }

        most = Vector128.Max(most, Vector128.CreateScalar(largest));
        most = Vector128.Max(most, Vector128.Shuffle(most, Vector128.Create(2, 3, 0, 1)));
        return Vector128.Max(most, Vector128.Shuffle(most, Vector128.Create(1, 0, 3, 2))).AsSingle().ToScalar();
    }
}

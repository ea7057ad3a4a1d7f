using System.Buffers.Binary;
using System.Numerics;

namespace FastSeq;

/// <summary>The number types of safetensors files.</summary>
static class TensorFormat
{
    /// <summary>The types that a model can be read from.</summary>
    public const string Readable = "F32, F64, F16 or BF16";

    /// <summary>The bytes of one element; none for a type that is not known.</summary>
    public static int? SizeOf(string dtype) => dtype switch
    {
        "BOOL" or "U8" or "I8" or "F8_E4M3" or "F8_E5M2" => 1,
        "F16" or "BF16" or "U16" or "I16" => 2,
        "F32" or "U32" or "I32" => 4,
        "F64" or "U64" or "I64" => 8,
        _ => null,
    };

    /// <summary>Whether a model can be read from a type.</summary>
    public static bool IsReadable(string dtype) => dtype is "F32" or "F64" or "F16" or "BF16";

    /// <summary>The type that a model's own numbers are written as.</summary>
    public static string NameOf<T>() => typeof(T) == typeof(double) ? "F64" : "F32";

    /// <summary>Reads little-endian numbers.</summary>
    public static void Decode<T>(string dtype, ReadOnlySpan<byte> bytes, Span<T> numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (dtype)
        {
            case "F32":
                for (int i = 0; i < numbers.Length; i++) numbers[i] = T.CreateTruncating(BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]));
                break;
            case "F64":
                for (int i = 0; i < numbers.Length; i++) numbers[i] = T.CreateTruncating(BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]));
                break;
            case "F16":
                for (int i = 0; i < numbers.Length; i++) numbers[i] = T.CreateTruncating(BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]));
                break;
            case "BF16":
                // The upper half of a float.
                for (int i = 0; i < numbers.Length; i++)
                    numbers[i] = T.CreateTruncating(BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16));
                break;
            default:
                throw new NotSupportedException(dtype);
        }
    }

    /// <summary>Writes little-endian numbers in the type of the model.</summary>
    public static void Encode<T>(ReadOnlySpan<T> numbers, Span<byte> bytes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            if (typeof(T) == typeof(double)) BinaryPrimitives.WriteDoubleLittleEndian(bytes[(8 * i)..], double.CreateTruncating(numbers[i]));
            else BinaryPrimitives.WriteSingleLittleEndian(bytes[(4 * i)..], float.CreateTruncating(numbers[i]));
        }
    }
}

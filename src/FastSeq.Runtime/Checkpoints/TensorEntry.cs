using System.Collections.Immutable;

namespace FastSeq;

/// <summary>One tensor of a safetensors file, as its header describes it.</summary>
/// <param name="Name">The name.</param>
/// <param name="DType">The number type: <c>F32</c>, <c>F64</c>, <c>F16</c>, <c>BF16</c> and others.</param>
/// <param name="Shape">The sizes.</param>
/// <param name="Begin">The first byte, counted from the end of the header.</param>
/// <param name="End">The byte after the last.</param>
public sealed record TensorEntry(string Name, string DType, ImmutableArray<long> Shape, long Begin, long End)
{
    /// <summary>The number of elements.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            foreach (long size in Shape) count = checked(count * size);
            return count;
        }
    }

    /// <summary>Name, number type and shape.</summary>
    public override string ToString() => $"{Name} {DType} {ShapeText(Shape)}";

    internal static string ShapeText<TSize>(ImmutableArray<TSize> shape) => $"[{string.Join(", ", shape)}]";
}

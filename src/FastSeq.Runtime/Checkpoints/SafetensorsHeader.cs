using System.Collections.Immutable;

namespace FastSeq;

/// <summary>What a safetensors file says about itself, checked: tensors lie one after the other, without gaps, and fill the file.</summary>
public sealed class SafetensorsHeader
{
    internal SafetensorsHeader(ImmutableArray<TensorEntry> tensors, IReadOnlyDictionary<string, string> metadata, long dataOffset)
    {
        Tensors = tensors;
        Metadata = metadata;
        DataOffset = dataOffset;
    }

    /// <summary>The tensors, in the order of the header.</summary>
    public ImmutableArray<TensorEntry> Tensors { get; }

    /// <summary>The texts of <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The byte of the file at which the tensors begin.</summary>
    public long DataOffset { get; }
}

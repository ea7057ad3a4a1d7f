using Microsoft.Win32.SafeHandles;

namespace FastSeq;

/// <summary>The bytes of a safetensors file, wherever they are.</summary>
interface ISafetensorsSource
{
    /// <summary>What messages call it.</summary>
    string Name { get; }

    /// <summary>The number of bytes.</summary>
    long Length { get; }

    /// <summary>Reads bytes; fewer than asked for only at the end.</summary>
    int Read(long offset, scoped Span<byte> destination);
}

/// <summary>A file on disk.</summary>
readonly struct FileSource(string name, SafeFileHandle file) : ISafetensorsSource
{
    public string Name => name;

    public long Length => RandomAccess.GetLength(file);

    public int Read(long offset, scoped Span<byte> destination)
    {
        int read = 0;
        while (read < destination.Length)
        {
            int count = RandomAccess.Read(file, destination[read..], offset + read);
            if (count == 0) break;
            read += count;
        }

        return read;
    }
}

/// <summary>A file in memory.</summary>
readonly ref struct MemorySource(ReadOnlySpan<byte> bytes) : ISafetensorsSource
{
    readonly ReadOnlySpan<byte> bytes = bytes;

    public string Name => "checkpoint";

    public long Length => bytes.Length;

    public int Read(long offset, scoped Span<byte> destination)
    {
        ReadOnlySpan<byte> part = bytes[(int)Math.Min(offset, bytes.Length)..];
        if (part.Length > destination.Length) part = part[..destination.Length];
        part.CopyTo(destination);
        return part.Length;
    }
}

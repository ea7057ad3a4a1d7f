using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;

namespace FastSeq;

/// <summary>
/// Reads and checks the header of a safetensors file: 8 bytes with the length of a JSON text, the JSON text, then the tensors.
/// Nothing of it is trusted: lengths are held against the file before anything is allocated for them.
/// </summary>
static class SafetensorsHeaderReader
{
    const int LengthBytes = 8;
    const int MaxHeaderLength = 100_000_000;     // the format's own limit
    const int MaxDepth = 8;                      // three levels are legal
    const string MetadataName = "__metadata__";

    public static SafetensorsHeader Read<TSource>(TSource source)
        where TSource : ISafetensorsSource, allows ref struct
    {
        Span<byte> lengthBytes = stackalloc byte[LengthBytes];
        long fileLength = source.Length;
        if (fileLength < LengthBytes || source.Read(0, lengthBytes) < LengthBytes)
            throw new CheckpointException($"{source.Name}: not a safetensors file: {fileLength} bytes are too few.");
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (headerLength > MaxHeaderLength)
            throw new CheckpointException($"{source.Name}: not a safetensors file: its header claims {headerLength} bytes; at most {MaxHeaderLength} are legal.");
        if ((long)headerLength > fileLength - LengthBytes)
            throw new CheckpointException($"{source.Name}: truncated: its header claims {headerLength} bytes, but only {fileLength - LengthBytes} follow.");
        var json = new byte[headerLength];
        if (source.Read(LengthBytes, json) < json.Length) throw new CheckpointException($"{source.Name}: truncated within the header.");
        try
        {
            return Parse(source.Name, json, LengthBytes + json.Length, fileLength);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new CheckpointException($"{source.Name}: the header is not valid JSON: {exception.Message}", exception);
        }
    }

    static SafetensorsHeader Parse(string file, ReadOnlySpan<byte> json, long dataOffset, long fileLength)
    {
        // The format wants the text to begin with a brace and allows spaces after it.
        if (json.IsEmpty || json[0] != (byte)'{') throw new CheckpointException($"{file}: not a safetensors file: its header does not begin with '{{'.");
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        var tensors = ImmutableArray.CreateBuilder<TensorEntry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!names.Add(name)) throw new CheckpointException($"{file}: the header has '{name}' twice.");
            reader.Read();
            if (name == MetadataName) ReadMetadata(file, ref reader, metadata);
            else tensors.Add(ReadTensor(file, name, ref reader));
        }

        reader.Read();
        CheckPlaces(file, tensors, fileLength - dataOffset);
        return new SafetensorsHeader(tensors.ToImmutable(), metadata, dataOffset);
    }

    static void ReadMetadata(string file, ref Utf8JsonReader reader, Dictionary<string, string> metadata)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new CheckpointException($"{file}: '{MetadataName}' is not an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String) throw new CheckpointException($"{file}: '{MetadataName}' has '{key}', which is not a text.");
            if (!metadata.TryAdd(key, reader.GetString()!)) throw new CheckpointException($"{file}: '{MetadataName}' has '{key}' twice.");
        }
    }

    static TensorEntry ReadTensor(string file, string name, ref Utf8JsonReader reader)
    {
        string? dtype = null;
        ImmutableArray<long> shape = default, offsets = default;
        if (reader.TokenType != JsonTokenType.StartObject) throw Wrong(file, name, "is not described by an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string field = reader.GetString()!;
            reader.Read();
            bool repeated = field switch { "dtype" => dtype is not null, "shape" => !shape.IsDefault, "data_offsets" => !offsets.IsDefault, _ => false };
            if (repeated) throw Wrong(file, name, $"has '{field}' twice");
            switch (field)
            {
                case "dtype":
                    if (reader.TokenType != JsonTokenType.String) throw Wrong(file, name, "has a dtype that is not a text");
                    dtype = reader.GetString();
                    break;
                case "shape":
                    shape = ReadSizes(file, name, field, ref reader);
                    break;
                case "data_offsets":
                    offsets = ReadSizes(file, name, field, ref reader);
                    break;
                default:
                    throw Wrong(file, name, $"has an unknown field '{field}'");
            }
        }

        if (dtype is null) throw Wrong(file, name, "has no dtype");
        if (shape.IsDefault) throw Wrong(file, name, "has no shape");
        if (offsets.IsDefault) throw Wrong(file, name, "has no data_offsets");
        if (offsets.Length != 2) throw Wrong(file, name, $"has {offsets.Length} data_offsets; expected 2");
        return new TensorEntry(name, dtype, shape, offsets[0], offsets[1]);
    }

    static ImmutableArray<long> ReadSizes(string file, string name, string field, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw Wrong(file, name, $"has a {field} that is not an array");
        var sizes = ImmutableArray.CreateBuilder<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long size) || size < 0)
                throw Wrong(file, name, $"has a {field} with something else than whole numbers from 0 on");
            sizes.Add(size);
        }

        return sizes.ToImmutable();
    }

    // Tensors, taken by where they begin, must follow each other without gap or overlap and end with the file.
    static void CheckPlaces(string file, ImmutableArray<TensorEntry>.Builder tensors, long dataLength)
    {
        TensorEntry[] byPlace = [.. tensors];
        Array.Sort(byPlace, static (a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        long end = 0;
        foreach (TensorEntry tensor in byPlace)
        {
            if (tensor.End < tensor.Begin || tensor.End > dataLength)
                throw Wrong(file, tensor.Name, $"claims bytes {tensor.Begin} to {tensor.End}, but the file has {dataLength} bytes of data (truncated?)");
            if (tensor.Begin < end) throw Wrong(file, tensor.Name, $"begins at byte {tensor.Begin}, within the tensor before it, which ends at {end}");
            if (tensor.Begin > end) throw Wrong(file, tensor.Name, $"begins at byte {tensor.Begin}, after a gap: the tensor before it ends at {end}");
            if (TensorFormat.SizeOf(tensor.DType) is { } size) CheckSize(file, tensor, size);
            end = tensor.End;
        }

        if (end != dataLength) throw new CheckpointException($"{file}: {dataLength - end} bytes at the end belong to no tensor.");
    }

    static void CheckSize(string file, TensorEntry tensor, int elementSize)
    {
        UInt128 bytes = (UInt128)elementSize;
        foreach (long size in tensor.Shape)
        {
            bytes *= (UInt128)size;
            if (bytes > long.MaxValue) throw Wrong(file, tensor.Name, $"has an impossible shape {TensorEntry.ShapeText(tensor.Shape)}");
        }

        if (bytes != (UInt128)(tensor.End - tensor.Begin))
            throw Wrong(file, tensor.Name, $"has {tensor.End - tensor.Begin} bytes; {tensor.DType} {TensorEntry.ShapeText(tensor.Shape)} takes {bytes}");
    }

    static CheckpointException Wrong(string file, string tensor, string what) => new($"{file}: tensor '{tensor}' {what}.");
}

using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json;

namespace FastSeq;

/// <summary>Writes the parameters of a model as a safetensors file with the names and shapes of PyTorch's <c>state_dict</c>, in the model's own precision.</summary>
public static class SafetensorsWriter
{
    const int PieceLength = 1 << 16;

    /// <summary>
    /// Writes a file. It is written under another name beside its place, brought to disk, and then put in its place at once:
    /// whoever reads sees the old file or the new one, whole.
    /// </summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="model">What the parameters are.</param>
    /// <param name="parameters">The model's flat buffer.</param>
    /// <param name="metadata">Texts to keep with it; may be <see langword="null"/>.</param>
    /// <exception cref="DirectoryNotFoundException">The folder of the file does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to.</exception>
    public static void Write<T>(string path, ModelInfo model, ReadOnlySpan<T> parameters, IReadOnlyDictionary<string, string>? metadata = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string target = Path.GetFullPath(path);
        if (new FileInfo(target).LinkTarget is not null) target = File.ResolveLinkTarget(target, returnFinalTarget: true)!.FullName;
        string folder = Path.GetDirectoryName(target) ?? target;
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"Cannot write '{path}': the folder '{folder}' does not exist.");
        string temporary = $"{target}.{Path.GetRandomFileName()}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                Write(stream, model, parameters, metadata);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Writes to a stream.</summary>
    /// <param name="stream">Written to from where it is.</param>
    /// <param name="model">What the parameters are.</param>
    /// <param name="parameters">The model's flat buffer.</param>
    /// <param name="metadata">Texts to keep with it; may be <see langword="null"/>.</param>
    public static void Write<T>(Stream stream, ModelInfo model, ReadOnlySpan<T> parameters, IReadOnlyDictionary<string, string>? metadata = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(model);
        if (parameters.Length != model.BufferLength)
            throw new ArgumentException($"{parameters.Length} elements are not the flat buffer of {model.Name}, which has {model.BufferLength}.", nameof(parameters));
        ReadOnlySpan<byte> header = Header<T>(model, metadata);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (ParameterInfo parameter in model.Parameters) WriteTensor(stream, parameter.Layout, parameters);
    }

    static ReadOnlySpan<byte> Header<T>(ModelInfo model, IReadOnlyDictionary<string, string>? metadata)
        where T : unmanaged
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            WriteMetadata(json, model, metadata);
            long offset = 0;
            foreach (ParameterInfo parameter in model.Parameters)
            {
                json.WriteStartObject(parameter.Name);
                json.WriteString("dtype", TensorFormat.NameOf<T>());
                json.WriteStartArray("shape");
                foreach (int size in parameter.Shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                offset += parameter.Count * TensorFormat.SizeOf(TensorFormat.NameOf<T>())!.Value;
                json.WriteNumberValue(offset);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Spaces up to a multiple of 8 bytes, so that the numbers lie aligned in the file.
        int padding = -text.WrittenCount & 7;
        text.GetSpan(padding)[..padding].Fill((byte)' ');
        text.Advance(padding);
        return text.WrittenSpan;
    }

    static void WriteMetadata(Utf8JsonWriter json, ModelInfo model, IReadOnlyDictionary<string, string>? metadata)
    {
        // PyTorch's loaders look for format = pt.
        json.WriteStartObject("__metadata__");
        json.WriteString("format", "pt");
        json.WriteString("model", model.Name);
        if (metadata is not null)
        {
            foreach ((string key, string value) in metadata)
            {
                if (key is "format" or "model") throw new ArgumentException($"The metadata key '{key}' is taken.", nameof(metadata));
                json.WriteString(key, value);
            }
        }

        json.WriteEndObject();
    }

    static void WriteTensor<T>(Stream stream, ParameterLayout layout, ReadOnlySpan<T> flat)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int size = TensorFormat.SizeOf(TensorFormat.NameOf<T>())!.Value;
        int rowsAtOnce = Math.Min(layout.Rows, Math.Max(1, PieceLength / layout.Columns));
        var numbers = new T[rowsAtOnce * layout.Columns];
        var bytes = new byte[checked(numbers.Length * size)];
        for (int row = 0; row < layout.Rows; row += rowsAtOnce)
        {
            int count = Math.Min(rowsAtOnce, layout.Rows - row) * layout.Columns;
            layout.CopyRowsTo(flat, row, numbers.AsSpan(0, count));
            TensorFormat.Encode<T>(numbers.AsSpan(0, count), bytes);
            stream.Write(bytes.AsSpan(0, count * size));
        }
    }
}

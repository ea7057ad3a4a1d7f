using System.Numerics;
using FastSeq.Tensors;
using Microsoft.Win32.SafeHandles;

namespace FastSeq;

/// <summary>
/// Reads the parameters of a model from a safetensors file with the names and shapes of PyTorch's <c>state_dict</c>.
/// The whole file is checked and read before the model is touched: after an error it is as it was.
/// </summary>
public static class SafetensorsReader
{
    // Rows are read in pieces of about this many elements.
    const int PieceLength = 1 << 16;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">What the file must hold: no tensor more and none less.</param>
    /// <param name="parameters">Overwritten: the model's flat buffer.</param>
    /// <exception cref="CheckpointException">The file does not fit the model, or is no such file.</exception>
    public static void Read<T>(string path, ModelInfo model, Span<T> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using SafeFileHandle file = File.OpenHandle(path);
        ReadFrom(new FileSource(Path.GetFileName(path), file), model, parameters);
    }

    /// <summary>Reads a file that lies in memory, such as an embedded resource.</summary>
    /// <param name="file">The bytes of the file.</param>
    /// <param name="model">What the file must hold: no tensor more and none less.</param>
    /// <param name="parameters">Overwritten: the model's flat buffer.</param>
    /// <exception cref="CheckpointException">The file does not fit the model, or is no such file.</exception>
    public static void Read<T>(ReadOnlySpan<byte> file, ModelInfo model, Span<T> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => ReadFrom(new MemorySource(file), model, parameters);

    /// <summary>Reads what a file says about itself, whatever it holds.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">It is not a safetensors file.</exception>
    public static SafetensorsHeader ReadHeader(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        return SafetensorsHeaderReader.Read(new FileSource(Path.GetFileName(path), file));
    }

    /// <inheritdoc cref="ReadHeader(string)"/>
    /// <param name="file">The bytes of the file.</param>
    public static SafetensorsHeader ReadHeader(ReadOnlySpan<byte> file) => SafetensorsHeaderReader.Read(new MemorySource(file));

    static void ReadFrom<T, TSource>(TSource source, ModelInfo model, Span<T> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSource : ISafetensorsSource, allows ref struct
    {
        ArgumentNullException.ThrowIfNull(model);
        if (parameters.Length != model.BufferLength)
            throw new ArgumentException($"{parameters.Length} elements are not the flat buffer of {model.Name}, which has {model.BufferLength}.", nameof(parameters));
        SafetensorsHeader header = SafetensorsHeaderReader.Read(source);
        (TensorEntry Entry, TensorEntry? Shared)[] entries = Match(source.Name, header, model);

        var read = new AlignedBuffer<T>(parameters.Length);
        for (int i = 0; i < entries.Length; i++)
        {
            ReadTensor(source, header.DataOffset, entries[i].Entry, model.Parameters[i].Layout, read.Span);
            if (entries[i].Shared is { } shared) CheckEqual<T, TSource>(source, header.DataOffset, entries[i].Entry, shared, model.Parameters[i], read.Span);
        }

        read.Span.CopyTo(parameters);
    }

    // A parameter of two layers that is in the file twice.
    static void CheckEqual<T, TSource>(TSource source, long dataOffset, TensorEntry entry, TensorEntry shared, ParameterInfo parameter, ReadOnlySpan<T> read)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSource : ISafetensorsSource, allows ref struct
    {
        var other = new AlignedBuffer<T>(read.Length);
        ReadTensor(source, dataOffset, shared, parameter.Layout, other.Span);
        T[] one = new T[parameter.Count], two = new T[parameter.Count];
        parameter.CopyTo(read, one);
        parameter.CopyTo<T>(other.Span, two);
        if (!one.AsSpan().SequenceEqual(two))
            throw new CheckpointException($"{source.Name}: tensors '{entry.Name}' and '{shared.Name}' differ, but both layers share one parameter. Declare the layer without Tied, or remove one of them from the file.");
    }

    // The entry of each parameter, in the order of the parameters; and the second one of a parameter of two layers.
    static (TensorEntry Entry, TensorEntry? Shared)[] Match(string file, SafetensorsHeader header, ModelInfo model)
    {
        var byName = new Dictionary<string, TensorEntry>(StringComparer.Ordinal);
        foreach (TensorEntry tensor in header.Tensors) byName.Add(tensor.Name, tensor);
        var entries = new (TensorEntry, TensorEntry?)[model.Parameters.Length];
        for (int i = 0; i < entries.Length; i++)
        {
            ParameterInfo parameter = model.Parameters[i];
            TensorEntry? shared = null;
            if (parameter.SharedName is not null) byName.Remove(parameter.SharedName, out shared);
            if (!byName.Remove(parameter.Name, out TensorEntry? entry)) (entry, shared) = (shared, null);
            if (entry is null)
                throw new CheckpointException($"{file}: no tensor '{parameter.Name}'; {model.Name} expects it with shape {TensorEntry.ShapeText(parameter.Shape)}. The file has {Names(header)}.");
            CheckForm(file, entry, parameter, model);
            if (shared is not null) CheckForm(file, shared, parameter, model);
            entries[i] = (entry, shared);
        }

        foreach (TensorEntry entry in header.Tensors)
        {
            if (byName.ContainsKey(entry.Name))
                throw new CheckpointException($"{file}: tensor '{entry.Name}' with shape {TensorEntry.ShapeText(entry.Shape)} is not one of {model.Name}, which expects {model.ParameterNames}.");
        }

        return entries;
    }

    static void CheckForm(string file, TensorEntry entry, ParameterInfo parameter, ModelInfo model)
    {
        if (!TensorFormat.IsReadable(entry.DType))
            throw new CheckpointException($"{file}: tensor '{entry.Name}' has dtype {entry.DType}; {model.Name} expects {TensorFormat.Readable}.");
        bool sameShape = entry.Shape.Length == parameter.Shape.Length;
        for (int d = 0; sameShape && d < entry.Shape.Length; d++) sameShape = entry.Shape[d] == parameter.Shape[d];
        if (!sameShape)
            throw new CheckpointException($"{file}: tensor '{entry.Name}' has shape {TensorEntry.ShapeText(entry.Shape)}; {model.Name} expects {TensorEntry.ShapeText(parameter.Shape)}.");
    }

    static string Names(SafetensorsHeader header)
    {
        const int shown = 12;
        if (header.Tensors.IsEmpty) return "none";
        var names = new List<string>();
        for (int i = 0; i < Math.Min(shown, header.Tensors.Length); i++) names.Add(header.Tensors[i].Name);
        string text = string.Join(", ", names);
        return header.Tensors.Length > shown ? $"{text} and {header.Tensors.Length - shown} more" : text;
    }

    static void ReadTensor<T, TSource>(TSource source, long dataOffset, TensorEntry entry, ParameterLayout layout, Span<T> flat)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSource : ISafetensorsSource, allows ref struct
    {
        int size = TensorFormat.SizeOf(entry.DType)!.Value;
        int rowsAtOnce = Math.Min(layout.Rows, Math.Max(1, PieceLength / layout.Columns));
        var bytes = new byte[checked(rowsAtOnce * layout.Columns * size)];
        var numbers = new T[rowsAtOnce * layout.Columns];
        long offset = dataOffset + entry.Begin;
        for (int row = 0; row < layout.Rows; row += rowsAtOnce)
        {
            int count = Math.Min(rowsAtOnce, layout.Rows - row) * layout.Columns;
            Span<byte> piece = bytes.AsSpan(0, count * size);
            if (source.Read(offset, piece) < piece.Length) throw new CheckpointException($"{source.Name}: truncated within tensor '{entry.Name}'.");
            TensorFormat.Decode(entry.DType, piece, numbers.AsSpan(0, count));
            layout.CopyRowsFrom<T>(numbers.AsSpan(0, count), row, flat);
            offset += piece.Length;
        }
    }
}

using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace FastSeq.Tests.Oracles.RecordOnnx;

/// <summary>Writes the file of a case as record.py does: header length, JSON header, values.</summary>
internal static class VectorWriter
{
    public static void Write(string path, string name, string version, float[] y, float[] h, float[]? c)
    {
        var header = new Dictionary<string, object>
        {
            ["__metadata__"] = new Dictionary<string, string>
            {
                ["onnxruntime"] = version, ["case"] = name, ["lengths"] = string.Join(' ', OnnxCases.Lengths),
                ["weight_bound"] = OnnxCases.WeightBound.ToString(CultureInfo.InvariantCulture),
            },
        };
        using var data = new MemoryStream();
        Add("outputs", y);
        Add("state.h", h);
        if (c is not null)
        {
            Add("state.c", c);
        }

        byte[] text = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(header));
        byte[] padded = [.. text, .. Enumerable.Repeat((byte)' ', (8 - (text.Length % 8)) % 8)];
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, padded.Length);
        File.WriteAllBytes(path, [.. length, .. padded, .. data.ToArray()]);

        void Add(string tensor, float[] values)
        {
            long begin = data.Length;
            data.Write(MemoryMarshal.AsBytes(values.AsSpan()));
            header.Add(tensor, new Dictionary<string, object> { ["dtype"] = "F32", ["shape"] = new[] { values.Length }, ["data_offsets"] = new[] { begin, data.Length } });
        }
    }
}

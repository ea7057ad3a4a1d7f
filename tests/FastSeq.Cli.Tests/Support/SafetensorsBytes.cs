using System.Buffers.Binary;
using System.Text;

namespace FastSeq.Cli.Tests.Support;

/// <summary>Safetensors files made by hand.</summary>
static class SafetensorsBytes
{
    public static byte[] Of(string header, int dataLength)
    {
        byte[] json = Encoding.UTF8.GetBytes(header), file = new byte[8 + json.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)json.Length);
        json.CopyTo(file, 8);
        return file;
    }
}

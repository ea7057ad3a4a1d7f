using System.Text;
using CsCheck;
using Xunit;

namespace FastSeq.Tests.Checkpoints;

public sealed class HostileFileTests
{
    const string Dtype = "\"dtype\":\"F32\"";

    static readonly string Header = Encoding.UTF8.GetString(Example.File<float>().AsSpan(8, (int)BitConverter.ToInt64(Example.File<float>())));
    static readonly int DataLength = Example.File<float>().Length - 8 - Header.Length;

    [Theory]
    [InlineData("\"lstm.weight_ih_l0\"", "\"lstm.weight_ih\"", "no tensor 'lstm.weight_ih_l0'; Example expects it with shape [20, 3]")]
    [InlineData("[20,3]", "[3,20]", "tensor 'lstm.weight_ih_l0' has shape [3, 20]; Example expects [20, 3]")]
    [InlineData("[20,3]", "[60]", "tensor 'lstm.weight_ih_l0' has shape [60]; Example expects [20, 3]")]
    [InlineData("[20,3]", "[20,3,1]", "has shape [20, 3, 1]; Example expects [20, 3]")]
    [InlineData("\"F32\"", "\"I32\"", "tensor 'lstm.weight_ih_l0' has dtype I32; Example expects F32, F64, F16 or BF16")]
    [InlineData("\"F32\"", "\"F99\"", "dtype F99")]
    [InlineData("\"F32\"", "\"F64\"", "has 240 bytes; F64 [20, 3] takes 480")]
    [InlineData("[20,3]", "[20,4]", "has 240 bytes; F32 [20, 4] takes 320")]
    [InlineData("[20,3]", "[4611686018427387904,4611686018427387904]", "impossible shape")]
    [InlineData("[20,3]", "[20,-3]", "whole numbers")]
    [InlineData("[20,3]", "[20,3.5]", "whole numbers")]
    [InlineData("[20,3]", "[20,1e400]", "whole numbers")]
    [InlineData("[20,3]", "[20,99999999999999999999]", "whole numbers")]
    [InlineData("[20,3]", "\"20,3\"", "shape that is not an array")]
    [InlineData("[0,240]", "[0,236]", "has 236 bytes")]
    [InlineData("[0,240]", "[240,0]", "claims bytes 240 to 0")]
    [InlineData("[0,240]", "[0,9223372036854775807]", "claims bytes 0 to 9223372036854775807")]
    [InlineData("[0,240]", "[0]", "has 1 data_offsets")]
    [InlineData("[240,640]", "[236,636]", "within the tensor before it")]
    [InlineData("[240,640]", "[244,644]", "after a gap")]
    [InlineData(Dtype, Dtype + "," + Dtype, "has 'dtype' twice")]
    [InlineData(Dtype + ",", "", "has no dtype")]
    [InlineData(Dtype, Dtype + ",\"stride\":[1]", "unknown field 'stride'")]
    [InlineData("\"linear.bias\"", "\"linear.weight\"", "has 'linear.weight' twice")]
    [InlineData("\"linear.bias\"", "\"linear.\\ud800\"", "not valid JSON")]
    [InlineData("\"linear.bias\":{", "\"linear.bias\":[{", "is not described by an object")]
    [InlineData("\"format\":\"pt\"", "\"format\":1", "not a text")]
    [InlineData("\"format\":\"pt\"", "\"format\":\"pt\",\"format\":\"pt\"", "'format' twice")]
    [InlineData("{\"__metadata__\"", " {\"__metadata__\"", "does not begin with '{'")]
    [InlineData("{\"__metadata__\"", "{/* */\"__metadata__\"", "not valid JSON")]
    [InlineData("}}", "}},", "not valid JSON")]
    [InlineData("}}", "}", "not valid JSON")]
    [InlineData("}}", "}}x", "not valid JSON")]
    public void WrongHeader_IsOneClearError(string what, string instead, string message)
    {
        int place = what == "}}" ? Header.LastIndexOf(what, StringComparison.Ordinal) : Header.IndexOf(what, StringComparison.Ordinal);
        Assert.True(place >= 0);
        string header = Header[..place] + instead + Header[(place + what.Length)..];
        AssertRefused(Example.File(header, DataLength), message);
    }

    [Fact]
    public void ExtraTensor_IsNamed()
    {
        string header = Header.TrimEnd()[..^1] + $",\"extra\":{{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[{DataLength},{DataLength + 4}]}}}}";
        AssertRefused(Example.File(header, DataLength + 4), "tensor 'extra' with shape [1] is not one of Example");
    }

    [Theory]
    [InlineData(0, "0 bytes are too few")]
    [InlineData(7, "7 bytes are too few")]
    [InlineData(8, "truncated")]
    [InlineData(100, "truncated")]
    public void ShortFile_IsTruncated(int length, string message) => AssertRefused(Example.File<float>()[..length], message);

    [Fact]
    public void CutOrLongerData_IsRefused()
    {
        AssertRefused(Example.File<float>()[..^1], "tensor 'embedding.weight' claims bytes");
        AssertRefused([.. Example.File<float>(), 0], "1 bytes at the end belong to no tensor");
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(100_000_001)]
    [InlineData(99_999_999)]
    public void HugeHeaderLength_AllocatesNothing(ulong claimed)
    {
        byte[] file = Example.File<float>();
        BitConverter.TryWriteBytes(file, claimed);
        AssertRefused(file, $"claims {claimed} bytes");
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<CheckpointException>(() => SafetensorsReader.ReadHeader(file));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000);
    }

    [Fact]
    public void DeepNesting_IsRefused()
    {
        string deep = "{\"a\":" + string.Concat(Enumerable.Repeat("[", 100_000)) + string.Concat(Enumerable.Repeat("]", 100_000)) + "}";
        AssertRefused(Example.File(deep, 0), "is not described by an object");
        AssertRefused(Example.File("{\"a\":{\"shape\":" + deep + "}}", 0), "not an array");
        AssertRefused(Example.File("{\"a\":{\"shape\":[" + string.Concat(Enumerable.Repeat("[", 100_000)), 0), "whole numbers");
    }

    [Fact]
    public void BytesThatAreNotUtf8_AreRefused()
    {
        byte[] file = Example.File<float>();
        file[file.AsSpan().IndexOf("linear"u8)] = 0xFF;
        AssertRefused(file, "");
    }

    [Fact]
    public void EmptyFileOfTensors_SaysWhatIsMissing() => AssertRefused(Example.File("{}", 0), "The file has none.");

    [Fact]
    public void RandomDamage_IsACheckpointErrorOrHarmless()
    {
        byte[] file = Example.File<float>();
        float[] before = Example.Numbers<float>();
        Array.Reverse(before);
        Gen<(int, byte)> flip = Gen.Select(Gen.OneOf(Gen.Int[0, Header.Length + 8], Gen.Int[0, file.Length - 1]), Gen.Byte);
        Gen.Select(flip.Array[0, 4], Gen.OneOf(Gen.Const(file.Length), Gen.Int[0, file.Length])).Sample((flips, length) =>
        {
            byte[] damaged = file[..length];
            foreach ((int place, byte value) in flips)
            {
                if (place < damaged.Length) damaged[place] = value;
            }

            float[] model = [.. before];
            try
            {
                SafetensorsReader.Read<float>(damaged, Example.Model, model);
            }
            catch (CheckpointException)
            {
                Assert.Equal(before, model);
            }
        }, iter: 20_000);
    }

    [Fact]
    public void RandomJson_IsACheckpointError()
    {
        Gen<string> value = Choice("{}", "[]", "null", "1", "\"F32\"", "[0,4]", "[1]", "[[1]]", "true", "-1", "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}");
        Gen<string> key = Choice("\"dtype\":", "\"shape\":", "\"data_offsets\":", "\"__metadata__\":", "\"a\":", "");
        Gen<string> text = Gen.Select(key, value, Choice(",", "}", "{", "", "]")).Array[0, 8].Select(parts => "{" + string.Concat(parts.Select(p => p.Item1 + p.Item2 + p.Item3)) + "}");
        text.Sample(header =>
        {
            try
            {
                SafetensorsReader.ReadHeader(Example.File(header, 4));
            }
            catch (CheckpointException)
            {
            }
        }, iter: 20_000);
    }

    static Gen<string> Choice(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    static void AssertRefused(byte[] file, string message)
    {
        float[] before = Example.Numbers<float>();
        float[] model = [.. before];
        var error = Assert.Throws<CheckpointException>(() => SafetensorsReader.Read<float>(file, Example.Model, model));
        Assert.Contains(message, error.Message);
        Assert.Equal(before, model);
    }
}

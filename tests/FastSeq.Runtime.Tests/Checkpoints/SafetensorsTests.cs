using System.Globalization;
using System.Text;
using System.Text.Json;
using FastSeq.Tests.Oracles;
using Xunit;

namespace FastSeq.Tests.Checkpoints;

public sealed class SafetensorsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("fastseq").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void WriteThenRead_GivesTheSameBits()
    {
        string path = Path.Combine(folder, "model.safetensors");
        float[] flat = Example.Numbers<float>();
        SafetensorsWriter.Write<float>(path, Example.Model, flat, new Dictionary<string, string> { ["scale"] = "2 ü" });
        var read = new float[flat.Length];
        SafetensorsReader.Read<float>(path, Example.Model, read);
        Assert.Equal(flat, read);

        SafetensorsHeader header = SafetensorsReader.ReadHeader(path);
        Assert.Equal(Example.Model.Parameters.Select(p => p.Name), header.Tensors.Select(t => t.Name));
        Assert.Equal("2 ü", header.Metadata["scale"]);
        Assert.Equal("pt", header.Metadata["format"]);
        Assert.Equal(0, header.DataOffset % 8);
        Assert.Equal(["model.safetensors"], Directory.GetFiles(folder).Select(Path.GetFileName));
    }

    [Fact]
    public void MissingFolder_IsNamed()
    {
        string missing = Path.Combine(folder, "no", "model.safetensors");
        var error = Assert.Throws<DirectoryNotFoundException>(() => SafetensorsWriter.Write<float>(missing, Example.Model, Example.Numbers<float>()));
        Assert.Contains($"'{Path.Combine(folder, "no")}' does not exist", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Link_StaysALink_AndItsTargetIsWritten()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights on Windows.");
        string target = Path.Combine(folder, "target.safetensors"), link = Path.Combine(folder, "link.safetensors");
        File.WriteAllText(target, "old");
        File.CreateSymbolicLink(link, target);
        SafetensorsWriter.Write<float>(link, Example.Model, Example.Numbers<float>());
        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.NotEmpty(SafetensorsReader.ReadHeader(target).Tensors);
    }

    [Fact]
    public void DoubleModel_WritesF64AndReadsItBack()
    {
        double[] flat = Example.Numbers<double>();
        byte[] file = Example.File(flat);
        Assert.All(SafetensorsReader.ReadHeader(file).Tensors, t => Assert.Equal("F64", t.DType));
        var read = new double[flat.Length];
        SafetensorsReader.Read<double>(file, Example.Model, read);
        Assert.Equal(flat, read);
        var single = new float[flat.Length];
        SafetensorsReader.Read<float>(file, Example.Model, single);
        Assert.Equal(flat.Select(x => (float)x), single);
    }

    // The format read by its published description alone: 8 bytes, JSON, row-major little-endian numbers.
    [Fact]
    public void WrittenFile_ReadsByTheFormatsDescription()
    {
        float[] flat = Example.Numbers<float>();
        byte[] file = Example.File(flat);
        int length = (int)BitConverter.ToUInt64(file);
        using JsonDocument json = JsonDocument.Parse(file.AsMemory(8, length));
        long covered = 0;
        foreach (ParameterInfo parameter in Example.Model.Parameters)
        {
            JsonElement tensor = json.RootElement.GetProperty(parameter.Name);
            Assert.Equal("F32", tensor.GetProperty("dtype").GetString());
            Assert.Equal(parameter.Shape, tensor.GetProperty("shape").EnumerateArray().Select(e => e.GetInt32()));
            int begin = tensor.GetProperty("data_offsets")[0].GetInt32(), end = tensor.GetProperty("data_offsets")[1].GetInt32();
            covered += end - begin;
            int rows = parameter.Shape[0], columns = parameter.Shape.Length == 2 ? parameter.Shape[1] : 1;
            for (int i = 0; i < rows * columns; i++)
                Assert.Equal(flat[parameter.IndexOf(i / columns, i % columns)], BitConverter.ToSingle(file, 8 + length + begin + 4 * i));
        }

        Assert.Equal(file.Length - 8 - length, covered);
    }

    [Fact]
    public void PyTorchsStateDict_IsRead()
    {
        var read = new float[Example.Model.BufferLength];
        SafetensorsReader.Read<float>(Path.Combine(AppContext.BaseDirectory, "Oracles", "pytorch.safetensors"), Example.Model, read);
        foreach (ParameterInfo parameter in Example.Model.Parameters)
        {
            double[] expected = TrainingNumbers.Case("state_dict", parameter.Name).Numbers("numbers");
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal((float)expected[i], read[parameter.IndexOf(i / parameter.Layout.Columns, i % parameter.Layout.Columns)]);
        }
    }

    [Theory]
    [InlineData("F16", 2)]
    [InlineData("BF16", 2)]
    public void HalfPrecisionFiles_AreConverted(string dtype, int size)
    {
        float[] flat = Example.Numbers<float>();
        var header = new StringBuilder("{");
        var data = new List<byte>();
        var expected = new float[flat.Length];
        foreach (ParameterInfo parameter in Example.Model.Parameters)
        {
            int columns = parameter.Layout.Columns, begin = data.Count;
            for (int i = 0; i < parameter.Count; i++)
            {
                long index = parameter.IndexOf(i / columns, i % columns);
                ushort bits = dtype == "F16" ? BitConverter.HalfToUInt16Bits((Half)flat[index]) : (ushort)(BitConverter.SingleToUInt32Bits(flat[index]) >> 16);
                data.AddRange(BitConverter.GetBytes(bits));
                expected[index] = dtype == "F16" ? (float)(Half)flat[index] : BitConverter.UInt32BitsToSingle((uint)bits << 16);
            }

            header.Append(CultureInfo.InvariantCulture, $"{(begin == 0 ? "" : ",")}\"{parameter.Name}\":{{\"dtype\":\"{dtype}\",\"shape\":[{string.Join(',', parameter.Shape)}],\"data_offsets\":[{begin},{data.Count}]}}");
        }

        byte[] file = [.. Example.File(header + "}", 0), .. data];
        Assert.Equal(file.Length - 8 - header.Length - 1, (int)Example.Model.ParameterCount * size);
        var read = new float[flat.Length];
        SafetensorsReader.Read<float>(file, Example.Model, read);
        Assert.Equal(expected, read);
    }

    [Fact]
    public void FailedWrite_LeavesTheOldFileAndNoOther()
    {
        string path = Path.Combine(folder, "model.safetensors");
        File.WriteAllText(path, "old");
        var taken = new Dictionary<string, string> { ["format"] = "mine" };
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write<float>(path, Example.Model, Example.Numbers<float>(), taken));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(folder));
        SafetensorsWriter.Write<float>(path, Example.Model, Example.Numbers<float>());
        Assert.Single(Directory.GetFiles(folder));
        SafetensorsReader.ReadHeader(path);
    }

    [Fact]
    public void MissingFile_IsSaidAsEverywhere() =>
        Assert.Throws<FileNotFoundException>(() => SafetensorsReader.Read<float>(Path.Combine(folder, "none"), Example.Model, Example.Numbers<float>()));
}

using System.Runtime.InteropServices;
using Xunit;

namespace FastSeq.Tests.Quantized;

/// <summary>However a quantised model gets its weights, they are those of the same layers in float32, packed.</summary>
public sealed class LoadTests
{
    private static readonly float[] Inputs = [.. Enumerable.Range(0, 6 * LstmStream.InputSize).Select(i => MathF.Sin(i))];

    [Fact]
    public void Seed_FileBytesAndParameters_GiveTheSameModel()
    {
        var model = new LstmStream(seed: 7);
        float[] expected = Predict(LstmStreamInt8.FromParameters(model.Parameters));
        string path = Path.GetTempFileName();
        try
        {
            model.Save(path);
            SameBits(expected, Predict(LstmStreamInt8.Load(path)));
            SameBits(expected, Predict(LstmStreamInt8.Load(File.ReadAllBytes(path))));
        }
        finally
        {
            File.Delete(path);
        }

        SameBits(expected, Predict(new LstmStreamInt8(seed: 7)));
        SameBits(expected, Predict(LstmStreamInt8.Create(seed: 7)));
        Assert.NotEqual(expected, Predict(new LstmStreamInt8(seed: 8)));
    }

    [Fact]
    public void FileOfOtherLayers_IsAnError() =>
        Assert.Throws<CheckpointException>(() => LstmStreamInt8.Load([1, 2, 3]));

    [Fact]
    public void Info_TellsTheFormat()
    {
        Assert.Equal(
            (WeightFormat.Float32, WeightFormat.BFloat16, WeightFormat.Int8),
            (LstmStream.ModelInfo.Weights, LstmStreamBFloat16.ModelInfo.Weights, LstmStreamInt8.ModelInfo.Weights));
        Assert.EndsWith("single precision, Int8 weights", LstmStreamInt8.ModelInfo.ToString(), StringComparison.Ordinal);
        Assert.Equal(LstmStream.ModelInfo.BufferLength, LstmStreamInt8.ModelInfo.BufferLength);
    }

    private static float[] Predict(LstmStreamInt8 model)
    {
        using LstmStreamInt8.Run run = model.CreateRun(1, 6);
        var outputs = new float[6 * LstmStreamInt8.OutputSize];
        run.Predict(Inputs, outputs);
        return outputs;
    }

    private static void SameBits(float[] expected, float[] actual) =>
        Assert.True(MemoryMarshal.Cast<float, int>(expected).SequenceEqual(MemoryMarshal.Cast<float, int>(actual)));
}

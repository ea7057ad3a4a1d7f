using System.Text;
using FastSeq.Tests.Models;
using FastSeq.Tests.Quantized;
using Xunit;

namespace FastSeq.Tests.Checkpoints;

/// <summary>A parameter of two layers is once in our files, and once or twice in those of others.</summary>
public sealed class TiedFileTests
{
    private static readonly TiedLanguageModel Model = new(seed: 3);

    private static readonly int[] Tokens = [1, 69, 0, 64, 63];

    [Fact]
    public void SavedFile_HasTheTableOnce()
    {
        string text = Encoding.Latin1.GetString(File());
        Assert.Contains("\"embedding.weight\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"linear2.weight\"", text, StringComparison.Ordinal);
        Assert.Equal(Model.Parameters, TiedLanguageModel.Load(File()).Parameters);
    }

    [Fact]
    public void EitherName_AndBothEqual_AreRead()
    {
        Assert.Equal(Model.Parameters, TiedLanguageModel.Load(Renamed(File())).Parameters);
        Assert.Equal(Model.Parameters, TiedLanguageModel.Load(WithBoth(change: false)).Parameters);
    }

    [Fact]
    public void DifferentTensors_AreAnError()
    {
        var error = Assert.Throws<CheckpointException>(() => TiedLanguageModel.Load(WithBoth(change: true)));
        Assert.Contains("'embedding.weight' and 'linear2.weight' differ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BFloat16_HasTheWeightsOfTheSameFile()
    {
        float[] expected = new float[Tokens.Length * 70], outputs = new float[Tokens.Length * 70];
        using TiedLanguageModel.Run run = Model.CreateRun(1, Tokens.Length);
        using TiedBFloat16.Run packed = TiedBFloat16.Load(File()).CreateRun(1, Tokens.Length);
        run.Predict(Tokens, expected);
        packed.Predict(Tokens, outputs);
        for (int i = 0; i < outputs.Length; i++) Assert.Equal(expected[i], outputs[i], 0.02f);
    }

    [Fact]
    public void Training_MovesOneParameter()
    {
        var model = new TiedLanguageModel(seed: 5);
        using TiedLanguageModel.Run run = model.CreateRun(1, Tokens.Length);
        var batch = new SequenceBatch<int, int>(Tokens, [Tokens.Length], [69, 0, 64, 63, 2]);
        float first = run.Forward(batch, training: true);
        run.Backward();
        run.Update(new Sgd(0.5));
        Assert.True(run.Forward(batch, training: true) < first);
        Assert.Equal((70 * 12) + (3 * 20 * (12 + 20 + 2)) + (12 * 21) + 70, TiedLanguageModel.ModelInfo.ParameterCount);
    }

    private static byte[] File()
    {
        string path = Path.GetTempFileName();
        try
        {
            Model.Save(path);
            return System.IO.File.ReadAllBytes(path);
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    /// <summary>The file with the table under the name of the linear layer; of the same length, blanks before the colon.</summary>
    private static byte[] Renamed(byte[] file)
    {
        const string Old = "\"embedding.weight\"", New = "\"linear2.weight\"  ";
        int at = Encoding.Latin1.GetString(file).IndexOf(Old, StringComparison.Ordinal);
        Encoding.Latin1.GetBytes(New).CopyTo(file, at);
        return file;
    }

    /// <summary>The file with the table under both names, the second one behind all other tensors.</summary>
    private static byte[] WithBoth(bool change)
    {
        byte[] file = File();
        int headerLength = (int)BitConverter.ToInt64(file);
        string header = Encoding.Latin1.GetString(file, 8, headerLength).TrimEnd();
        byte[] data = file[(8 + headerLength)..];
        byte[] table = new byte[70 * 12 * sizeof(float)];
        var values = new float[70 * 12];
        TiedLanguageModel.ModelInfo.Parameters[0].CopyTo(Model.Parameters, values);
        if (change) values[^1] += 1;
        Buffer.BlockCopy(values, 0, table, 0, table.Length);
        string both = header[..^1] + $",\"linear2.weight\":{{\"dtype\":\"F32\",\"shape\":[70,12],\"data_offsets\":[{data.Length},{data.Length + table.Length}]}}}}";
        both = both.PadRight((both.Length + 7) / 8 * 8);
        return [.. BitConverter.GetBytes((long)both.Length), .. Encoding.Latin1.GetBytes(both), .. data, .. table];
    }
}

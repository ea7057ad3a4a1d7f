using FastSeq.Cli.Tests.Support;

namespace FastSeq.Cli.Tests.Commands;

public class InspectTests
{
    static async Task<CliResult> Inspect(byte[] file)
    {
        using var folder = new CliFolder();
        File.WriteAllBytes(folder.PathOf("some.safetensors"), file);
        return await CliFolder.Run("inspect", folder.PathOf("some.safetensors"));
    }

    [Fact]
    public async Task AnyFile_IsListed()
    {
        CliResult result = await Inspect(SafetensorsBytes.Of(
            """{"__metadata__":{"format":"pt","who":"me"},"a.weight":{"dtype":"BF16","shape":[100,3],"data_offsets":[0,600]},"b":{"dtype":"I64","shape":[],"data_offsets":[600,608]}}""", 608));
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal("""
            tensor    type  shape     numbers   size
            a.weight  BF16  [100, 3]      300  600 B
            b         I64   []              1    8 B
            2 tensors, 301 numbers, 608 B
            format = pt
            who = me

            """.ReplaceLineEndings("\n"), result.Output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task NamesThatSteerTerminals_AreDefused()
    {
        CliResult result = await Inspect(SafetensorsBytes.Of("""{"a\u001b[31m":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1));
        Assert.Contains("a?[31m", result.Output);
        Assert.DoesNotContain('\u001b', result.Output);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4)]
    [InlineData("no json", 0)]
    [InlineData("""{"a":""", 0)]
    public async Task BrokenFiles_GiveOneError(string header, int dataLength)
    {
        CliResult result = await Inspect(SafetensorsBytes.Of(header, dataLength));
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("error: some.safetensors:", result.Error);
    }

    [Fact]
    public async Task MissingFileAndFolder_AreNamed()
    {
        CliResult result = await CliFolder.Run("inspect", Path.Combine(Path.GetTempPath(), "no-such-file.safetensors"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("there is no file", result.Error);
        Assert.Contains("is a folder", (await CliFolder.Run("inspect", Path.GetTempPath())).Error);
    }
}

using FastSeq.Cli.Tests.Support;

namespace FastSeq.Cli.Tests.Commands;

public class DevicesTests
{
    [Fact]
    public async Task Devices_SaysWhatThereIsOrWhatIsMissing()
    {
        CliResult result = await CliFolder.Run("devices");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Matches("^(device +name|There is no NVIDIA driver|The NVIDIA driver )", result.Output);
    }
}

namespace FastSeq.Cli.Tests.Support;

/// <summary>What a run of the command line came to.</summary>
sealed record CliResult(int ExitCode, string Output, string Error)
{
    public string LastLine => Output.TrimEnd().Split('\n')[^1].TrimEnd();
}

/// <summary>Runs the command line in this process, in a folder of its own that goes when the test ends.</summary>
sealed class CliFolder : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fastseq-cli-tests-");

    public string PathOf(string name) => Path.Combine(folder.FullName, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    public string[] Files => [.. folder.GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal)];

    public static async Task<CliResult> Run(params string[] args) => await Run(CancellationToken.None, args);

    public static async Task<CliResult> Run(CancellationToken cancellationToken, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = await CommandLine.RunAsync(args, output, error, cancellationToken);
        return new CliResult(exitCode, output.ToString(), error.ToString());
    }

    public void Dispose() => folder.Delete(recursive: true);
}

using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace FastSeq.Cuda.Tests.Support;

/// <summary>Libraries are loaded once a process: a test of what is found or missing runs its assertions in a process of its own, started for that one test.</summary>
static class Child
{
    const string Variable = "FASTSEQ_TEST_CHILD", Succeeded = "The test has succeeded.";

    /// <summary>Whether this process was started for one test.</summary>
    public static bool IsThis => Environment.GetEnvironmentVariable(Variable) is not null;

    /// <summary>In the process of all tests: starts one for the test that calls. In that process: does the work.</summary>
    /// <param name="test">The class of the test.</param>
    /// <param name="variables">The environment of the process.</param>
    /// <param name="work">What to do in it.</param>
    /// <param name="name">The test, which the compiler writes.</param>
    public static async Task Run(Type test, Dictionary<string, string?> variables, Action work, [CallerMemberName] string name = "")
    {
        if (IsThis)
        {
            work();
            return;
        }

        FakeCuda.SkipIfMissing();
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = AppContext.BaseDirectory };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(test.Assembly.Location);
        foreach (string argument in new[] { test.FullName!, name }) start.ArgumentList.Add(argument);
        foreach ((string variable, string? value) in variables) start.Environment[variable] = value;
        start.Environment[Variable] = "1";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Xunit.Assert.True(process.ExitCode == 0 && output.EndsWith($"{Succeeded}\n", StringComparison.Ordinal), $"{output}\n{await errors}");
    }

    /// <summary>In such a process: runs its test, without all that finds tests and reports about them, which would take longer than most of the tests.</summary>
    /// <returns>The exit code of the process.</returns>
    public static async Task<int> RunTest(string type, string name)
    {
        try
        {
            Type test = typeof(Child).Assembly.GetType(type, throwOnError: true)!;
            object instance = Activator.CreateInstance(test)!;
            using (instance as IDisposable) await (Task)test.GetMethod(name)!.Invoke(instance, null)!;
            Console.WriteLine(Succeeded);
            return 0;
        }
        catch (Exception exception)
        {
            Console.WriteLine(exception);
            return 1;
        }
    }

    /// <summary>A folder with some of the fake libraries and other files, which go when the test ends.</summary>
    public static LibraryFolder FolderOf(params string[] libraries) => new(libraries);
}

/// <summary>A folder with some of the fake libraries.</summary>
sealed class LibraryFolder : IDisposable
{
    readonly DirectoryInfo? _folder;

    public LibraryFolder(string[] libraries)
    {
        if (Child.IsThis || FakeCuda.Missing is not null) return;
        _folder = Directory.CreateTempSubdirectory("fastseq-fake-cuda-");
        foreach (string library in libraries) File.Copy(Path.Combine(FakeCuda.Folder, library), Path.Combine(FullName, library));
    }

    public string FullName => _folder?.FullName ?? "";

    public void Write(string name, string text)
    {
        if (_folder is not null) File.WriteAllText(Path.Combine(FullName, name), text);
    }

    public void Dispose() => _folder?.Delete(recursive: true);
}

using FastSeq.Cuda.Benchmarks;
using FastSeq.Cuda.Tests.Support;

namespace FastSeq.Cuda.Tests.Bench;

/// <summary>bench/cuda, as far as it runs without a GPU.</summary>
public sealed class BenchTests : CudaTest
{
    static readonly string s_examples = Path.Combine(AppContext.BaseDirectory, "Bench");

    [Fact]
    public void Check_ComparesEveryModel()
    {
        (int exitCode, string output, string error) = Run("check", "--short");
        Assert.Equal((0, ""), (exitCode, error));
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Equal("all 15 models agree with the processor", lines[^1]);
        Assert.All(lines[..^1], line => Assert.Matches(@"^ok    \w+ +loss .* outputs .* gradients .* losses of 10 training steps \d\S*  3 epochs of a trainer \d", line));
    }

    [Fact]
    public void Check_FailsWhereNumbersDiffer()
    {
        (int exitCode, string output, _) = Run("check", "--short", "--only", "TanhRnn", "--tolerance", "0");
        Assert.Equal(1, exitCode);
        Assert.StartsWith("FAIL  TanhRnn ", output);
        Assert.EndsWith("1 of 1 models do not agree with the processor\n", output);
    }

    [Fact]
    public void Check_FailsWhereTheDeviceDoes()
    {
        FakeCuda.Fail("cublasSgemm_v2", 13, after: 3);
        (int exitCode, string output, _) = Run("check", "--short", "--only", "TanhRnn");
        Assert.Equal(1, exitCode);
        Assert.Contains("FAIL  TanhRnn          cuBLAS: cublasSgemm_v2 failed with status 13", output);
    }

    [Fact]
    public void TimesOfTheDevice_AreWrittenAndJoined()
    {
        string folder = Directory.CreateTempSubdirectory("fastseq-bench-").FullName, file = Path.Combine(folder, "rows.jsonl");
        try
        {
            Assert.Equal(0, Run("peak", "--tiny", "--json", file).ExitCode);
            (int exitCode, string output, _) = Run("time", "--tiny", "--only", "lstm-64x", "--rounds", "2", "--json", file);
            Assert.Equal(0, exitCode);
            Assert.Equal(7, output.TrimEnd().Split('\n').Length);
            List<BenchRow> rows = BenchRow.Read(file);
            Assert.Equal((1, 4, 6), (rows.Count(row => row.Side == "machine"), rows.Count(row => row.Side == "peak"), rows.Count(row => row.Side == "fastseq")));
            Assert.All(rows.Where(row => row.Side == "fastseq"), row => Assert.True(row is { Milliseconds.Length: 2, Batch: 2, TimeSteps: 3 } && row.Milliseconds.All(time => time > 0)));
            Assert.Equal(ProductPrecision.Float32, CudaDevice.Default.ProductPrecision);
            (exitCode, output, _) = Run("join", file);
            Assert.Equal(0, exitCode);
            Assert.Equal(6, output.Split('\n').Count(line => line.StartsWith("lstm-64x128x256 ", StringComparison.Ordinal)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void WorkloadThatFails_IsARowWithoutTimes()
    {
        FakeCuda.Fail("cuMemAlloc_v2", 2, after: 9);
        (int exitCode, string output, _) = Run("time", "--tiny", "--only", "lstm-64x", "--precision", "tf32");
        Assert.Equal(1, exitCode);
        Assert.Contains("\nlstm-64x128x256, training, tf32: the CUDA driver: cuMemAlloc_v2 failed", output);
        Assert.Matches(@"inference +tf32 +[\d.]+\n", output);
    }

    [Fact]
    public void Crossover_NamesTheFaster()
    {
        (int exitCode, string output, _) = Run("crossover", "--tiny", "--only", "lstm64", "--threads", "1");
        Assert.Equal(0, exitCode);
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Equal("LSTM of two layers, 2 time steps, ms a step; the processor has 1 threads", lines[0]);
        Assert.All(lines[2..], line => Assert.Matches(@"^(training|inference) +64 +[14] +[\d.]+ +[\d.]+ +(device|processor)$", line));
        Assert.Equal(6, lines.Length);
    }

    [Fact]
    public void Join_TakesMediansAndShares()
    {
        (int exitCode, string output, _) = Run("join", Path.Combine(s_examples, "example.jsonl"), Path.Combine(s_examples, "example-peer.jsonl"));
        Assert.Equal(0, exitCode);

        // Products: 8,192 rows of 2 * 851,968, three times but for the gradient by the features (1.07e9): 4.08e10 at 5e13 a second are 0.816 ms, 33 % of 2.5.
        // Inference: 1.40e10 at 4e14 are 0.0349 ms; moved are 3.4 + 2.1 + 33.6 MB at 3 TB/s, 0.013 ms.
        Assert.Equal(
            """
            device Example GPU, cuBLAS 12.8.4
            PyTorch 2.9.0, peer cuda
            workload         mode       precision  ours ms  cuDNN ms  ratio  roofline  cuDNN's
            lstm-64x128x256  training   float32       2.50      5.00   2.00      33 %     16 %
            lstm-64x128x256  inference  tf32         0.500         -      -       7 %        -
            gru-256x128x512  inference  bf16             -      2.00      -         -        -
            ratio: cuDNN's time by ours, above 1 where ours is shorter; roofline: the least time that the device's measured peaks allow, by ours and by cuDNN's.
            fastseq, gru-256x128x512, inference, bf16: the CUDA driver: no memory

            """.ReplaceLineEndings("\n"),
            output);
    }

    [Theory]
    [InlineData(2, "Unrecognized command or argument 'measure'.", "measure", "--tiny")]
    [InlineData(2, "Unrecognized command or argument '--fast'.", "check", "--fast", "1")]
    [InlineData(2, "Unrecognized command or argument '--rounds'.", "check", "--rounds", "2")]
    [InlineData(2, "Required argument missing for option: '--rounds'.", "time", "--rounds")]
    [InlineData(2, "--rounds 0 must be a whole number from 1 to 1,000,000.", "time", "--rounds", "0")]
    [InlineData(2, "--steps ten must be a whole number from 1 to 1,000,000.", "time", "--steps", "ten")]
    [InlineData(2, "--precision: Argument 'fp8' not recognized. Must be one of: 'float32' 'tf32' 'bf16'.", "time", "--precision", "fp8")]
    [InlineData(2, "--tolerance -1 must be 0 or more.", "check", "--tolerance", "-1")]
    [InlineData(2, "--json: there is no folder to write '/no/folder/rows.jsonl' into; make it first.", "peak", "--json", "/no/folder/rows.jsonl")]
    [InlineData(2, "Required argument 'FILE' missing for command: 'join'.", "join")]
    [InlineData(1, "No model has 'nothing' in its name; there are PlainLstm", "check", "--only", "nothing")]
    [InlineData(1, "No workload has 'nothing' in its name; there are lstm-64x128x256", "time", "--only", "nothing")]
    public void WrongCommandLine_IsOneError(int expected, string message, params string[] args)
    {
        (int exitCode, string output, string error) = Run(args);
        Assert.Equal((expected, ""), (exitCode, output));
        Assert.StartsWith($"error: {message}", error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("check", "--short", "--only <TEXT>", "--tolerance <X>", "[default: 1]")]
    [InlineData("time", "--only <TEXT>", "--precision <bf16|float32|tf32>", "--rounds <N>", "--steps <N>", "--warm-up <N>", "--tiny", "--json <FILE>")]
    [InlineData("crossover", "--only <TEXT>", "--threads <N>", "--warm-up <N>", "--tiny", "--json <FILE>")]
    [InlineData("peak", "--tiny", "--json <FILE>")]
    [InlineData("join", "<FILE>")]
    public void Help_NamesTheOptions(string verb, params string[] options)
    {
        (int exitCode, string output, string error) = Run(verb, "--help");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.All(options, option => Assert.Contains(option, output));
    }

    [Fact]
    public void NoVerb_IsAnsweredByHelp()
    {
        (int exitCode, string output, string error) = Run();
        Assert.Equal((2, ""), (exitCode, output));
        Assert.All(["check", "time", "crossover", "peak", "join"], verb => Assert.Contains($"\n  {verb} ", error));
    }

    [Fact]
    public void FileThatHoldsNoRows_IsNamed()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "{\"side\":\"peak\"}\nnonsense\n");
        (int exitCode, _, string error) = Run("join", file);
        File.Delete(file);
        Assert.Equal(1, exitCode);
        Assert.StartsWith($"error: {file}: line 2 is no row of results: ", error);
    }

    [Fact]
    public async Task MissingDriver_IsOneSentence()
    {
        using LibraryFolder folder = Child.FolderOf();
        await Child.Run(typeof(BenchTests), new() { [FakeCuda.PathVariable] = folder.FullName }, () =>
        {
            foreach (string verb in new[] { "check", "time", "crossover", "peak" }) Assert.Equal((1, "", $"error: {CudaDevice.Missing}\n"), Run(verb));
        });
    }

    static (int ExitCode, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        return (BenchProgram.Run(args, output, error), output.ToString(), error.ToString());
    }
}

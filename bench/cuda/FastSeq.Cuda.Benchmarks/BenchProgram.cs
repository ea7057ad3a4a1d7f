using FastSeq.Cuda.Benchmarks.Check;
using FastSeq.Cuda.Benchmarks.Timing;

namespace FastSeq.Cuda.Benchmarks;

/// <summary>The verbs, and what their errors and exit codes have in common.</summary>
static class BenchProgram
{
    const string Usage = """
        fastseq-cuda-bench VERB [options]

        check       losses, outputs, gradients and a training of models of all kinds, on the device against the processor
                      --short           smaller batches and fewer steps, as under a sanitizer
                      --only TEXT       models whose names have the text
                      --tolerance X     multiplies what may differ (default 1)
        time        training steps and inference on the device; a table, and a JSON object for each row
                      --only TEXT       workloads whose names have the text
                      --precision P     float32, tf32 or bf16 (default: all)
                      --rounds N        a time is the median of the rounds (default 5)
                      --steps N         steps of a round (default 10), after --warm-up N of them (default 3)
                      --json FILE       where to add the rows
                      --tiny            two sequences of three time steps: to see whether it runs
        crossover   the same model on the processor and on the device, by batch and hidden size
                      --threads N       the threads of the processor (default: all)
                      --only TEXT, --json FILE, --tiny as above
        peak        what the device does at most: a large product in each precision, a copy
                      --json FILE, --tiny as above
        join FILE...  times of both sides, as "time" and peer.py wrote them, and peaks, in one table
        """;

    /// <summary>Runs a verb.</summary>
    /// <returns>0, 1 where something failed, 2 for a wrong command line.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        try
        {
            Options options = Options.Parse(args.AsSpan(Math.Min(1, args.Length)));
            switch (args.FirstOrDefault())
            {
                case "check":
                    ThrowIfMissing();
                    return CheckCommand.Run(options, output) ? 0 : 1;
                case "time":
                    ThrowIfMissing();
                    return TimeCommand.Run(options, output) ? 0 : 1;
                case "crossover":
                    ThrowIfMissing();
                    return CrossoverCommand.Run(options, output) ? 0 : 1;
                case "peak":
                    ThrowIfMissing();
                    PeakCommand.Run(options, output);
                    return 0;
                case "join":
                    JoinCommand.Run(options, output);
                    return 0;
                default:
                    error.WriteLine(Usage);
                    return 2;
            }
        }
        catch (OptionException exception)
        {
            error.WriteLine($"error: {exception.Message}");
            return 2;
        }
        catch (Exception exception) when (exception is BenchException or CudaException or NotSupportedException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"error: {exception.Message}");
            return 1;
        }
    }

    static void ThrowIfMissing()
    {
        if (CudaDevice.Missing is { } missing) throw new BenchException(missing);
    }
}

/// <summary>Something that this machine lacks, or a file that is none of ours.</summary>
sealed class BenchException(string message) : Exception(message);

/// <summary>A wrong command line.</summary>
sealed class OptionException(string message) : Exception(message);

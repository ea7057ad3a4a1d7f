using FastSeq.Tests.Training;
using Xunit;

namespace FastSeq.Tests.Runs;

/// <summary>A run that has nothing to say, or is asked for too much, says so.</summary>
[Collection(nameof(AloneCollection))]
public sealed class RunStateTests
{
    private static readonly float[] Inputs = new float[4 * Forecaster.InputSize];

    private readonly Forecaster model = new(seed: 1);

    [Fact]
    public void Outputs_NeedAForward()
    {
        using Forecaster.Run run = model.CreateRun(1, 4);
        Assert.Throws<InvalidOperationException>(() => run.Outputs.Length);
        Assert.Throws<InvalidOperationException>(() => run.Metric);
        Assert.Throws<InvalidOperationException>(run.Backward);
    }

    [Fact]
    public void FailedForward_LeavesNothingOld()
    {
        using Forecaster.Run run = model.CreateRun(1, 4);
        run.Forward(new SequenceBatch<float, float>(Inputs, [4], new float[Forecaster.OutputSize]), training: true);
        Assert.Equal(Forecaster.OutputSize, run.Outputs.Length);
        Assert.Throws<ArgumentException>(() => run.Forward(new SequenceBatch<float, float>(Inputs, [3], new float[Forecaster.OutputSize]), training: true));
        Assert.Throws<InvalidOperationException>(() => run.Outputs.Length);
        Assert.Throws<InvalidOperationException>(run.Backward);
    }

    [Fact]
    public void Metric_AfterPredict_IsAnError()
    {
        using Forecaster.Run run = model.CreateRun(1, 4);
        run.Forward(new SequenceBatch<float, float>(Inputs, [4], new float[Forecaster.OutputSize]), training: false);
        Assert.True(run.Metric >= 0);
        run.Predict(Inputs, new float[Forecaster.OutputSize]);
        Assert.Throws<InvalidOperationException>(() => run.Metric);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void DisposedRun_IsNamedInEveryCall(int threads)
    {
        Forecaster.Run run = model.CreateRun(1, 4, threads);
        run.Forward(new SequenceBatch<float, float>(Inputs, [4], new float[Forecaster.OutputSize]), training: true);
        run.Dispose();
        Assert.Contains("Run", Assert.Throws<ObjectDisposedException>(run.Backward).ObjectName, StringComparison.Ordinal);
        Assert.Contains("Run", Assert.Throws<ObjectDisposedException>(() => run.Predict(Inputs, new float[Forecaster.OutputSize])).ObjectName, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, int.MaxValue)]
    [InlineData(int.MaxValue, 1)]
    [InlineData(1 << 16, 1 << 16)]
    public void TooLargeRun_SaysWhatToDo(int maxBatch, int maxTimeSteps) =>
        Assert.Contains("smaller maxBatch or maxTimeSteps", Assert.Throws<ArgumentException>(() => model.CreateRun(maxBatch, maxTimeSteps)).Message, StringComparison.Ordinal);

    [Fact]
    public void ForgottenRuns_LetTheirThreadsGo()
    {
        int before = CountWorkers();
        MakeAndForget();
        for (int wait = 0; wait < 200 && CountWorkers() > before + 4; wait++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(20);
        }

        Assert.InRange(CountWorkers(), 0, before + 4);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private void MakeAndForget()
    {
        for (int i = 0; i < 20; i++)
        {
            model.CreateRun(1, 1, threads: 3).Predict(new float[Forecaster.InputSize], new float[Forecaster.OutputSize]);
        }
    }

    private static int CountWorkers() => System.Diagnostics.Process.GetCurrentProcess().Threads.Count;
}

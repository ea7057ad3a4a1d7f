using FastSeq.Cli.Quickstart;

namespace FastSeq.Cli.Tests.Quickstart;

public class NoPeekingTests
{
    static readonly double[] demand = DemandData.Load();

    // The series with everything from one half-hour on replaced by nonsense.
    static double[] OtherFuture(int from)
    {
        double[] other = [.. demand];
        for (int t = from; t < other.Length; t++) other[t] = 1000 + 37 * (t % 91);
        return other;
    }

    [Fact]
    public void TheSeries_IsTaylors()
    {
        Assert.Equal(4032, demand.Length);
        Assert.Equal((22262, 21756, 23132), (demand[0], demand[1], demand[^1]));
    }

    [Fact]
    public void InputsOfAHalfHour_KnowNothingFromItOn()
    {
        DemandScaling scaling = DemandScaling.Measure(demand.AsSpan(0, 3024));
        float[] inputs = DemandData.Inputs(demand, scaling);
        foreach (int t in new[] { 3024, 3030, 3555 })
        {
            int row = (t - DemandFeatures.FirstForecast + 1) * DemandFeatures.InputSize;
            float[] other = DemandData.Inputs(OtherFuture(t), scaling);
            Assert.Equal(inputs[..row], other[..row]);
            Assert.NotEqual(inputs[row..(row + DemandFeatures.InputSize)], other[row..(row + DemandFeatures.InputSize)]);
        }
    }

    [Fact]
    public void ForecastsOfADay_KnowNothingFromItsMidnightOn()
    {
        const int start = 3024;
        DemandScaling scaling = DemandScaling.Measure(demand.AsSpan(0, start));
        float[] outputs = new float[(demand.Length - DemandFeatures.FirstForecast) * DemandFeatures.Horizon];
        for (int i = 0; i < outputs.Length; i++) outputs[i] = i % 5 - 2;
        Forecasts here = Forecasts.OfNetwork(outputs, demand, scaling, start), other = Forecasts.OfNetwork(outputs, OtherFuture(start + 48), scaling, start);
        Assert.Equal(here.DayAhead[..96], other.DayAhead[..96]);
        Assert.NotEqual(here.DayAhead[96], other.DayAhead[96]);
        Assert.Equal(here.OneStep[..49], other.OneStep[..49]);
        Assert.NotEqual(here.OneStep[49], other.OneStep[49]);
    }

    [Fact]
    public void Targets_StayWithinTheTrainingPart()
    {
        const int start = 3024;
        DemandScaling scaling = DemandScaling.Measure(demand.AsSpan(0, start));
        WindowDataset<float, float> windows = DemandData.Windows(demand.AsSpan(0, start), scaling, window: 96, stride: 12);
        double[] residuals = DemandFeatures.Residuals(demand);
        int last = windows.Count - 1, firstRow = DemandFeatures.FirstForecast + windows.StartOf(last);
        Assert.True(firstRow + 95 + 47 < start);
        ReadOnlySpan<float> targets = windows.TargetOf(last);
        for (int row = 0; row < 96; row++)
        {
            for (int k = 0; k < 48; k++)
                Assert.Equal((float)((residuals[firstRow + row + k] - residuals[firstRow + row - 1]) / scaling.HorizonDeviations[k]), targets[row * 48 + k]);
        }
    }

    // What a network that foretells its targets exactly would forecast: the truth.
    [Fact]
    public void PerfectOutputs_GiveTheTruth()
    {
        const int start = 3024;
        DemandScaling scaling = DemandScaling.Measure(demand.AsSpan(0, start));
        double[] residuals = DemandFeatures.Residuals(demand);
        var outputs = new float[(demand.Length - DemandFeatures.FirstForecast) * DemandFeatures.Horizon];
        for (int t = start; t < demand.Length; t++)
        {
            for (int k = 0; k < 48 && t + k < demand.Length; k++)
                outputs[(t - DemandFeatures.FirstForecast) * 48 + k] = (float)(2 * (residuals[t + k] - residuals[t - 1]) / scaling.HorizonDeviations[k]);
        }

        Forecasts forecasts = Forecasts.OfNetwork(outputs, demand, scaling, start);
        Assert.InRange(forecasts.OneStepError(demand), 0, 1e-5);
        Assert.InRange(forecasts.DayAheadError(demand), 0, 1e-5);
    }

    [Fact]
    public void NaiveAndLastWeek_AreThePublishedFigures()
    {
        Assert.Equal(2.27, Forecasts.Naive(demand, 3024).OneStepError(demand), 2);
        Assert.Equal(2.36, Forecasts.LastWeek(demand, 3024).OneStepError(demand), 2);
        Assert.Equal(2.36, Forecasts.LastWeek(demand, 3024).DayAheadError(demand), 2);
    }

    [Fact]
    public void Scaling_SurvivesItsTexts()
    {
        DemandScaling scaling = DemandScaling.Measure(demand.AsSpan(0, 3024)), read = DemandScaling.FromMetadata(scaling.ToMetadata());
        Assert.Equal((scaling.LogMean, scaling.LogDeviation), (read.LogMean, read.LogDeviation));
        Assert.Equal(scaling.HorizonDeviations, read.HorizonDeviations);
    }
}

using FastSeq.Tests.Oracles;
using Xunit;

namespace FastSeq.Tests.Optimizers;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void Step_IsPyTorchs() => Follow("step", new StepSchedule(4, 0.3));

    [Fact]
    public void Cosine_IsPyTorchs() => Follow("cosine", new CosineSchedule(14, 0.01));

    [Fact]
    public void WarmUp_IsPyTorchs() => Follow("warm-up", new WarmUpSchedule(5, from: 0.2));

    [Fact]
    public void WarmUpThenCosine_IsPyTorchs() => Follow("warm-up then cosine", new WarmUpSchedule(4, new CosineSchedule(10), from: 0.25));

    [Fact]
    public void Constant_StaysTheSame() => Assert.Equal(0.5, new ConstantSchedule().At(0.5, 123.4));

    [Fact]
    public void WithinAnEpoch_StepWaitsAndTheOthersMove()
    {
        Assert.Equal(1, new StepSchedule(2, 0.1).At(1, 1.99));
        Assert.Equal(0.1, new StepSchedule(2, 0.1).At(1, 2.0), 1e-15);
        Assert.Equal(0.5, new CosineSchedule(3).At(1, 1.5), 1e-15);
        Assert.Equal(0.25, new WarmUpSchedule(2).At(1, 0.5), 1e-15);
    }

    [Fact]
    public void CosineAfterItsEnd_StaysAtTheMinimum() => Assert.Equal(0.01, new CosineSchedule(3, 0.01).At(1, 99), 1e-15);

    static void Follow(string name, LearningRateSchedule schedule)
    {
        double[] rates = TrainingNumbers.Case("schedules", name).Numbers("rates");
        for (int epoch = 0; epoch < rates.Length; epoch++) Assert.Equal(rates[epoch], schedule.At(0.25, epoch), 1e-12);
    }
}

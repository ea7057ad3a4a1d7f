using Xunit;

namespace FastSeq.Tests.Training;

public sealed class ParameterUpdateTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData(30.0, null)]
    [InlineData(30.0, 0.05)]
    public void NormClippingAndUpdate_AreThoseOfOneThread(double? clipNorm, double? clipValue)
    {
        (List<double> norms, float[] parameters) = ByHand(clipNorm, clipValue);
        foreach (int threads in new[] { 1, 2, 3, 5 })
        {
            var model = new WideModel();
            var found = new List<double>();
            using var trainer = new Trainer<WideModel>(model, new TrainerOptions
            {
                Optimizer = new AdamW(0.01), ClipNorm = clipNorm, ClipValue = clipValue, BatchSize = 1, Threads = threads, Progress = p => found.Add(p.GradientNorm),
            });
            trainer.Fit(new ArrayDataset<float, float>([.. Enumerable.Repeat(new float[1], 20)], new float[20]), epochs: 1).Single();
            Assert.Equal(norms, found);
            Assert.Equal(parameters, model.Parameters.ToArray());
        }
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData(30.0, 1)]
    [InlineData(30.0, 3)]
    public void UpdateOfARun_IsClippingAndStep(double? maxNorm, int threads)
    {
        (List<double> norms, float[] parameters) = ByHand(maxNorm, clipValue: null);
        var model = new WideModel();
        var optimizer = new AdamW(0.01);
        using SequenceRun<float, float, float> run = model.NewRun(1, 1, threads);
        var found = new List<double>();
        for (int step = 0; step < norms.Count; step++)
        {
            run.Forward(new SequenceBatch<float, float>([0], [1], [0]), training: true);
            run.Backward();
            found.Add(run.Update(optimizer, maxNorm));
        }

        Assert.Equal(norms, found);
        Assert.Equal(parameters, model.Parameters.ToArray());
    }

    [Fact]
    public void UpdateWithAGradientThatIsNoNumber_LeavesTheParameters()
    {
        var model = new WideModel();
        using SequenceRun<float, float, float> run = model.NewRun(1, 1, 1);
        run.Gradients.Fill(1);
        run.Gradients[77] = float.NaN;
        var error = Assert.Throws<InvalidOperationException>(() => run.Update(new Adam(0.01), maxNorm: 1));
        Assert.Contains("NaN", error.Message);
        Assert.Equal(-1, model.Parameters.IndexOfAnyExcept(0f));
        Assert.Throws<ArgumentOutOfRangeException>(() => run.Update(new Adam(0.01), maxNorm: 0));
    }

    // The public functions on the whole span, as a loop of one's own would call them.
    static (List<double> Norms, float[] Parameters) ByHand(double? clipNorm, double? clipValue)
    {
        var model = new WideModel();
        var optimizer = new AdamW(0.01);
        var norms = new List<double>();
        using SequenceRun<float, float, float> run = model.NewRun(1, 1, 1);
        for (int step = 0; step < 20; step++)
        {
            run.Forward(new SequenceBatch<float, float>([0], [1], [0]), training: true);
            run.Backward();
            norms.Add(Gradients.Norm<float>(run.Gradients));
            if (clipNorm is { } norm) Gradients.ClipByNorm(run.Gradients, norm);
            if (clipValue is { } value) Gradients.ClipByValue(run.Gradients, value);
            optimizer.Step(model.Parameters, run.Gradients);
        }

        return (norms, model.Parameters.ToArray());
    }
}

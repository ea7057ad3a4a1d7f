using System.Numerics;

namespace FastSeq.Cuda.Tests.Training;

/// <summary>Small problems for the models of this folder, and a batch of each.</summary>
static class Data
{
    /// <summary>The mean of the first feature over the last two time steps.</summary>
    public static ArrayDataset<float, float> Means(int count, int seed = 1, int longest = 7)
    {
        var random = new Random(seed);
        float[][] inputs = [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, 3 * random.Next(2, longest + 1)).Select(_ => (random.NextSingle() * 2) - 1).ToArray())];
        return new ArrayDataset<float, float>(inputs, [.. inputs.Select(x => (x[^3] + x[^6]) / 2)], 3);
    }

    /// <summary>At every time step, the token modulo 4.</summary>
    public static ArrayDataset<int, int> Tags(int count, int seed = 1)
    {
        var random = new Random(seed);
        int[][] inputs = [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(3000)).ToArray())];
        return new ArrayDataset<int, int>(inputs, [.. inputs.Select(tokens => tokens.Select(token => token % 4).ToArray())]);
    }

    /// <summary>The last token modulo 3.</summary>
    public static ArrayDataset<int, int> Ends(int count, int seed = 1)
    {
        var random = new Random(seed);
        int[][] inputs = [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(20)).ToArray())];
        return new ArrayDataset<int, int>(inputs, [.. inputs.Select(tokens => tokens[^1] % 3)]);
    }

    /// <summary>The sequences of a dataset as one batch.</summary>
    public static Batch<TInput, TTarget> BatchOf<TInput, TTarget>(SequenceDataset<TInput, TTarget> data, int inputSize)
        where TInput : unmanaged
        where TTarget : unmanaged
    {
        int[] all = [.. Enumerable.Range(0, data.Count)];
        return new([.. all.SelectMany(i => data.InputOf(i).ToArray())], [.. all.Select(i => data.InputOf(i).Length / inputSize)], [.. all.SelectMany(i => data.TargetOf(i).ToArray())]);
    }

    /// <summary>What a training gives, to the last bit: the numbers of its reports, and the parameters.</summary>
    public static double[] Fit<TModel, T, TInput, TTarget>(TModel model, Trainer<TModel> trainer, SequenceDataset<TInput, TTarget> data, int epochs, bool validates = true)
        where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TInput : unmanaged
        where TTarget : unmanaged
    {
        List<double> numbers = [];
        foreach (EpochReport report in trainer.Fit(data, validates ? data : null, epochs))
        {
            numbers.AddRange([report.Loss, report.Metric, report.GradientNorm, report.ValidationLoss ?? 0, report.ValidationMetric ?? 0]);
        }

        return [.. numbers, .. model.Parameters.ToArray().Select(double.CreateChecked)];
    }

    /// <summary>Numbers agree, relative to the largest of them.</summary>
    public static void Agree<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, double tolerance)
        where T : unmanaged, INumber<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 1e-30, worst = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(double.CreateChecked(expected[i])));
            double difference = Math.Abs(double.CreateChecked(expected[i] - actual[i]));
            worst = difference > worst || double.IsNaN(difference) ? difference : worst;
        }

        Assert.True(worst <= tolerance * largest, $"{worst / largest:e2} is more than {tolerance:e0}");
    }
}

/// <summary>A batch that can be kept.</summary>
sealed record Batch<TInput, TTarget>(TInput[] Inputs, int[] Lengths, TTarget[] Targets)
    where TInput : unmanaged
    where TTarget : unmanaged
{
    public SequenceBatch<TInput, TTarget> Sequences => new(Inputs, Lengths, Targets);
}

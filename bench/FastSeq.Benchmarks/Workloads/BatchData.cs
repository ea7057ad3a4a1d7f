namespace FastSeq.Benchmarks.Workloads;

/// <summary>One batch of equally long random sequences with targets, in the two orders that contenders read.</summary>
sealed class BatchData
{
    public BatchData(Network network, int batch, int timeSteps)
    {
        var random = new Random(11);
        Batch = batch;
        TimeSteps = timeSteps;
        Lengths = [.. Enumerable.Repeat(timeSteps, batch)];
        int steps = batch * timeSteps;
        Tokens = new int[network.TakesTokens ? steps : 0];
        for (int i = 0; i < Tokens.Length; i++)
            Tokens[i] = random.Next(network.Vocabulary);
        Features = Normal(random, network.TakesTokens ? 0 : steps * network.InputSize);

        int rows = network.OutputRows(batch, timeSteps);
        Labels = new int[network.CrossEntropy ? rows : 0];
        for (int i = 0; i < Labels.Length; i++)
            Labels[i] = random.Next(network.OutputSize);
        Targets = Normal(random, network.CrossEntropy ? 0 : rows * network.OutputSize);
    }

    public int Batch { get; }
    public int TimeSteps { get; }
    public int[] Lengths { get; }

    /// <summary>[B, T] or empty.</summary>
    public int[] Tokens { get; }

    /// <summary>[B, T, InputSize] or empty.</summary>
    public float[] Features { get; }

    /// <summary>One class an output row, sequences one after the other, or empty.</summary>
    public int[] Labels { get; }

    /// <summary>[output rows, OutputSize], or empty.</summary>
    public float[] Targets { get; }

    /// <summary>[B, T, width] -> [T, B, width], the order recurrent operators of the peers work in.</summary>
    public T[] TimeMajor<T>(T[] sequenceMajor)
    {
        int width = sequenceMajor.Length / (Batch * TimeSteps);
        var result = new T[sequenceMajor.Length];
        for (int b = 0; b < Batch; b++)
        {
            for (int t = 0; t < TimeSteps; t++)
                Array.Copy(sequenceMajor, ((b * TimeSteps) + t) * width, result, ((t * Batch) + b) * width, width);
        }

        return result;
    }

    /// <summary>[T, B, width] -> [B, T, width].</summary>
    public float[] SequenceMajor(float[] timeMajor)
    {
        int width = timeMajor.Length / (Batch * TimeSteps);
        var result = new float[timeMajor.Length];
        for (int t = 0; t < TimeSteps; t++)
        {
            for (int b = 0; b < Batch; b++)
                Array.Copy(timeMajor, ((t * Batch) + b) * width, result, ((b * TimeSteps) + t) * width, width);
        }

        return result;
    }

    static float[] Normal(Random random, int count)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return values;
    }
}

namespace FastSeq.Tests.Training;

/// <summary>Small problems that the models of this folder can learn.</summary>
static class Datasets
{
    /// <summary>The mean of the first feature over the last three time steps.</summary>
    public static ArrayDataset<float, float> Means(int count, int seed = 1, int longest = 12)
    {
        var random = new Random(seed);
        var inputs = new float[count][];
        var targets = new float[count];
        for (int i = 0; i < count; i++)
        {
            int length = random.Next(3, longest + 1);
            inputs[i] = [.. Enumerable.Range(0, 3 * length).Select(_ => random.NextSingle() * 2 - 1)];
            targets[i] = (inputs[i][^3] + inputs[i][^6] + inputs[i][^9]) / 3;
        }

        return new ArrayDataset<float, float>(inputs, targets, 3);
    }

    /// <summary>At every time step, the previous token modulo 4; 0 at the first. One sequence in ten is empty.</summary>
    public static ArrayDataset<int, int> PreviousTokens(int count, int seed = 1)
    {
        var random = new Random(seed);
        int[][] inputs = [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, i % 10 == 9 ? 0 : random.Next(1, 9)).Select(_ => random.Next(50)).ToArray())];
        return new ArrayDataset<int, int>(inputs, [.. inputs.Select(tokens => tokens.Select((_, t) => t == 0 ? 0 : tokens[t - 1] % 4).ToArray())]);
    }

    /// <summary>Which of three marker tokens comes somewhere in the sequence.</summary>
    public static ArrayDataset<int, int> Markers(int count, int seed = 1)
    {
        var random = new Random(seed);
        var labels = new int[count];
        var inputs = new int[count][];
        for (int i = 0; i < count; i++)
        {
            inputs[i] = [.. Enumerable.Range(0, random.Next(1, 15)).Select(_ => 50 * random.Next(1, 100))];
            labels[i] = random.Next(3);
            inputs[i][random.Next(inputs[i].Length)] = labels[i];
        }

        return new ArrayDataset<int, int>(inputs, labels);
    }
}

namespace FastSeq.Tests.Losses;

/// <summary>All paths of classes through a few time steps, one by one.</summary>
static class CtcPaths
{
    /// <summary>The probability of every sequence of labels, written with spaces.</summary>
    public static Dictionary<string, double> ProbabilitiesOfLabels(double[] x, int classes, int blank)
    {
        double[][] p = [.. x.Chunk(classes).Select(row => row.Select(logit => Math.Exp(logit) / row.Sum(Math.Exp)).ToArray())];
        var probabilities = new Dictionary<string, double>();
        foreach (int[] path in Paths(p.Length, classes))
        {
            string labels = string.Join(" ", path.Where((k, t) => k != blank && (t == 0 || path[t - 1] != k)));
            probabilities[labels] = probabilities.GetValueOrDefault(labels) + path.Select((k, t) => p[t][k]).Aggregate(1.0, (product, each) => product * each);
        }

        return probabilities;
    }

    static IEnumerable<int[]> Paths(int steps, int classes) => steps == 0
        ? [[]]
        : Paths(steps - 1, classes).SelectMany(path => Enumerable.Range(0, classes).Select(k => (int[])[.. path, k]));
}

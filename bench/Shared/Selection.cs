namespace FastSeq.Benchmarks.Shared;

/// <summary>What a command line chooses by a part of its name.</summary>
static class Selection
{
    /// <summary>Those whose names have a text.</summary>
    /// <param name="all">What there is.</param>
    /// <param name="nameOf">The name of each.</param>
    /// <param name="text">The text; all names have an empty one.</param>
    /// <param name="what">What one of them is called in the error.</param>
    /// <param name="comparison">Whether upper and lower case differ.</param>
    /// <exception cref="BenchException">None has.</exception>
    public static T[] ByName<T>(IReadOnlyCollection<T> all, Func<T, string> nameOf, string text, string what, StringComparison comparison)
    {
        T[] chosen = [.. all.Where(one => nameOf(one).Contains(text, comparison))];
        return chosen.Length > 0 ? chosen : throw new BenchException($"No {what} has '{text}' in its name; there are {string.Join("; ", all.Select(nameOf).Distinct())}.");
    }
}

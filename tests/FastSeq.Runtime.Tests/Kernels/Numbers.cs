using System.Numerics;

namespace FastSeq.Tests.Kernels;

/// <summary>Numbers for kernels to work on.</summary>
static class Numbers
{
    /// <summary>Numbers from -5 to 5, and some more behind the last, which a kernel must leave as they are.</summary>
    public static T[] Of<T>(int seed, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count + 70).Select(_ => T.CreateTruncating((random.NextDouble() - 0.5) * 10))];
    }
}

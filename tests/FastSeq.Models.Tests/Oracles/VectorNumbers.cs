using System.Numerics;
using System.Text;

namespace FastSeq.Tests.Oracles;

/// <summary>The inputs, targets and weights of the recorded vectors: <c>numbers</c> and <c>integers</c> of record.py, bit for bit (splitmix64 of fnv1a(name) and the index).</summary>
public static class VectorNumbers
{
    /// <summary>Numbers in [-scale, scale), scale a power of two: 24 bits, so exact in float and double alike.</summary>
    public static T[] Numbers<T>(string name, int count, double scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ulong seed = Fnv1A(name);
        var values = new T[count];
        for (int i = 0; i < count; i++)
        {
            double bits = SplitMix(seed, i) >> 40;
            values[i] = T.CreateChecked(((bits / (1 << 24)) - 0.5) * 2 * scale);
        }

        return values;
    }

    /// <summary>Integers from 0 to below - 1.</summary>
    public static int[] Integers(string name, int count, int below)
    {
        ulong seed = Fnv1A(name);
        return [.. Enumerable.Range(0, count).Select(i => (int)(SplitMix(seed, i) % (ulong)below))];
    }

    private static ulong Fnv1A(string name)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte b in Encoding.UTF8.GetBytes(name))
        {
            hash = (hash ^ b) * 0x100000001B3;
        }

        return hash;
    }

    private static ulong SplitMix(ulong seed, int index)
    {
        ulong z = seed + ((ulong)(index + 1) * 0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

using System.Numerics;
using FastSeq.Cells;
using FastSeq.Kernels;

namespace FastSeq.Tests.Equivalence;

/// <summary>
/// The masks that a run draws, for the reference to use the same. A mask is a function of (seed, number of the dropout in the model, iteration, element of all
/// rows), and a run's rows lie sorted: the longest sequence first, time step by time step.
/// </summary>
public static class DropoutMasks
{
    /// <summary>Gives every dropout of a reference its mask for a batch; none where there is no iteration (outside training).</summary>
    public static void Give<T>(ReferenceModel<double> reference, float[] probabilities, int[] lengths, ulong seed, long? iteration)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] longestFirst = [.. Enumerable.Range(0, lengths.Length).OrderByDescending(b => lengths[b])];
        uint stream = 0;
        int number = 0;
        bool afterLastStep = false;
        foreach (ReferenceLayer<double> layer in reference.Layers)
        {
            afterLastStep |= layer is LastStepLayer<double> or PoolingLayer<double> or AttentionPoolingLayer<double>;
            if (layer is not DropoutLayer<double> dropout)
            {
                continue;
            }

            float probability = probabilities[number++];
            dropout.Factor = null;
            if (probability > 0)
            {
                if (iteration is { } i)
                {
                    dropout.Factor = Factor<T>(afterLastStep ? [.. lengths.Select(_ => 1)] : lengths, longestFirst, dropout.OutputSize, seed, stream, i, probability);
                }

                stream++;
            }
        }
    }

    private static Func<int, int, int, double> Factor<T>(
        int[] rowsOf, int[] longestFirst, int size, ulong seed, uint stream, long iteration, float probability)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var ones = new T[rowsOf.Sum() * size];
        Array.Fill(ones, T.One);
        var mask = new T[ones.Length];
        DropoutMask.Apply<T>(seed, stream, (ulong)iteration, 0, ones, mask, probability);
        return (b, t, j) =>
        {
            int row = longestFirst.TakeWhile(other => other != b).Count(other => rowsOf[other] > t) + rowsOf.Sum(rows => Math.Min(rows, t));
            return double.CreateChecked(mask[(row * size) + j]);
        };
    }
}

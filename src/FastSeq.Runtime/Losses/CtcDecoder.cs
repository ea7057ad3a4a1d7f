using System.Numerics;

namespace FastSeq;

/// <summary>Reads labels out of the predictions of a model with <c>[Ctc]</c>.</summary>
public static class CtcDecoder
{
    /// <summary>The labels of the most probable path: the largest output of every time step, repetitions joined and blanks taken out. Allocates nothing.</summary>
    /// <param name="outputs">The outputs of one sequence, time steps × <paramref name="classes"/>.</param>
    /// <param name="classes">The outputs of a time step.</param>
    /// <param name="labels">Overwritten from the start; as many as time steps are always enough.</param>
    /// <param name="blank">The class that is the blank.</param>
    /// <returns>The number of labels.</returns>
    /// <exception cref="ArgumentException">A size is wrong, or there are more labels than room.</exception>
    public static int Greedy<T>(ReadOnlySpan<T> outputs, int classes, Span<int> labels, int blank = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckSizes(outputs.Length, classes, blank);
        var path = new CtcPath(labels, blank);
        for (int start = 0; start < outputs.Length; start += classes) path.Add(SoftmaxRows.IndexOfMax(outputs.Slice(start, classes)));
        return path.Count;
    }

    /// <summary>
    /// The most probable labels that prefix beam search finds (Hannun et al. 2014): unlike <see cref="Greedy{T}"/> it adds up the paths that become the same labels.
    /// Allocates its memory; <see cref="CtcBeamDecoder"/> keeps it from sequence to sequence.
    /// </summary>
    /// <param name="outputs">The outputs (logits) of one sequence, time steps × <paramref name="classes"/>.</param>
    /// <param name="classes">The outputs of a time step.</param>
    /// <param name="beamWidth">How many beginnings are kept from one time step to the next, at least 1.</param>
    /// <param name="labels">Overwritten from the start; as many as time steps are always enough.</param>
    /// <param name="logProbability">The logarithm of the probability of the labels, as far as their paths were kept.</param>
    /// <param name="blank">The class that is the blank.</param>
    /// <returns>The number of labels.</returns>
    /// <exception cref="ArgumentException">A size is wrong, or there are more labels than room.</exception>
    public static int Beam<T>(ReadOnlySpan<T> outputs, int classes, int beamWidth, Span<int> labels, out double logProbability, int blank = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckSizes(outputs.Length, classes, blank);
        return new CtcBeamDecoder(classes, Math.Max(1, outputs.Length / classes), beamWidth, blank).Decode(outputs, labels, out logProbability);
    }

    internal static void CheckSizes(int outputs, int classes, int blank)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        if ((uint)blank >= (uint)classes) throw new ArgumentOutOfRangeException(nameof(blank), blank, $"The blank must be one of the {classes} classes.");
        if (outputs % classes != 0) throw new ArgumentException($"{outputs} outputs are not whole time steps of {classes} classes.", nameof(outputs));
    }
}

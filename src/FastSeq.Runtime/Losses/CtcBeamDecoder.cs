using System.Numerics;

namespace FastSeq;

/// <summary>Prefix beam search (Hannun et al. 2014) with memory of its own: decoding allocates nothing. Not for use by two threads at a time.</summary>
/// <remarks>
/// Of every beginning of labels (prefix) the probabilities of its paths are added up, apart for those that end in a blank and those that end in its last label: a repeated label makes a
/// longer prefix only after a blank. After each time step the most probable prefixes are kept; of equal ones that which was there first.
/// </remarks>
public sealed class CtcBeamDecoder
{
    const int Stay = -1;

    readonly int classes, maxTimeSteps, blank;
    readonly CtcPrefixes prefixes;
    readonly double[] logs;
    readonly int[] parents, mergedBy;
    Beam[] beams;
    Beam[] found;
    int beamCount;

    /// <summary>Takes the memory.</summary>
    /// <param name="classes">The outputs of a time step.</param>
    /// <param name="maxTimeSteps">The most time steps of a sequence.</param>
    /// <param name="beamWidth">How many prefixes are kept from one time step to the next.</param>
    /// <param name="blank">The class that is the blank.</param>
    public CtcBeamDecoder(int classes, int maxTimeSteps, int beamWidth, int blank = 0)
    {
        CtcDecoder.CheckSizes(0, classes, blank);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTimeSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(beamWidth, 1);
        (this.classes, this.maxTimeSteps, this.blank) = (classes, maxTimeSteps, blank);
        prefixes = new CtcPrefixes(checked(1 + (maxTimeSteps * beamWidth)));
        logs = new double[classes];
        mergedBy = new int[classes];
        parents = new int[beamWidth];
        (beams, found) = (new Beam[beamWidth], new Beam[beamWidth]);
    }

    /// <summary>The most probable labels that were found.</summary>
    /// <param name="outputs">The outputs (logits) of one sequence, time steps × classes.</param>
    /// <param name="labels">Overwritten from the start; as many as time steps are always enough.</param>
    /// <param name="logProbability">The logarithm of the probability of the labels, as far as their paths were kept.</param>
    /// <returns>The number of labels.</returns>
    /// <exception cref="ArgumentException">A size is wrong, or there are more labels than room.</exception>
    public int Decode<T>(ReadOnlySpan<T> outputs, Span<int> labels, out double logProbability)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CtcDecoder.CheckSizes(outputs.Length, classes, blank);
        if (outputs.Length / classes > maxTimeSteps)
            throw new ArgumentException($"There are {outputs.Length / classes} time steps; this decoder was made for at most {maxTimeSteps}.", nameof(outputs));
        prefixes.Clear();
        beams[0] = new Beam(CtcPrefixes.Root, Stay, 0, double.NegativeInfinity);
        beamCount = 1;
        for (int start = 0; start < outputs.Length; start += classes)
        {
            TakeLogarithms(outputs.Slice(start, classes));
            Advance();
        }

        int best = 0;
        for (int i = 1; i < beamCount; i++)
        {
            if (beams[i].Score > beams[best].Score) best = i;
        }

        logProbability = beams[best].Score;
        return prefixes.CopyTo(beams[best].Prefix, labels);
    }

    void TakeLogarithms<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T max = SoftmaxRows.Max(x);
        double logSum = double.CreateTruncating(max) + Math.Log(SoftmaxRows.SumOfExponentials(x, max));
        for (int k = 0; k < classes; k++) logs[k] = double.CreateTruncating(x[k]) - logSum;
    }

    /// <summary>One time step: every prefix stays or grows by a label, and the best go on.</summary>
    void Advance()
    {
        int count = 0;
        for (int i = 0; i < beamCount; i++) prefixes.SetSlot(beams[i].Prefix, i);
        for (int i = 0; i < beamCount; i++)
        {
            Beam beam = beams[i];
            int last = prefixes.LabelOf(beam.Prefix);
            parents[i] = last < 0 ? -1 : prefixes.SlotOf(prefixes.ParentOf(beam.Prefix));
            double label = last < 0 ? double.NegativeInfinity : beam.Label + logs[last];

            // The prefix without its last label is kept too, and grows into this one.
            if (parents[i] >= 0) label = AddLogs(label, Growth(beams[parents[i]], last));
            Keep(new Beam(beam.Prefix, Stay, beam.Score + logs[blank], label), ref count);
        }

        Array.Fill(mergedBy, -1);
        for (int i = 0; i < beamCount; i++)
        {
            for (int j = 0; j < beamCount; j++)
            {
                if (parents[j] == i) mergedBy[prefixes.LabelOf(beams[j].Prefix)] = i;
            }

            for (int k = 0; k < classes; k++)
            {
                if (k != blank && mergedBy[k] != i) Keep(new Beam(beams[i].Prefix, k, double.NegativeInfinity, Growth(beams[i], k)), ref count);
            }
        }

        for (int i = 0; i < beamCount; i++) prefixes.SetSlot(beams[i].Prefix, -1);
        for (int i = 0; i < count; i++)
        {
            if (found[i].Next != Stay) found[i] = found[i] with { Prefix = prefixes.Grow(found[i].Prefix, found[i].Next), Next = Stay };
        }

        (beams, found, beamCount) = (found, beams, count);
    }

    /// <summary>The probability of the paths that go on with a label: after the same label only those that end in a blank.</summary>
    double Growth(in Beam beam, int label) => logs[label] + (label == prefixes.LabelOf(beam.Prefix) ? beam.Blank : beam.Score);

    /// <summary>Keeps a prefix among the best that were found, a heap with the worst on top.</summary>
    void Keep(in Beam beam, ref int count)
    {
        if (double.IsNegativeInfinity(beam.Score)) return;
        int place;
        if (count < found.Length)
        {
            place = count++;
            for (; place > 0 && found[(place - 1) / 2].Score > beam.Score; place = (place - 1) / 2) found[place] = found[(place - 1) / 2];
        }
        else
        {
            if (!(beam.Score > found[0].Score)) return;
            place = 0;
            for (int child = 1; child < count; child = (2 * place) + 1)
            {
                if (child + 1 < count && found[child + 1].Score < found[child].Score) child++;
                if (found[child].Score >= beam.Score) break;
                found[place] = found[child];
                place = child;
            }
        }

        found[place] = beam;
    }

    static double AddLogs(double a, double b)
    {
        double larger = Math.Max(a, b);
        return double.IsNegativeInfinity(larger) ? larger : larger + Math.Log(Math.Exp(a - larger) + Math.Exp(b - larger));
    }

    /// <param name="Prefix">The prefix.</param>
    /// <param name="Next">The label that it is about to grow by, or <see cref="Stay"/>.</param>
    /// <param name="Blank">The logarithm of the probability of its paths that end in a blank.</param>
    /// <param name="Label">That of its paths that end in its last label.</param>
    readonly record struct Beam(int Prefix, int Next, double Blank, double Label)
    {
        public double Score { get; } = AddLogs(Blank, Label);
    }
}

namespace FastSeq;

/// <summary>Which time steps the outputs of a convolution over time read: output n those from n·stride - zeros before on, dilation apart, as many as the kernel has.</summary>
/// <param name="KernelSize">The time steps that an output reads.</param>
/// <param name="Dilation">The time steps from one of them to the next.</param>
/// <param name="Stride">The time steps from one output to the next.</param>
/// <param name="Padding">Where there are zeros for the time steps that a sequence does not have.</param>
/// <param name="PaddingSize">How many on either side, where <see cref="FastSeq.Padding.Both"/> says so.</param>
public readonly record struct ConvolutionShape(int KernelSize, int Dilation, int Stride, Padding Padding, int PaddingSize)
{
    /// <summary>The time steps from the first that an output reads to the last.</summary>
    private int Reach => (KernelSize - 1) * Dilation;

    /// <summary>The outputs of a sequence: a longer one has as many or more.</summary>
    /// <param name="timeSteps">The time steps of the sequence, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeSteps"/> is below 0.</exception>
    public int OutputSteps(int timeSteps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(timeSteps);
        if (timeSteps == 0)
        {
            return 0;
        }

        // The first and the last place where a window may begin, counted from the first zero.
        int last = Padding switch
        {
            Padding.Valid => timeSteps - 1 - Reach,
            Padding.Both => timeSteps - 1 - Reach + (2 * PaddingSize),
            _ => timeSteps - 1,
        };
        return last < 0 ? 0 : (last / Stride) + 1;
    }

    /// <summary>The zeros before the first time step of a sequence.</summary>
    /// <param name="timeSteps">The time steps of the sequence.</param>
    internal int ZerosBefore(int timeSteps) => Padding switch
    {
        Padding.Causal => Reach,
        Padding.Valid => 0,
        Padding.Same => Math.Max(0, ((OutputSteps(timeSteps) - 1) * Stride) + Reach + 1 - timeSteps) / 2,
        _ => PaddingSize,
    };

    /// <summary>The most outputs of sequences that have so many time steps together.</summary>
    /// <param name="timeSteps">The time steps of all of them.</param>
    /// <param name="sequences">How many they are.</param>
    /// <param name="longest">The time steps of the longest that there can be.</param>
    internal int MostOutputs(long timeSteps, long sequences, int longest)
    {
        // A sequence has at most (T + more) / stride outputs.
        long more = Stride + Math.Max(-1, Padding == Padding.Both ? (2 * PaddingSize) - Reach - 1 : -1);
        return (int)Math.Min(Math.Min(sequences * OutputSteps(longest), (timeSteps + (sequences * more)) / Stride), int.MaxValue);
    }
}

namespace FastSeq;

/// <summary>
/// Connectionist temporal classification: the outputs of each time step are logits of labels and of a blank, and the loss is <c>-log</c> of the probability of all ways
/// to spread the labels of the target over the time steps (Graves et al. 2006), averaged over the sequences. Targets are <see cref="int"/> labels, as many as a sequence has;
/// they need no place in time. See <see cref="CtcLoss"/>, and <see cref="CtcDecoder"/> for reading labels out of predictions.
/// </summary>
public sealed class CtcAttribute : LossAttribute
{
    /// <summary>The output that is the blank: it separates equal labels and stands where there is none. No target has it.</summary>
    public int Blank { get; set; }

    /// <summary>
    /// Whether sequences too short for their labels count as a loss of 0 with a gradient of 0. Without it (the default) their loss is infinite, and training on them is an error.
    /// </summary>
    public bool ZeroInfinity { get; set; }
}

namespace FastSeq;

/// <summary>
/// Connectionist temporal classification (Graves et al. 2006): <c>-log Σ Π_t softmax(x_t)[π_t]</c> over all paths π of classes, one a time step, that become the labels
/// of the target when repetitions are joined and blanks are taken out. PyTorch's <c>CTCLoss</c> with its default mean.
/// </summary>
/// <remarks>
/// The loss of a sequence is divided by its number of labels (by 1 where it has none), and the mean is over the sequences. A target of n labels, r of them equal to the one before,
/// needs n + r time steps: with fewer the loss is infinite, or 0 where infinities are zeroed, and the gradient is 0. A sequence of no time steps and no labels has a loss of 0.
/// The sums over paths are made in double and in logarithms, whatever the precision of the model.
/// </remarks>
public sealed class CtcLoss : LossFunction
{
    /// <summary>Makes the loss.</summary>
    /// <param name="blank">The class that is the blank.</param>
    /// <param name="zeroInfinity">Whether infinite losses count as 0.</param>
    public CtcLoss(int blank = 0, bool zeroInfinity = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blank);
        Blank = blank;
        ZeroInfinity = zeroInfinity;
    }

    /// <summary>The class that is the blank.</summary>
    public int Blank { get; }

    /// <summary>Whether infinite losses count as 0.</summary>
    public bool ZeroInfinity { get; }

    /// <inheritdoc/>
    public override LossKind Kind => LossKind.Ctc;

    internal override string TargetName => "label";

    internal override bool AlignsTargets => true;

    /// <inheritdoc/>
    public override int TargetSize(int outputSize) => 1;

    internal override int IndexOfWrong(ReadOnlySpan<int> targets, int outputSize)
    {
        int outside = targets.IndexOfAnyExceptInRange(0, outputSize - 1), blank = targets.IndexOf(Blank);
        return outside < 0 || blank < 0 ? Math.Max(outside, blank) : Math.Min(outside, blank);
    }

    internal override string TargetRange(int outputSize) => $"0 to {outputSize - 1}, without the blank {Blank}";

    internal override string? Misfit(int timeSteps, ReadOnlySpan<int> target)
    {
        int needed = StepsFor(target);
        return needed <= timeSteps || ZeroInfinity
            ? null
            : $"its {target.Length} labels need {needed} time steps, a blank between equal ones included, and it has {timeSteps}. Leave it out, or set ZeroInfinity.";
    }

    internal override LossEvaluator<T, TTarget> CreateEvaluator<T, TTarget>(in RunLimits limits)
    {
        if (Blank >= limits.OutputSize) throw new ArgumentException($"The blank is class {Blank} of {limits.OutputSize} outputs.", nameof(limits));
        if ((long)limits.MaxTimeSteps * (limits.MaxTimeSteps + 1) > Array.MaxLength)
            throw new ArgumentException($"CTC keeps time steps x time steps numbers, more than an array can hold for {limits.MaxTimeSteps:N0}; give a smaller maxTimeSteps.", nameof(limits));
        return (LossEvaluator<T, TTarget>)(object)new CtcEvaluator<T>(this, limits);
    }

    /// <summary>The fewest time steps that a target fits: one a label, and one for a blank between equal ones.</summary>
    internal static int StepsFor(ReadOnlySpan<int> target)
    {
        int steps = target.Length;
        for (int i = 1; i < target.Length; i++)
        {
            if (target[i] == target[i - 1]) steps++;
        }

        return steps;
    }
}

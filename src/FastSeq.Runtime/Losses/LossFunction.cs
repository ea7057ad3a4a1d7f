namespace FastSeq;

/// <summary>The loss of a model with its options: what targets are, and what gives the loss, its gradient and a metric. Declared models make theirs from the attribute.</summary>
public abstract class LossFunction
{
    private protected LossFunction()
    {
    }

    /// <summary>Which loss it is.</summary>
    public abstract LossKind Kind { get; }

    /// <summary>What one target is called in messages.</summary>
    internal abstract string TargetName { get; }

    /// <summary>The numbers in the target row of a row of outputs; 1 where targets are class numbers.</summary>
    /// <param name="outputSize">The outputs of the model.</param>
    public virtual int TargetSize(int outputSize) => outputSize;

    /// <summary>The first of some targets that are integers which the loss does not take, or -1.</summary>
    internal virtual int IndexOfWrong(ReadOnlySpan<int> targets, int outputSize) => -1;

    /// <summary>The first of some targets that are finite numbers which the loss does not take, or -1.</summary>
    internal virtual int IndexOfWrong(ReadOnlySpan<float> targets) => -1;

    /// <inheritdoc cref="IndexOfWrong(ReadOnlySpan{float})"/>
    internal virtual int IndexOfWrong(ReadOnlySpan<double> targets) => -1;

    /// <summary>The targets that the loss takes, in words that go on from "from".</summary>
    internal virtual string TargetRange(int outputSize) => "-Infinity to Infinity";

    /// <summary>Whether a sequence has a target of its own length, in place of a target row for each row of outputs.</summary>
    internal virtual bool AlignsTargets => false;

    /// <summary>Why a target has an infinite loss whatever the outputs, or null where it has not.</summary>
    internal virtual string? Misfit(int timeSteps, ReadOnlySpan<int> target) => null;

    /// <summary>Makes what computes the loss in a run, with all its memory.</summary>
    internal abstract LossEvaluator<T, TTarget> CreateEvaluator<T, TTarget>(in RunLimits limits)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        where TTarget : unmanaged;
}

using System.Collections.Immutable;
using System.Numerics;

namespace FastSeq;

/// <summary>
/// Softmax cross-entropy of rows of logits x with class numbers k: <c>loss = log Σ exp(x_j) - x_k</c>, <c>dx_j = softmax(x)_j - [j = k]</c>.
/// The largest logit is taken off first, so that no exponential overflows. PyTorch's <c>CrossEntropyLoss</c>.
/// </summary>
/// <remarks>
/// With weights w, label smoothing ε and C classes a row is <c>loss = -(1 - ε)·w_k·log p_k - ε/C·Σ w_j·log p_j</c> with <c>p = softmax(x)</c>, and the mean divides by the sum of
/// the <c>w_k</c> of all rows. Rows of the ignored class number count nowhere and have a gradient of 0; where no weight is left, the loss is 0 and so is its gradient.
/// </remarks>
public sealed class CrossEntropyLoss : LossFunction
{
    /// <summary>Makes the loss.</summary>
    /// <param name="labelSmoothing">The share of every target that is spread over all classes, at least 0 and below 1 (Szegedy et al. 2016).</param>
    /// <param name="ignoreIndex">The class number that marks rows to leave out, of the model's classes or not; <see langword="null"/> for none.</param>
    /// <param name="classWeights">What the rows of each class count, 0 or more; empty where all count 1.</param>
    public CrossEntropyLoss(float labelSmoothing = 0, int? ignoreIndex = null, params ReadOnlySpan<float> classWeights)
    {
        if (!(labelSmoothing >= 0 && labelSmoothing < 1)) throw new ArgumentOutOfRangeException(nameof(labelSmoothing), labelSmoothing, "Must be at least 0 and below 1.");
        foreach (float weight in classWeights)
        {
            if (!(weight >= 0 && float.IsFinite(weight))) throw new ArgumentOutOfRangeException(nameof(classWeights), weight, "A weight must be a finite number of 0 or more.");
        }

        LabelSmoothing = labelSmoothing;
        IgnoreIndex = ignoreIndex;
        ClassWeights = [.. classWeights];
    }

    /// <summary>The share of every target that is spread over all classes.</summary>
    public float LabelSmoothing { get; }

    /// <summary>The class number that marks rows to leave out.</summary>
    public int? IgnoreIndex { get; }

    /// <summary>What the rows of each class count; empty where all count 1.</summary>
    public ImmutableArray<float> ClassWeights { get; }

    /// <inheritdoc/>
    public override LossKind Kind => LossKind.CrossEntropy;

    internal override string TargetName => "class number";

    /// <inheritdoc/>
    public override int TargetSize(int outputSize) => 1;

    /// <summary>The sum of the losses of all rows, added in their order, without options.</summary>
    /// <param name="logits">Rows × classes.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="labels">The class number of each row.</param>
    /// <param name="scale">Multiplies the gradients only; 1 / rows for the mean loss.</param>
    /// <param name="dLogits">Overwritten: the gradients, rows × classes; or empty. May be <paramref name="logits"/> itself.</param>
    public static double Evaluate<T>(ReadOnlySpan<T> logits, int classes, ReadOnlySpan<int> labels, T scale, Span<T> dLogits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckSizes(logits.Length, classes, labels);
        if (!dLogits.IsEmpty && dLogits.Length != logits.Length)
            throw new ArgumentException($"{dLogits.Length} gradients for {logits.Length} logits.", nameof(dLogits));
        return SoftmaxRows.Sum(logits, classes, labels, scale, dLogits);
    }

    /// <summary>How many rows have their largest logit (the first of them, if there are several) at their class number.</summary>
    public static int CountCorrect<T>(ReadOnlySpan<T> logits, int classes, ReadOnlySpan<int> labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckSizes(logits.Length, classes, labels);
        return SoftmaxRows.CountCorrect(logits, classes, labels);
    }

    internal override int IndexOfWrong(ReadOnlySpan<int> targets, int outputSize)
    {
        if (IgnoreIndex is not { } ignored) return targets.IndexOfAnyExceptInRange(0, outputSize - 1);
        for (int row = 0; row < targets.Length; row++)
        {
            if ((uint)targets[row] >= (uint)outputSize && targets[row] != ignored) return row;
        }

        return -1;
    }

    internal override string TargetRange(int outputSize) => IgnoreIndex is { } ignored ? $"0 to {outputSize - 1}, or {ignored} (left out)" : $"0 to {outputSize - 1}";

    internal override LossEvaluator<T, TTarget> CreateEvaluator<T, TTarget>(in RunLimits limits)
    {
        if (!ClassWeights.IsEmpty && ClassWeights.Length != limits.OutputSize)
            throw new ArgumentException($"There are {ClassWeights.Length} class weights for {limits.OutputSize} outputs.", nameof(limits));
        return (LossEvaluator<T, TTarget>)(object)new CrossEntropyEvaluator<T>(this, limits.OutputSize);
    }

    static void CheckSizes(int logits, int classes, ReadOnlySpan<int> labels)
    {
        if ((long)labels.Length * classes != logits)
            throw new ArgumentException($"{logits} logits are not {labels.Length} rows of {classes} classes.", nameof(labels));
        for (int row = 0; row < labels.Length; row++)
        {
            if ((uint)labels[row] >= (uint)classes)
                throw new ArgumentOutOfRangeException(nameof(labels), labels[row], $"The class number of row {row} is not from 0 to {classes - 1}.");
        }
    }
}

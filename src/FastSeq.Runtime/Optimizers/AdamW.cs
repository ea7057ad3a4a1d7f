namespace FastSeq;

/// <summary>Adam with weight decay apart from the gradient (Loshchilov and Hutter 2019), as PyTorch's <c>AdamW</c>.</summary>
/// <remarks><code>
/// p = p·(1 - learningRate·weightDecay), then Adam's step on the bare gradient
/// </code></remarks>
public sealed class AdamW : Adam
{
    /// <summary>Makes the optimizer.</summary>
    /// <param name="learningRate">The length of a step, about.</param>
    /// <param name="beta1">The share of the mean gradient that is kept.</param>
    /// <param name="beta2">The share of the mean squared gradient that is kept.</param>
    /// <param name="epsilon">Keeps the step small where gradients vanish.</param>
    /// <param name="weightDecay">How strongly parameters are pulled to zero.</param>
    public AdamW(double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0.01)
        : base(learningRate, beta1, beta2, epsilon, weightDecay)
    {
    }

    private protected override double Shrink => 1 - LearningRate * WeightDecay;

    private protected override double GradientDecay => 0;
}

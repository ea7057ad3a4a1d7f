using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastSeq;

/// <summary>Adam (Kingma and Ba 2015), as PyTorch's <c>Adam</c>; weight decay is added to the gradient.</summary>
/// <remarks><code>
/// g = gradient + weightDecay·p
/// m = beta1·m + (1 - beta1)·g                v = beta2·v + (1 - beta2)·g²
/// p = p - learningRate / (1 - beta1^step) · m / (√v / √(1 - beta2^step) + epsilon)
/// </code></remarks>
public class Adam : Optimizer
{
    double stepSize;
    double rootScale;

    /// <summary>Makes the optimizer.</summary>
    /// <param name="learningRate">The length of a step, about.</param>
    /// <param name="beta1">The share of the mean gradient that is kept.</param>
    /// <param name="beta2">The share of the mean squared gradient that is kept.</param>
    /// <param name="epsilon">Keeps the step small where gradients vanish.</param>
    /// <param name="weightDecay">How strongly parameters are pulled to zero.</param>
    public Adam(double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
        : base(learningRate, weightDecay)
    {
        ThrowIfNotInUnitInterval(beta1);
        ThrowIfNotInUnitInterval(beta2);
        ThrowIfNegativeOrNotFinite(epsilon);
        Beta1 = beta1;
        Beta2 = beta2;
        Epsilon = epsilon;
    }

    /// <summary>The share of the mean gradient that is kept.</summary>
    public double Beta1 { get; }

    /// <summary>The share of the mean squared gradient that is kept.</summary>
    public double Beta2 { get; }

    /// <summary>Keeps the step small where gradients vanish.</summary>
    public double Epsilon { get; }

    /// <summary>What the parameters are multiplied by before the step.</summary>
    private protected virtual double Shrink => 1;

    /// <summary>The share of each parameter that is added to its gradient.</summary>
    private protected virtual double GradientDecay => WeightDecay;

    private protected override int MomentCount => 2;

    internal override UpdateRule Rule => new UpdateRule
    {
        Formula = UpdateFormula.Adam,
        Rate = stepSize,
        Shrink = Shrink,
        Decay = GradientDecay,
        Keep1 = Beta1,
        Keep2 = Beta2,
        RootScale = rootScale,
        Epsilon = Epsilon,
    };

    private protected override void SetCoefficients()
    {
        stepSize = LearningRate / (1 - Math.Pow(Beta1, Steps));
        rootScale = 1 / Math.Sqrt(1 - Math.Pow(Beta2, Steps));
    }

    private protected override void Update(Span<float> parameters, ReadOnlySpan<float> gradients, int start, float gradientScale, bool decays) =>
        UpdateAll(parameters, gradients, start, gradientScale, decays);

    private protected override void Update(Span<double> parameters, ReadOnlySpan<double> gradients, int start, double gradientScale, bool decays) =>
        UpdateAll(parameters, gradients, start, gradientScale, decays);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void UpdateAll<T>(Span<T> parameters, ReadOnlySpan<T> gradients, int start, T scale, bool decays)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T shrink = decays ? T.CreateChecked(Shrink) : T.One, decay = decays ? T.CreateChecked(GradientDecay) : T.Zero;
        T keep1 = T.CreateChecked(Beta1), add1 = T.CreateChecked(1 - Beta1);
        T keep2 = T.CreateChecked(Beta2), add2 = T.CreateChecked(1 - Beta2);
        T root = T.CreateChecked(rootScale), size = T.CreateChecked(stepSize), epsilon = T.CreateChecked(Epsilon);
        Span<T> means = Moment<T>(0, start, parameters.Length), squares = Moment<T>(1, start, parameters.Length);

        ref T p = ref MemoryMarshal.GetReference(parameters);
        ref T g = ref MemoryMarshal.GetReference(gradients);
        ref T m = ref MemoryMarshal.GetReference(means);
        ref T v = ref MemoryMarshal.GetReference(squares);
        Vector<T> epsilons = Vector.Create(epsilon);
        int i = 0;
        for (; i <= parameters.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> value = Vector.LoadUnsafe(ref p, (nuint)i) * shrink;
            Vector<T> gradient = Vector.LoadUnsafe(ref g, (nuint)i) * scale + value * decay;
            Vector<T> mean = Vector.LoadUnsafe(ref m, (nuint)i) * keep1 + gradient * add1;
            Vector<T> square = Vector.LoadUnsafe(ref v, (nuint)i) * keep2 + gradient * gradient * add2;
            mean.StoreUnsafe(ref m, (nuint)i);
            square.StoreUnsafe(ref v, (nuint)i);
            (value - mean / (Vector.SquareRoot(square) * root + epsilons) * size).StoreUnsafe(ref p, (nuint)i);
        }

        for (; i < parameters.Length; i++)
        {
            T value = parameters[i] * shrink;
            T gradient = gradients[i] * scale + value * decay;
            T mean = means[i] * keep1 + gradient * add1;
            T square = squares[i] * keep2 + gradient * gradient * add2;
            means[i] = mean;
            squares[i] = square;
            parameters[i] = value - mean / (T.Sqrt(square) * root + epsilon) * size;
        }
    }
}

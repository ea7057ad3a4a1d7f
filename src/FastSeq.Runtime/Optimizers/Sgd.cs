using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastSeq;

/// <summary>Stochastic gradient descent with momentum, as PyTorch's <c>SGD</c> (dampening 0).</summary>
/// <remarks><code>
/// g = gradient + weightDecay·p
/// m = momentum·m + g
/// p = p - learningRate·m                     with Nesterov: p - learningRate·(g + momentum·m)
/// </code></remarks>
public sealed class Sgd : Optimizer
{
    /// <summary>Makes the optimizer.</summary>
    /// <param name="learningRate">The length of a step.</param>
    /// <param name="momentum">The share of the last direction that is kept.</param>
    /// <param name="nesterov">Whether to look ahead along the new direction.</param>
    /// <param name="weightDecay">How strongly parameters are pulled to zero.</param>
    public Sgd(double learningRate, double momentum = 0, bool nesterov = false, double weightDecay = 0)
        : base(learningRate, weightDecay)
    {
        ThrowIfNotInUnitInterval(momentum);
        if (nesterov && momentum == 0) throw new ArgumentException("Nesterov's step needs momentum above 0.", nameof(nesterov));
        Momentum = momentum;
        Nesterov = nesterov;
    }

    /// <summary>The share of the last direction that is kept.</summary>
    public double Momentum { get; }

    /// <summary>Whether steps look ahead along the new direction.</summary>
    public bool Nesterov { get; }

    private protected override int MomentCount => Momentum == 0 ? 0 : 1;

    internal override UpdateRule Rule => new UpdateRule
    {
        Formula = Momentum == 0 ? UpdateFormula.Descent : UpdateFormula.Momentum,
        Rate = LearningRate,
        Shrink = 1,
        Decay = WeightDecay,
        Keep1 = Momentum,
        Nesterov = Nesterov,
    };

    private protected override void Update(Span<float> parameters, ReadOnlySpan<float> gradients, int start, float gradientScale, bool decays) =>
        UpdateAll(parameters, gradients, start, gradientScale, decays);

    private protected override void Update(Span<double> parameters, ReadOnlySpan<double> gradients, int start, double gradientScale, bool decays) =>
        UpdateAll(parameters, gradients, start, gradientScale, decays);

    void UpdateAll<T>(Span<T> parameters, ReadOnlySpan<T> gradients, int start, T scale, bool decays)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T rate = T.CreateChecked(LearningRate), decay = decays ? T.CreateChecked(WeightDecay) : T.Zero;
        if (Momentum == 0) Descend(parameters, gradients, scale, rate, decay);
        else Descend(parameters, gradients, Moment<T>(0, start, parameters.Length), scale, rate, decay, T.CreateChecked(Momentum), Nesterov);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Descend<T>(Span<T> parameters, ReadOnlySpan<T> gradients, T scale, T rate, T decay)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T p = ref MemoryMarshal.GetReference(parameters);
        ref T g = ref MemoryMarshal.GetReference(gradients);
        int i = 0;
        for (; i <= parameters.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> value = Vector.LoadUnsafe(ref p, (nuint)i);
            Vector<T> gradient = Vector.LoadUnsafe(ref g, (nuint)i) * scale + value * decay;
            (value - gradient * rate).StoreUnsafe(ref p, (nuint)i);
        }

        for (; i < parameters.Length; i++)
        {
            T gradient = gradients[i] * scale + parameters[i] * decay;
            parameters[i] -= gradient * rate;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Descend<T>(Span<T> parameters, ReadOnlySpan<T> gradients, Span<T> directions, T scale, T rate, T decay, T momentum, bool nesterov)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T p = ref MemoryMarshal.GetReference(parameters);
        ref T g = ref MemoryMarshal.GetReference(gradients);
        ref T m = ref MemoryMarshal.GetReference(directions);
        int i = 0;
        for (; i <= parameters.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> value = Vector.LoadUnsafe(ref p, (nuint)i);
            Vector<T> gradient = Vector.LoadUnsafe(ref g, (nuint)i) * scale + value * decay;
            Vector<T> direction = Vector.LoadUnsafe(ref m, (nuint)i) * momentum + gradient;
            direction.StoreUnsafe(ref m, (nuint)i);
            Vector<T> step = nesterov ? gradient + direction * momentum : direction;
            (value - step * rate).StoreUnsafe(ref p, (nuint)i);
        }

        for (; i < parameters.Length; i++)
        {
            T gradient = gradients[i] * scale + parameters[i] * decay;
            T direction = directions[i] * momentum + gradient;
            directions[i] = direction;
            T step = nesterov ? gradient + direction * momentum : direction;
            parameters[i] -= step * rate;
        }
    }
}

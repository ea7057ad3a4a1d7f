using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>The Gaussian error linear unit (Hendrycks and Gimpel 2016): <c>y = x·Φ(x)</c>, Φ(x) = (1 + erf(x/√2)) / 2.</summary>
public static class Gelu
{
    /// <summary>y = x·Φ(x).</summary>
    /// <param name="count">The elements.</param>
    /// <param name="x">The inputs.</param>
    /// <param name="y">Overwritten. May be <paramref name="x"/>.</param>
    public static void Forward<T>(int count, ref readonly T x, ref T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementwise.Map(count, in x, ref y, default(Exact<T>));

    /// <summary>dx = dy·(Φ(x) + x·φ(x)), φ(x) = e^(-x²/2) / √(2π).</summary>
    /// <param name="count">The elements.</param>
    /// <param name="x">The inputs of <see cref="Forward"/>.</param>
    /// <param name="dy">The gradients by the outputs.</param>
    /// <param name="dx">Overwritten: the gradients by the inputs.</param>
    public static void Backward<T>(int count, ref readonly T x, ref readonly T dy, ref T dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementwise.Map(count, in x, in dy, ref dx, default(ExactSlope<T>));

    /// <summary>y = x·(1 + tanh(u)) / 2 = x·σ(2u), u = √(2/π)·(x + 0.044715·x³): PyTorch's <c>approximate='tanh'</c>.</summary>
    /// <param name="count">The elements.</param>
    /// <param name="x">The inputs.</param>
    /// <param name="y">Overwritten. May be <paramref name="x"/>.</param>
    public static void TanhForward<T>(int count, ref readonly T x, ref T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementwise.Map(count, in x, ref y, default(Approximate<T>));

    /// <summary>dx = dy·(s + x·s·(1 - s)·2u'), s = σ(2u).</summary>
    /// <param name="count">The elements.</param>
    /// <param name="x">The inputs of <see cref="TanhForward"/>.</param>
    /// <param name="dy">The gradients by the outputs.</param>
    /// <param name="dx">Overwritten: the gradients by the inputs.</param>
    public static void TanhBackward<T>(int count, ref readonly T x, ref readonly T dy, ref T dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementwise.Map(count, in x, in dy, ref dx, default(ApproximateSlope<T>));

    readonly struct Exact<T> : IFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Multiply(a, NormalDistribution.Of<T, TVector, TWidth>(a, out _));
    }

    readonly struct ExactSlope<T> : IFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>
        {
            T height = T.CreateTruncating(0.39894228040143268); // 1 / √(2π)
            TVector share = NormalDistribution.Of<T, TVector, TWidth>(a, out TVector bell);
            return TWidth.Multiply(b, TWidth.MultiplyAdd(TWidth.Multiply(a, TWidth.Broadcast(in height)), bell, share));
        }
    }

    readonly struct Approximate<T> : IFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Multiply(a, Share<T, TVector, TWidth>(a, out _));
    }

    readonly struct ApproximateSlope<T> : IFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>
        {
            T one = T.One, limit = T.CreateTruncating(30);

            // Far out the slope of the sigmoid is 0 and u' is infinite: the argument is held where neither is.
            TVector x = TWidth.Max(TWidth.Min(a, TWidth.Broadcast(in limit)), TWidth.Subtract(TWidth.Subtract(a, a), TWidth.Broadcast(in limit)));
            TVector s = Share<T, TVector, TWidth>(x, out TVector slope);
            TVector rise = TWidth.Multiply(TWidth.Multiply(x, slope), TWidth.Multiply(s, TWidth.Subtract(TWidth.Broadcast(in one), s)));
            return TWidth.Multiply(b, TWidth.Add(s, rise));
        }
    }

    /// <summary>σ(2u), and 2u'.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TVector Share<T, TVector, TWidth>(TVector x, out TVector slope)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
    {
        T linear = T.CreateTruncating(1.5957691216057308), cubic = T.CreateTruncating(1.5957691216057308 * 0.044715); // 2·√(2/π)
        T three = T.CreateTruncating(3);
        TVector square = TWidth.Multiply(TWidth.Multiply(x, x), TWidth.Broadcast(in cubic));
        slope = TWidth.MultiplyAdd(square, TWidth.Broadcast(in three), TWidth.Broadcast(in linear));
        return TWidth.Sigmoid(TWidth.Multiply(x, TWidth.Add(square, TWidth.Broadcast(in linear))));
    }
}

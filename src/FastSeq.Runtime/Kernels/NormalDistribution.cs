using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastSeq.Kernels;

/// <summary>
/// The distribution function of N(0, 1), <c>Φ(x) = (1 + erf(x/√2)) / 2</c>, by its tail: <c>Φ(-a) = e^(-a²/2)·q·P((a - K)·q)</c>, q = 1 / (a + K), a >= 0.
/// One division, one exponential and one polynomial for all x (after Shepherd and Laframboise 1981); docs/numerics.md has the measured errors.
/// </summary>
static class NormalDistribution
{
    /// <summary>Below -this the tail is 0: it is no normal number (float), or would not be soon.</summary>
    const double FloatEnd = 12.5, DoubleEnd = 37;

    const double FloatKnot = 3, DoubleKnot = 4;

    static ReadOnlySpan<float> FloatTail =>
    [
        0.72908366f, -0.5093321f, 0.2300194f, -0.04725909f, -0.010480217f,
        0.00693828f, 0.0010817759f, -0.00092397904f, -0.00028149338f,
    ];

    static ReadOnlySpan<double> DoubleTail =>
    [
        0.7552851304157515, -0.607896641971891, 0.3871374007422159, -0.1865218579597797,
        0.06039657489079437, -0.00754018896292403, -0.0034796923637680317, 0.0016308184040295679,
        0.00013334426633109225, -0.00023109452330839656, -1.9079108080201596e-06, 3.5142794242518186e-05,
        7.150054527227046e-07, -5.914780589322986e-06, -6.245691845490054e-07, 1.0120487541361951e-06,
        2.6164496238120517e-07, -1.4522351851594016e-07, -7.296844016849828e-08, 8.63688868239761e-09,
        1.1066935326091424e-08, 1.7583384739471092e-09,
    ];

    /// <summary>Φ(x), and the bell e^(-x²/2): 0 where the tail is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<T, TVector, TWidth>(TVector x, out TVector bell)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
    {
        T one = T.One, two = one + one, half = T.CreateTruncating(-0.5), zero = T.Zero;
        T end = T.CreateTruncating(typeof(T) == typeof(float) ? FloatEnd : DoubleEnd), knot = T.CreateTruncating(typeof(T) == typeof(float) ? FloatKnot : DoubleKnot);
        TVector size = TWidth.Max(x, TWidth.Subtract(TWidth.Broadcast(in zero), x));
        TVector a = TWidth.Min(size, TWidth.Broadcast(in end));
        bell = TWidth.Exp(TWidth.Multiply(TWidth.Multiply(a, a), TWidth.Broadcast(in half)));
        TVector q = TWidth.Divide(TWidth.Broadcast(in one), TWidth.Add(a, TWidth.Broadcast(in knot)));
        TVector t = TWidth.Multiply(TWidth.Subtract(a, TWidth.Broadcast(in knot)), q);
        ReadOnlySpan<T> coefficients = typeof(T) == typeof(float) ? MemoryMarshal.Cast<float, T>(FloatTail) : MemoryMarshal.Cast<double, T>(DoubleTail);
        TVector p = TWidth.Broadcast(in coefficients[^1]);
        for (int degree = coefficients.Length - 2; degree >= 0; degree--)
        {
            p = TWidth.MultiplyAdd(p, t, TWidth.Broadcast(in coefficients[degree]));
        }

        TVector tail = TWidth.Multiply(TWidth.Multiply(bell, q), p);
        TVector isInside = TWidth.Subtract(TWidth.Broadcast(in end), size);
        tail = TWidth.WherePositive(isInside, tail);
        bell = TWidth.WherePositive(isInside, bell);
        TVector upper = TWidth.Subtract(TWidth.Broadcast(in one), TWidth.Multiply(TWidth.Broadcast(in two), tail));
        return TWidth.Add(tail, TWidth.WherePositive(x, upper));
    }
}

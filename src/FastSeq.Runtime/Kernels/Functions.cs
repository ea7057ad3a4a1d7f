using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>a.</summary>
readonly struct Itself<T> : IFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector> => a;
}

/// <summary>a + b.</summary>
readonly struct Plus<T> : IFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Add(a, b);
}

/// <summary>a - b.</summary>
readonly struct Minus<T> : IFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Subtract(a, b);
}

/// <summary>a * b.</summary>
readonly struct Times<T> : IFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Multiply(a, b);
}

/// <summary>The larger of a and b.</summary>
readonly struct Larger<T> : IFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Max(a, b);
}

/// <summary>a = b ? c : 0.</summary>
readonly struct WhereEqual<T> : IFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.WhereEqual(a, b, c);
}

/// <summary>a / divisor.</summary>
readonly struct DividedBy<T>(T divisor) : IFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly T divisor = divisor;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Divide(a, TWidth.Broadcast(in divisor));
}

/// <summary>a * x + b * y.</summary>
readonly struct Weighted<T>(T x, T y) : IFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly T x = x, y = y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector> =>
        TWidth.MultiplyAdd(a, TWidth.Broadcast(in x), TWidth.Multiply(b, TWidth.Broadcast(in y)));
}

/// <summary>e^(a - largest).</summary>
readonly struct ExponentialOf<T>(T largest) : IFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly T largest = largest;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Exp(TWidth.Subtract(a, TWidth.Broadcast(in largest)));
}

/// <summary>log(1 + e^-|a|).</summary>
readonly struct SoftplusOfNegativeSize<T> : IFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Softplus(TWidth.Min(a, TWidth.Subtract(default, a)));
}

/// <summary>e^max(a - largest, lowest): no result is denormal, which processors are slow with.</summary>
readonly struct BoundedExponentialOf<T>(T largest, T lowest) : IFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly T largest = largest, lowest = lowest;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector> =>
        TWidth.Exp(TWidth.Max(TWidth.Subtract(a, TWidth.Broadcast(in largest)), TWidth.Broadcast(in lowest)));
}

/// <summary>log(e^a + e^b + e^c); about <c>floor</c> where all three are below it.</summary>
/// <param name="floor">Taken off in place of minus infinity, so that no difference of two infinities is made.</param>
/// <param name="lowest">The least exponent: so low that the largest term, 1, makes it nothing, and so high that its power is not denormal.</param>
readonly struct LogSumOfExponentials<T>(T floor, T lowest) : IFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly T floor = floor, lowest = lowest;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
    {
        TVector least = TWidth.Broadcast(in lowest);
        TVector largest = TWidth.Max(TWidth.Max(TWidth.Max(a, b), c), TWidth.Broadcast(in floor));
        TVector sum = TWidth.Exp(TWidth.Max(TWidth.Subtract(c, largest), least));
        sum = TWidth.Add(sum, TWidth.Exp(TWidth.Max(TWidth.Subtract(a, largest), least)));
        sum = TWidth.Add(sum, TWidth.Exp(TWidth.Max(TWidth.Subtract(b, largest), least)));
        return TWidth.Add(largest, TWidth.Log(sum));
    }
}

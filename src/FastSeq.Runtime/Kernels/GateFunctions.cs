using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>σ(a + b).</summary>
readonly struct SigmoidOfSum<T> : IFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Sigmoid(TWidth.Add(a, b));
}

/// <summary>tanh(a + b).</summary>
readonly struct TanhOfSum<T> : IFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Tanh(TWidth.Add(a, b));
}

/// <summary>a * b + c.</summary>
readonly struct TimesPlus<T> : IFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.MultiplyAdd(a, b, c);
}

/// <summary>tanh(a * b + c).</summary>
readonly struct TanhOfTimesPlus<T> : IFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Tanh(TWidth.MultiplyAdd(a, b, c));
}

/// <summary>c + a * (b - c).</summary>
readonly struct Between<T> : IFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.MultiplyAdd(a, TWidth.Subtract(b, c), c);
}

/// <summary>(a - b) * c.</summary>
readonly struct DifferenceTimes<T> : IFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Multiply(TWidth.Subtract(a, b), c);
}

/// <summary>a * b * c * (1 - c): the gradient a by a sum whose sigmoid c is multiplied by b.</summary>
readonly struct SigmoidGradient<T> : IFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
    {
        T one = T.One;
        return TWidth.Multiply(TWidth.Multiply(a, b), TWidth.Multiply(c, TWidth.Subtract(TWidth.Broadcast(in one), c)));
    }
}

/// <summary>a * b * (1 - c²): the gradient a by a sum whose tanh c is multiplied by b.</summary>
readonly struct TanhGradient<T> : IFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
    {
        T one = T.One;
        return TWidth.Multiply(TWidth.Multiply(a, b), TWidth.Subtract(TWidth.Broadcast(in one), TWidth.Multiply(c, c)));
    }
}

/// <summary>a * (1 - b) * (1 - c²): the gradient a by a sum whose tanh c is multiplied by 1 - b.</summary>
readonly struct TanhGradientOfRest<T> : IFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
    {
        T one = T.One;
        return TWidth.Multiply(
            TWidth.Multiply(a, TWidth.Subtract(TWidth.Broadcast(in one), b)), TWidth.Subtract(TWidth.Broadcast(in one), TWidth.Multiply(c, c)));
    }
}

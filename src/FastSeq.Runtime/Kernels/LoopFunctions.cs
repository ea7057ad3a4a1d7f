using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastSeq.Kernels;

/// <summary>Sigmoid and tanh for a loop over registers: those of <see cref="VectorMath.Loop512"/> where they are the width's, the width's own otherwise; the same bits.</summary>
readonly struct LoopFunctions<T, TVector, TWidth>
    where T : unmanaged
    where TVector : unmanaged
    where TWidth : struct, IRegisterWidth<T, TVector>
{
    readonly VectorMath.Loop512 math;

    /// <summary>Loads the constants: once, before the loop.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LoopFunctions()
    {
        if (typeof(TVector) == typeof(Vector512<float>))
        {
            math = new VectorMath.Loop512();
        }
        else
        {
            Unsafe.SkipInit(out math);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Sigmoid(TVector x) => typeof(TVector) == typeof(Vector512<float>)
        ? Unsafe.BitCast<Vector512<float>, TVector>(math.Sigmoid(Unsafe.BitCast<TVector, Vector512<float>>(x)))
        : TWidth.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Tanh(TVector x) => typeof(TVector) == typeof(Vector512<float>)
        ? Unsafe.BitCast<Vector512<float>, TVector>(math.Tanh(Unsafe.BitCast<TVector, Vector512<float>>(x)))
        : TWidth.Tanh(x);
}

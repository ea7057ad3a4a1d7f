using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastSeq.Kernels;

/// <summary>Activation functions, over spans in place and from one buffer into another, and their derivatives by their outputs.</summary>
public static class Activations
{
    /// <summary>y = max(y, 0).</summary>
    /// <param name="y">Overwritten.</param>
    public static void Relu<T>(Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Forward<T, ReluOf<T>>(y);

    /// <summary>y = tanh(y).</summary>
    /// <param name="y">Overwritten.</param>
    public static void Tanh<T>(Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Forward<T, TanhOf<T>>(y);

    /// <summary>y = 1 / (1 + e^-y).</summary>
    /// <param name="y">Overwritten.</param>
    public static void Sigmoid<T>(Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Forward<T, SigmoidOf<T>>(y);

    /// <summary>dy = y &gt; 0 ? dy : 0.</summary>
    /// <param name="y">What <see cref="Relu{T}(Span{T})"/> gave.</param>
    /// <param name="dy">The gradient by the output in, by the input out.</param>
    public static void ReluBackward<T>(ReadOnlySpan<T> y, Span<T> dy)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Backward<T, ReluSlope<T>>(y, dy);

    /// <summary>dy = dy * (1 - y²).</summary>
    /// <param name="y">What <see cref="Tanh{T}(Span{T})"/> gave.</param>
    /// <param name="dy">The gradient by the output in, by the input out.</param>
    public static void TanhBackward<T>(ReadOnlySpan<T> y, Span<T> dy)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Backward<T, TanhSlope<T>>(y, dy);

    /// <summary>dy = dy * y * (1 - y).</summary>
    /// <param name="y">What <see cref="Sigmoid{T}(Span{T})"/> gave.</param>
    /// <param name="dy">The gradient by the output in, by the input out.</param>
    public static void SigmoidBackward<T>(ReadOnlySpan<T> y, Span<T> dy)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Backward<T, SigmoidSlope<T>>(y, dy);

    /// <summary>y = max(x, 0).</summary>
    /// <param name="count">The elements.</param>
    /// <param name="x">The inputs.</param>
    /// <param name="y">Overwritten.</param>
    public static void Relu<T>(int count, ref readonly T x, ref T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementwise.Map(count, in x, ref y, default(ReluOf<T>));

    /// <summary>dx = y &gt; 0 ? dy : 0.</summary>
    /// <param name="count">The elements.</param>
    /// <param name="y">The outputs of <see cref="Relu{T}(int, ref readonly T, ref T)"/>.</param>
    /// <param name="dy">The gradients by the outputs.</param>
    /// <param name="dx">Overwritten: the gradients by the inputs.</param>
    public static void ReluBackward<T>(int count, ref readonly T y, ref readonly T dy, ref T dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementwise.Map(count, in y, in dy, ref dx, default(ReluSlope<T>));

    /// <summary>y = tanh(x).</summary>
    /// <param name="count">The elements.</param>
    /// <param name="x">The inputs.</param>
    /// <param name="y">Overwritten.</param>
    public static void Tanh<T>(int count, ref readonly T x, ref T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementwise.Map(count, in x, ref y, default(TanhOf<T>));

    /// <summary>dx = dy * (1 - y²).</summary>
    /// <param name="count">The elements.</param>
    /// <param name="y">The outputs of <see cref="Tanh{T}(int, ref readonly T, ref T)"/>.</param>
    /// <param name="dy">The gradients by the outputs.</param>
    /// <param name="dx">Overwritten: the gradients by the inputs.</param>
    public static void TanhBackward<T>(int count, ref readonly T y, ref readonly T dy, ref T dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementwise.Map(count, in y, in dy, ref dx, default(TanhSlope<T>));

    /// <summary>y = 1 / (1 + e^-x).</summary>
    /// <param name="count">The elements.</param>
    /// <param name="x">The inputs.</param>
    /// <param name="y">Overwritten.</param>
    public static void Sigmoid<T>(int count, ref readonly T x, ref T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementwise.Map(count, in x, ref y, default(SigmoidOf<T>));

    /// <summary>dx = dy * y * (1 - y).</summary>
    /// <param name="count">The elements.</param>
    /// <param name="y">The outputs of <see cref="Sigmoid{T}(int, ref readonly T, ref T)"/>.</param>
    /// <param name="dy">The gradients by the outputs.</param>
    /// <param name="dx">Overwritten: the gradients by the inputs.</param>
    public static void SigmoidBackward<T>(int count, ref readonly T y, ref readonly T dy, ref T dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Elementwise.Map(count, in y, in dy, ref dx, default(SigmoidSlope<T>));

    /// <summary>Turns logits into probabilities: y = e^(y - max) / sum of them.</summary>
    /// <param name="y">One row of logits in, probabilities that sum to 1 out.</param>
    public static void Softmax<T>(Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!y.IsEmpty)
        {
            ref T first = ref MemoryMarshal.GetReference(y);
            Kernels.Softmax.Forward(1, y.Length, in first, ref first);
        }
    }

    static void Forward<T, TFunction>(Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IFunction<T>
    {
        ref T first = ref MemoryMarshal.GetReference(y);
        Elementwise.Map(y.Length, in first, ref first, default(TFunction));
    }

    static void Backward<T, TFunction>(ReadOnlySpan<T> y, Span<T> dy)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IFunction<T>
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, dy.Length);
        ref T gradient = ref MemoryMarshal.GetReference(dy);
        Elementwise.Map(y.Length, in MemoryMarshal.GetReference(y), in gradient, ref gradient, default(TFunction));
    }

    readonly struct ReluOf<T> : IFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Relu(a);
    }

    readonly struct ReluSlope<T> : IFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.WherePositive(a, b);
    }

    readonly struct TanhOf<T> : IFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Tanh(a);
    }

    readonly struct TanhSlope<T> : IFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>
        {
            T one = T.One;
            return TWidth.Multiply(b, TWidth.Subtract(TWidth.Broadcast(in one), TWidth.Multiply(a, a)));
        }
    }

    readonly struct SigmoidOf<T> : IFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Sigmoid(a);
    }

    readonly struct SigmoidSlope<T> : IFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>
        {
            T one = T.One;
            return TWidth.Multiply(TWidth.Multiply(b, a), TWidth.Subtract(TWidth.Broadcast(in one), a));
        }
    }
}

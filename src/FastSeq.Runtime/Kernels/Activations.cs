using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FastSeq.Kernels;

/// <summary>Activation functions over spans, in place, and their derivatives by their outputs.</summary>
public static class Activations
{
    /// <summary>y = max(y, 0).</summary>
    /// <param name="y">Overwritten.</param>
    public static void Relu<T>(Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Forward<T, ReluActivation>(y);

    /// <summary>y = tanh(y).</summary>
    /// <param name="y">Overwritten.</param>
    public static void Tanh<T>(Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Forward<T, TanhActivation>(y);

    /// <summary>y = 1 / (1 + e^-y).</summary>
    /// <param name="y">Overwritten.</param>
    public static void Sigmoid<T>(Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Forward<T, SigmoidActivation>(y);

    /// <summary>dy = y &gt; 0 ? dy : 0.</summary>
    /// <param name="y">What <see cref="Relu{T}"/> gave.</param>
    /// <param name="dy">The gradient by the output in, by the input out.</param>
    public static void ReluBackward<T>(ReadOnlySpan<T> y, Span<T> dy)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Backward<T, ReluActivation>(y, dy);

    /// <summary>dy = dy * (1 - y²).</summary>
    /// <param name="y">What <see cref="Tanh{T}"/> gave.</param>
    /// <param name="dy">The gradient by the output in, by the input out.</param>
    public static void TanhBackward<T>(ReadOnlySpan<T> y, Span<T> dy)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Backward<T, TanhActivation>(y, dy);

    /// <summary>dy = dy * y * (1 - y).</summary>
    /// <param name="y">What <see cref="Sigmoid{T}"/> gave.</param>
    /// <param name="dy">The gradient by the output in, by the input out.</param>
    public static void SigmoidBackward<T>(ReadOnlySpan<T> y, Span<T> dy)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Backward<T, SigmoidActivation>(y, dy);

    /// <summary>Turns logits into probabilities: y = e^(y - max) / sum of them.</summary>
    /// <param name="y">One row of logits in, probabilities that sum to 1 out.</param>
    public static void Softmax<T>(Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (y.IsEmpty)
        {
            return;
        }

        T max = T.NegativeInfinity;
        foreach (T value in y)
        {
            max = T.Max(max, value);
        }

        T sum = T.Zero;
        for (int j = 0; j < y.Length; j++)
        {
            y[j] = WidthScalar<T>.Exp(y[j] - max);
            sum += y[j];
        }

        for (int j = 0; j < y.Length; j++)
        {
            y[j] /= sum;
        }
    }

    static void Forward<T, TActivation>(Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TActivation : struct, IActivation
    {
        ref T first = ref MemoryMarshal.GetReference(y);
        int done = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            done = Forward<T, Vector512<T>, Width512<T>, TActivation>(ref first, done, y.Length);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            done = Forward<T, Vector256<T>, Width256<T>, TActivation>(ref first, done, y.Length);
        }

        if (Vector128.IsHardwareAccelerated)
        {
            done = Forward<T, Vector128<T>, Width128<T>, TActivation>(ref first, done, y.Length);
        }

        Forward<T, T, WidthScalar<T>, TActivation>(ref first, done, y.Length);
    }

    /// <summary>Whole registers from the element <paramref name="done"/> on; returns the first element that no register fits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static int Forward<T, TVector, TWidth, TActivation>(ref T y, int done, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
        where TActivation : struct, IActivation
    {
        for (; done <= length - TWidth.Lanes; done += TWidth.Lanes)
        {
            ref T lanes = ref Unsafe.Add(ref y, done);
            TWidth.Store(TActivation.Forward<T, TVector, TWidth>(TWidth.Load(in lanes)), ref lanes);
        }

        return done;
    }

    static void Backward<T, TActivation>(ReadOnlySpan<T> y, Span<T> dy)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TActivation : struct, IActivation
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, dy.Length);
        ref T first = ref MemoryMarshal.GetReference(y);
        ref T gradient = ref MemoryMarshal.GetReference(dy);
        int done = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            done = Backward<T, Vector512<T>, Width512<T>, TActivation>(ref first, ref gradient, done, y.Length);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            done = Backward<T, Vector256<T>, Width256<T>, TActivation>(ref first, ref gradient, done, y.Length);
        }

        if (Vector128.IsHardwareAccelerated)
        {
            done = Backward<T, Vector128<T>, Width128<T>, TActivation>(ref first, ref gradient, done, y.Length);
        }

        Backward<T, T, WidthScalar<T>, TActivation>(ref first, ref gradient, done, y.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static int Backward<T, TVector, TWidth, TActivation>(ref T y, ref T dy, int done, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
        where TActivation : struct, IActivation
    {
        for (; done <= length - TWidth.Lanes; done += TWidth.Lanes)
        {
            ref T gradient = ref Unsafe.Add(ref dy, done);
            TVector lanes = TActivation.Backward<T, TVector, TWidth>(TWidth.Load(in Unsafe.Add(ref y, done)), TWidth.Load(in gradient));
            TWidth.Store(lanes, ref gradient);
        }

        return done;
    }

    /// <summary>A function and its derivative by its output, over a register of any width.</summary>
    interface IActivation
    {
        static abstract TVector Forward<T, TVector, TWidth>(TVector x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>;

        static abstract TVector Backward<T, TVector, TWidth>(TVector y, TVector dy)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>;
    }

    readonly struct ReluActivation : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Forward<T, TVector, TWidth>(TVector x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector> =>
            TWidth.Relu(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Backward<T, TVector, TWidth>(TVector y, TVector dy)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector> =>
            TWidth.WherePositive(y, dy);
    }

    readonly struct TanhActivation : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Forward<T, TVector, TWidth>(TVector x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector> =>
            TWidth.Tanh(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Backward<T, TVector, TWidth>(TVector y, TVector dy)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>
        {
            T one = T.One;
            return TWidth.Multiply(dy, TWidth.Subtract(TWidth.Broadcast(in one), TWidth.Multiply(y, y)));
        }
    }

    readonly struct SigmoidActivation : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Forward<T, TVector, TWidth>(TVector x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector> =>
            TWidth.Sigmoid(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Backward<T, TVector, TWidth>(TVector y, TVector dy)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>
        {
            T one = T.One;
            return TWidth.Multiply(TWidth.Multiply(dy, y), TWidth.Subtract(TWidth.Broadcast(in one), y));
        }
    }
}

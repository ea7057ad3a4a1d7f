using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>One number: for machines without vectors, and for what is left over after the vectors.</summary>
readonly struct WidthScalar<T> : IRegisterWidth<T, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Lanes => 1;

    public static T Broadcast(ref readonly T value) => value;

    public static T Load(ref readonly T source) => source;

    public static void Store(T value, ref T destination) => destination = value;

    public static void Store(T value, ref T destination, int count) => destination = value;

    public static T Add(T a, T b) => a + b;

    public static T Subtract(T a, T b) => a - b;

    public static T Multiply(T a, T b) => a * b;

    public static T MultiplyAdd(T a, T b, T c) => T.MultiplyAddEstimate(a, b, c);

    public static T Divide(T a, T b) => a / b;

    public static T Max(T a, T b) => T.Max(a, b);

    public static T Min(T a, T b) => T.Min(a, b);

    public static T WhereEqual(T a, T b, T value) => a == b ? value : T.Zero;

    public static T WherePositive(T condition, T value) => condition > T.Zero ? value : T.Zero;

    public static T Relu(T x) => typeof(T) == typeof(float)
        ? Unsafe.BitCast<float, T>(VectorMath.Relu(Unsafe.BitCast<T, float>(x)))
        : Unsafe.BitCast<double, T>(VectorMath.Relu(Unsafe.BitCast<T, double>(x)));

    public static T Sigmoid(T x) => typeof(T) == typeof(float)
        ? Unsafe.BitCast<float, T>(VectorMath.Sigmoid(Unsafe.BitCast<T, float>(x)))
        : Unsafe.BitCast<double, T>(VectorMath.Sigmoid(Unsafe.BitCast<T, double>(x)));

    public static T Tanh(T x) => typeof(T) == typeof(float)
        ? Unsafe.BitCast<float, T>(VectorMath.Tanh(Unsafe.BitCast<T, float>(x)))
        : Unsafe.BitCast<double, T>(VectorMath.Tanh(Unsafe.BitCast<T, double>(x)));

    public static T Exp(T x) => typeof(T) == typeof(float)
        ? Unsafe.BitCast<float, T>(VectorMath.Exp(Unsafe.BitCast<T, float>(x)))
        : Unsafe.BitCast<double, T>(VectorMath.Exp(Unsafe.BitCast<T, double>(x)));

    public static T Log(T x) => typeof(T) == typeof(float)
        ? Unsafe.BitCast<float, T>(VectorMath.Log(Unsafe.BitCast<T, float>(x)))
        : Unsafe.BitCast<double, T>(VectorMath.Log(Unsafe.BitCast<T, double>(x)));

    public static T Softplus(T x) => typeof(T) == typeof(float)
        ? Unsafe.BitCast<float, T>(VectorMath.Softplus(Unsafe.BitCast<T, float>(x)))
        : Unsafe.BitCast<double, T>(VectorMath.Softplus(Unsafe.BitCast<T, double>(x)));

    public static T Sum(T x) => x;

    public static T Largest(T x) => x;
}

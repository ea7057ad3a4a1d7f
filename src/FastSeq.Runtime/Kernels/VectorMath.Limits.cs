using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastSeq.Kernels;

// Where tanh and sigmoid have reached their limits: the two ways of the widths give the same bits.
public static partial class VectorMath
{
    /// <summary>The argument clamped; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> BeforeLimits(Vector128<float> x, float min, float max) => Vector128.MinNative(Vector128.Create(max), Vector128.MaxNative(Vector128.Create(min), x));

    /// <summary>Nothing to do after the computation: of a clamped argument it gives the limits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> AtLimits(Vector128<float> result, Vector128<float> x, float min, float atMin, float max, float atMax) => result;

    /// <summary>The argument clamped; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<double> BeforeLimits(Vector128<double> x, double min, double max) => Vector128.MinNative(Vector128.Create(max), Vector128.MaxNative(Vector128.Create(min), x));

    /// <summary>Nothing to do after the computation: of a clamped argument it gives the limits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<double> AtLimits(Vector128<double> result, Vector128<double> x, double min, double atMin, double max, double atMax) => result;

    /// <summary>The argument clamped; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> BeforeLimits(Vector256<float> x, float min, float max) => Vector256.MinNative(Vector256.Create(max), Vector256.MaxNative(Vector256.Create(min), x));

    /// <summary>Nothing to do after the computation: of a clamped argument it gives the limits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> AtLimits(Vector256<float> result, Vector256<float> x, float min, float atMin, float max, float atMax) => result;

    /// <summary>The argument clamped; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<double> BeforeLimits(Vector256<double> x, double min, double max) => Vector256.MinNative(Vector256.Create(max), Vector256.MaxNative(Vector256.Create(min), x));

    /// <summary>Nothing to do after the computation: of a clamped argument it gives the limits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<double> AtLimits(Vector256<double> result, Vector256<double> x, double min, double atMin, double max, double atMax) => result;

    /// <summary>Nothing to do before the computation: see <see cref="AtLimits(Vector512{float}, Vector512{float}, float, float, float, float)"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> BeforeLimits(Vector512<float> x, float min, float max) => x;

    /// <summary>
    /// The result, but the limits outside of min to max; NaN is inside. Comparisons into mask registers run beside the computation, where clamping the argument
    /// as the narrower widths do would lengthen it by two operations.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> AtLimits(Vector512<float> result, Vector512<float> x, float min, float atMin, float max, float atMax)
    {
        result = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(min)), Vector512.Create(atMin), result);
        return Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(max)), Vector512.Create(atMax), result);
    }

    /// <summary>Nothing to do before the computation: see <see cref="AtLimits(Vector512{double}, Vector512{double}, double, double, double, double)"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<double> BeforeLimits(Vector512<double> x, double min, double max) => x;

    /// <summary>
    /// The result, but the limits outside of min to max; NaN is inside. Comparisons into mask registers run beside the computation, where clamping the argument
    /// as the narrower widths do would lengthen it by two operations.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<double> AtLimits(Vector512<double> result, Vector512<double> x, double min, double atMin, double max, double atMax)
    {
        result = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(min)), Vector512.Create(atMin), result);
        return Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(max)), Vector512.Create(atMax), result);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FastSeq.Kernels;

public static partial class VectorMath
{
    /// <summary>
    /// Sigmoid and tanh for a loop over many registers of 512 bits: bit for bit those of <see cref="VectorMath"/>, in the form that keeps the units for multiply-adds busy
    /// least, where those are the form that is ready first.
    /// </summary>
    /// <remarks>
    /// The compiler loads a literal anew in each round of a loop; what is loaded from memory before the loop stays in its register. Arguments are clamped, as in the
    /// narrower widths, because comparisons into masks take the place of multiply-adds.
    /// </remarks>
    public readonly struct Loop512
    {
        // The order of the fields.
        static readonly float[] Constants =
        [
            1f, Single.RoundBiased, Single.SquareFloor,
            Single.SigmoidMin, Single.SigmoidMax, -Single.Log2E, Single.Ln2, Single.S2, Single.S3, Single.S4, Single.S5,
            -Single.TanhMax, Single.TanhMax, Single.TwoLog2E, -Single.HalfLn2, 2f, Single.T2, Single.T3, Single.T4, Single.T5, Single.T6,
        ];

        readonly Vector512<float> one, roundBiased, squareFloor;
        readonly Vector512<float> sigmoidMin, sigmoidMax, minusLog2E, ln2, s2, s3, s4, s5;
        readonly Vector512<float> tanhMin, tanhMax, twoLog2E, minusHalfLn2, two, t2, t3, t4, t5, t6;

        /// <summary>Loads the constants: once, before the loop.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Loop512()
        {
            ref float first = ref MemoryMarshal.GetArrayDataReference(Constants);
            one = Vector512.Create(first);
            roundBiased = Vector512.Create(Unsafe.Add(ref first, 1));
            squareFloor = Vector512.Create(Unsafe.Add(ref first, 2));
            sigmoidMin = Vector512.Create(Unsafe.Add(ref first, 3));
            sigmoidMax = Vector512.Create(Unsafe.Add(ref first, 4));
            minusLog2E = Vector512.Create(Unsafe.Add(ref first, 5));
            ln2 = Vector512.Create(Unsafe.Add(ref first, 6));
            s2 = Vector512.Create(Unsafe.Add(ref first, 7));
            s3 = Vector512.Create(Unsafe.Add(ref first, 8));
            s4 = Vector512.Create(Unsafe.Add(ref first, 9));
            s5 = Vector512.Create(Unsafe.Add(ref first, 10));
            tanhMin = Vector512.Create(Unsafe.Add(ref first, 11));
            tanhMax = Vector512.Create(Unsafe.Add(ref first, 12));
            twoLog2E = Vector512.Create(Unsafe.Add(ref first, 13));
            minusHalfLn2 = Vector512.Create(Unsafe.Add(ref first, 14));
            two = Vector512.Create(Unsafe.Add(ref first, 15));
            t2 = Vector512.Create(Unsafe.Add(ref first, 16));
            t3 = Vector512.Create(Unsafe.Add(ref first, 17));
            t4 = Vector512.Create(Unsafe.Add(ref first, 18));
            t5 = Vector512.Create(Unsafe.Add(ref first, 19));
            t6 = Vector512.Create(Unsafe.Add(ref first, 20));
        }

        /// <summary>The logistic function 1 / (1 + e^-x) of each lane.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Sigmoid(Vector512<float> x)
        {
            x = Vector512.MinNative(sigmoidMax, Vector512.MaxNative(sigmoidMin, x));
            Vector512<float> shifted = Vector512.MultiplyAddEstimate(x, minusLog2E, roundBiased);
            Vector512<float> r = Vector512.MultiplyAddEstimate(shifted - roundBiased, ln2, x);

            Vector512<float> square = Vector512.MultiplyAddEstimate(r, r, squareFloor);
            Vector512<float> p = Vector512.MultiplyAddEstimate(r, s5, s4);
            p = Vector512.MultiplyAddEstimate(p, square, Vector512.MultiplyAddEstimate(r, s3, s2));
            p = Vector512.MultiplyAddEstimate(p, square, one - r);

            Vector512<float> scale = (shifted.AsInt32() << Single.ExponentShift).AsSingle();
            return one / Vector512.MultiplyAddEstimate(p, scale, one);
        }

        /// <summary>The hyperbolic tangent of each lane.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Tanh(Vector512<float> x)
        {
            x = Vector512.MinNative(tanhMax, Vector512.MaxNative(tanhMin, x));
            Vector512<float> shifted = Vector512.MultiplyAddEstimate(x, twoLog2E, roundBiased);
            Vector512<float> r = Vector512.MultiplyAddEstimate(shifted - roundBiased, minusHalfLn2, x);

            Vector512<float> square = Vector512.MultiplyAddEstimate(r, r, squareFloor);
            Vector512<float> p = Vector512.MultiplyAddEstimate(r, t6, t5);
            p = Vector512.MultiplyAddEstimate(p, square, Vector512.MultiplyAddEstimate(r, t4, t3));
            p = Vector512.MultiplyAddEstimate(p, square, Vector512.MultiplyAddEstimate(r, t2, two));

            Vector512<float> scale = (shifted.AsInt32() << Single.ExponentShift).AsSingle();
            Vector512<float> scaled = r * scale;
            return Vector512.MultiplyAddEstimate(p, scaled, scale - one) / Vector512.MultiplyAddEstimate(p, scaled, scale + one);
        }
    }
}

namespace FastSeq.Kernels;

/// <summary>
/// Exponential, logarithm and the activation functions over vectors of 512, 256 and 128 bits and over single numbers.
/// </summary>
/// <remarks>
/// <para>
/// Every width does the same operations in the same order, so that on hardware with fused multiply-add all of them
/// agree bit for bit, single numbers included. NaN in gives NaN out; infinities give the exact limits. The sources of
/// the approximations and their measured errors over all floats stand in docs/numerics.md.
/// </para>
/// <para>
/// How they work. x = n·ln 2 + r with n a whole number: adding a large constant (<c>Round</c>) to x/ln 2 leaves n in
/// the low bits of the sum, from where a shift by the mantissa's width moves it into an exponent: 2^n without any
/// conversion. The polynomials are evaluated in pairs (Estrin), which shortens the chain of dependent operations.
/// </para>
/// </remarks>
public static partial class VectorMath
{
    // Min and Max keep a NaN only in their right operand (x86 returns the right one when either is NaN).

    /// <summary>Constants of the float functions.</summary>
    static class Single
    {
        public const float Log2E = 1.44269502f, TwoLog2E = 2.88539004f;       // 1/ln 2, 2/ln 2
        public const float Ln2 = 0.693147182f, HalfLn2 = 0.346573591f;
        public const float Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;  // n*Ln2High is exact

        public const float Round = 12582912f;                                 // 1.5 * 2^23: the sum's low bits hold n
        public const float RoundBiased = Round + 127;                         // ... hold n + 127, an exponent field
        public const int ExponentShift = 23;

        // exp(r) = 1 + r + r^2 (E2 + ...), |r| <= ln 2 / 2
        public const float E2 = 0.5f, E3 = 0.16666664183f, E4 = 4.1666455567e-2f, E5 = 8.3338869736e-3f, E6 = 1.3935762690e-3f, E7 = 1.9577908097e-4f;
        public const float ExpMin = -104f, ExpMax = 89f;                      // exp is 0 below, infinite above

        // exp(-r) = 1 - r + r^2 (S2 + S3 r + S4 r^2 + S5 r^3), |r| <= ln 2 / 2
        public const float S2 = 0.49999228120f, S3 = -0.16667114198f, S4 = 4.1890617460e-2f, S5 = -8.3126761019e-3f;
        public const float SigmoidMin = -88.73f, SigmoidMax = 87f;            // n = 128 at the lower end: exp(-x) = infinity

        // exp(2r) - 1 = r (2 + T2 r + ... + T6 r^5), |r| <= ln 2 / 4
        public const float T2 = 1.9999998808f, T3 = 1.3333234787f, T4 = 0.66668009758f, T5 = 0.26772964001f, T6 = 8.8731296360e-2f;
        public const float TanhMax = 10f;                                     // tanh rounds to 1 from 9.011 on

        // Added to r^2, where it changes no bit of a result: the square of a small number is no denormal, which hardware is slow with.
        public const float SquareFloor = 8.2718061e-25f;                      // 2^-80
        public const float Tiny = 7.8886091e-31f;                             // 2^-100: what is flushed to 0 in states

        // log(1 + f) = f - f^2/2 + f^3 (L3 + ... + L10 f^7), sqrt(1/2) <= 1 + f < sqrt(2)
        public const float L3 = 0.33333373070f, L4 = -0.25000840425f, L5 = 0.19998989999f, L6 = -0.16621206701f;
        public const float L7 = 0.14238907397f, L8 = -0.13212355971f, L9 = 0.12565889955f, L10 = -7.2860211134e-2f;
        public const int SqrtHalfBits = 0x3F3504F3, MantissaMask = 0x007FFFFF;
        public const float MinNormal = 1.17549435e-38f, SubnormalScale = 8388608f, SubnormalExponent = 23f;
    }

    /// <summary>Constants of the double functions.</summary>
    static class Double
    {
        public const double Log2E = 1.4426950408889634, TwoLog2E = 2.8853900817779268;
        public const double HalfLn2 = 0.34657359027997264;
        public const double Ln2High = 6.93147180369123816490e-01, Ln2Low = 1.90821492927058770002e-10;

        public const double Round = 6755399441055744.0;                       // 1.5 * 2^52
        public const double RoundBiased = Round + 1023;
        public const int ExponentShift = 52;

        // exp(r) = 1 + r + r^2 (E2 + ... + E12 r^10)
        public const double E2 = 0.5, E3 = 0.16666666666666685171, E4 = 4.1666666666666539454e-2, E5 = 8.3333333333159824202e-3;
        public const double E6 = 1.3888888888960206069e-3, E7 = 1.9841269898557574295e-4, E8 = 2.4801587170649828110e-5, E9 = 2.7557232982092223870e-6;
        public const double E10 = 2.7557404851900317797e-7, E11 = 2.5112617812133206198e-8, E12 = 2.0874926474078593708e-9;
        public const double ExpMin = -746, ExpMax = 710;
        public const double SigmoidMin = -709.79, SigmoidMax = 708;

        // exp(2r) - 1 = r (2 + 2r + r^2 (T3 + ... + T13 r^10)), |r| <= ln 2 / 4
        public const double T3 = 1.3333333333333332593, T4 = 0.66666666666666696273, T5 = 0.26666666666669514019, T6 = 8.8888888888789305276e-2;
        public const double T7 = 2.5396825393006111637e-2, T8 = 6.3492063613540608569e-3, T9 = 1.4109349769189040349e-3, T10 = 2.8218626054309775553e-4;
        public const double T11 = 5.1300108378180704334e-5, T12 = 8.5695287025515590597e-6, T13 = 1.3874933451621887599e-6;
        public const double TanhMax = 20;

        // log(1 + f) = f - f^2/2 + s (f^2/2 + z (L1 + ... + L7 z^6)), s = f / (2 + f), z = s^2: the constants of fdlibm's e_log.c
        public const double L1 = 6.666666666666735130e-01, L2 = 3.999999999940941908e-01, L3 = 2.857142874366239149e-01, L4 = 2.222219843214978396e-01;
        public const double L5 = 1.818357216161805012e-01, L6 = 1.531383769920937332e-01, L7 = 1.479819860511658591e-01;
        public const long OneBits = 0x3FF0000000000000, SqrtHalfBits = 0x3FE6A09E667F3BCD, MantissaMask = 0x000FFFFFFFFFFFFF;
        public const double Tiny = 3.0549363634996047e-151;                   // 2^-500
        public const double MinNormal = 2.2250738585072014e-308, TwoTo52 = 4503599627370496.0, SubnormalScale = TwoTo52, SubnormalExponent = 52;
    }
}

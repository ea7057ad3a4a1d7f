using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>
/// The gates of a layer-normalised GRU over rows that lie whole, one after the other, once the sums are normalised, the gates r, z, n side by side:
/// <c>r = σ(LN(W_ir·x) + LN(W_hr·h))</c>, z likewise, <c>n = tanh(LN(W_in·x) + r·LN(W_hn·h))</c>, <c>h_t = (1 - z)·n + z·h_(t-1)</c>.
/// </summary>
public static class NormalizedGru
{
    /// <summary>The gates and h of some rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="units">The units.</param>
    /// <param name="hidden">The normalised recurrent sums, [rows, 3·units].</param>
    /// <param name="gates">The normalised input sums in, the activated gates out: [rows, 3·units].</param>
    /// <param name="hPrevious">The previous h, [rows, units].</param>
    /// <param name="h">Overwritten: the new h; may be <paramref name="hPrevious"/>.</param>
    public static void Gates<T>(int rows, int units, ref readonly T hidden, ref T gates, ref readonly T hPrevious, ref T h)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < rows; row++)
        {
            ref readonly T sums = ref At(in hidden, row * 3 * units);
            ref T r = ref Unsafe.Add(ref gates, row * 3 * units), z = ref Unsafe.Add(ref r, units), n = ref Unsafe.Add(ref z, units);
            Elementwise.Map(2 * units, in r, in sums, ref r, default(SigmoidOfSum<T>));
            Elementwise.Map(units, in r, in At(in sums, 2 * units), in n, ref n, default(TanhOfTimesPlus<T>));
            Elementwise.Map(units, in z, in At(in hPrevious, row * units), in n, ref Unsafe.Add(ref h, row * units), default(Between<T>));
        }
    }

    /// <summary>The gradients by the normalised sums, and the pointwise part of those by the previous h.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="units">The units.</param>
    /// <param name="hidden">The normalised recurrent sums, [rows, 3·units].</param>
    /// <param name="gates">The activated gates, [rows, 3·units].</param>
    /// <param name="hPrevious">The previous h, [rows, units].</param>
    /// <param name="dOutput">The gradients by h of the layers above, [rows, units].</param>
    /// <param name="dh">Those of the next time step in; z times all of them out: [rows, units].</param>
    /// <param name="dGates">Overwritten: the gradients by the normalised input sums, [rows, 3·units].</param>
    /// <param name="dHidden">Overwritten: the gradients by the normalised recurrent sums, [rows, 3·units].</param>
    public static void GatesBackward<T>(
        int rows, int units, ref readonly T hidden, ref readonly T gates, ref readonly T hPrevious, ref readonly T dOutput, ref T dh, ref T dGates, ref T dHidden)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Elementwise.Map(rows * units, in dh, in dOutput, ref dh, default(Plus<T>));
        for (int row = 0; row < rows; row++)
        {
            int place = row * 3 * units;
            ref readonly T r = ref At(in gates, place), z = ref At(in r, units), n = ref At(in z, units), product = ref At(in hidden, place + 2 * units);
            ref T d = ref Unsafe.Add(ref dh, row * units);
            ref T dr = ref Unsafe.Add(ref dGates, place), dz = ref Unsafe.Add(ref dr, units), dn = ref Unsafe.Add(ref dz, units);

            // forward: h = n + z*(h_(t-1) - n)
            Elementwise.Map(units, in At(in hPrevious, row * units), in n, in d, ref dz, default(DifferenceTimes<T>));
            Activations.SigmoidBackward(units, in z, in dz, ref dz);
            Elementwise.Map(units, in d, in z, in n, ref dn, default(TanhGradientOfRest<T>));
            Elementwise.Map(units, in d, in z, ref d, default(Times<T>));

            // forward: n = tanh(input + r*product)
            Elementwise.Map(units, in dn, in product, in r, ref dr, default(SigmoidGradient<T>));
            RowCopy.Copy(in dr, ref Unsafe.Add(ref dHidden, place), 2 * units);
            Elementwise.Map(units, in dn, in r, ref Unsafe.Add(ref dHidden, place + 2 * units), default(Times<T>));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ref readonly T At<T>(ref readonly T reference, int index) => ref Unsafe.Add(ref Unsafe.AsRef(in reference), index);
}

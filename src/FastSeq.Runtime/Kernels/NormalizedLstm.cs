using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>
/// The gates of a layer-normalised LSTM over rows that lie whole, one after the other, once the sums are normalised: <c>z = LN(W_ih·x) + LN(W_hh·h_(t-1))</c> with the gates i, f, g, o side by side,
/// <c>c_t = σ(f)·c_(t-1) + σ(i)·tanh(g)</c>, <c>h_t = σ(o)·tanh(LN(c_t))</c>.
/// </summary>
public static class NormalizedLstm
{
    /// <summary>The gates and c of some rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="units">The units.</param>
    /// <param name="hidden">The normalised recurrent sums, [rows, 4·units].</param>
    /// <param name="gates">The normalised input sums in, the activated gates out: [rows, 4·units].</param>
    /// <param name="cPrevious">The previous c, [rows, units].</param>
    /// <param name="c">Overwritten: the new c; may be <paramref name="cPrevious"/>.</param>
    public static void Gates<T>(int rows, int units, ref readonly T hidden, ref T gates, ref readonly T cPrevious, ref T c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < rows; row++)
        {
            ref readonly T sums = ref At(in hidden, row * 4 * units);
            ref T i = ref Unsafe.Add(ref gates, row * 4 * units), f = ref Unsafe.Add(ref i, units), g = ref Unsafe.Add(ref f, units), o = ref Unsafe.Add(ref g, units);
            Elementwise.Map(2 * units, in i, in sums, ref i, default(SigmoidOfSum<T>));
            Elementwise.Map(units, in g, in At(in sums, 2 * units), ref g, default(TanhOfSum<T>));
            Elementwise.Map(units, in o, in At(in sums, 3 * units), ref o, default(SigmoidOfSum<T>));
            ref T next = ref Unsafe.Add(ref c, row * units);
            Elementwise.Map(units, in f, in At(in cPrevious, row * units), ref next, default(Times<T>));
            Elementwise.Map(units, in i, in g, in next, ref next, default(TimesPlus<T>));
        }
    }

    /// <summary>h of some rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="units">The units.</param>
    /// <param name="gates">The activated gates, [rows, 4·units].</param>
    /// <param name="cell">The normalised c in, its tanh out: [rows, units].</param>
    /// <param name="h">Overwritten: [rows, units].</param>
    public static void Output<T>(int rows, int units, ref readonly T gates, ref T cell, ref T h)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Activations.Tanh(rows * units, in cell, ref cell);
        for (int row = 0; row < rows; row++)
        {
            Elementwise.Map(units, in At(in gates, (row * 4 + 3) * units), in At(in cell, row * units), ref Unsafe.Add(ref h, row * units), default(Times<T>));
        }
    }

    /// <summary>The gradients by the sum of o and by the normalised c.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="units">The units.</param>
    /// <param name="gates">The activated gates, [rows, 4·units].</param>
    /// <param name="cell">The tanh of the normalised c, [rows, units].</param>
    /// <param name="dOutput">The gradients by h of the layers above, [rows, units].</param>
    /// <param name="dh">Those of the next time step, [rows, units].</param>
    /// <param name="dGates">Overwritten in the place of o: [rows, 4·units].</param>
    /// <param name="dCell">Overwritten: the gradients by the normalised c, [rows, units].</param>
    public static void OutputBackward<T>(
        int rows, int units, ref readonly T gates, ref readonly T cell, ref readonly T dOutput, ref readonly T dh, ref T dGates, ref T dCell)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Elementwise.Map(rows * units, in dOutput, in dh, ref dCell, default(Plus<T>));
        for (int row = 0; row < rows; row++)
        {
            int place = (row * 4 + 3) * units;
            ref readonly T o = ref At(in gates, place), tanh = ref At(in cell, row * units);
            ref T d = ref Unsafe.Add(ref dCell, row * units);
            Elementwise.Map(units, in d, in tanh, in o, ref Unsafe.Add(ref dGates, place), default(SigmoidGradient<T>));
            Elementwise.Map(units, in d, in o, in tanh, ref d, default(TanhGradient<T>));
        }
    }

    /// <summary>The gradients by the sums of i, f and g and by the previous c.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="units">The units.</param>
    /// <param name="gates">The activated gates, [rows, 4·units].</param>
    /// <param name="cPrevious">The previous c, [rows, units].</param>
    /// <param name="dFromOutput">The gradients by c through its normalisation, [rows, units].</param>
    /// <param name="dc">Those of the next time step in, those by the previous c out: [rows, units].</param>
    /// <param name="dGates">Overwritten in the places of i, f and g: [rows, 4·units].</param>
    public static void GatesBackward<T>(
        int rows, int units, ref readonly T gates, ref readonly T cPrevious, ref readonly T dFromOutput, ref T dc, ref T dGates)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Elementwise.Map(rows * units, in dc, in dFromOutput, ref dc, default(Plus<T>));
        for (int row = 0; row < rows; row++)
        {
            ref readonly T i = ref At(in gates, row * 4 * units), f = ref At(in i, units), g = ref At(in f, units);
            ref T d = ref Unsafe.Add(ref dc, row * units), di = ref Unsafe.Add(ref dGates, row * 4 * units);
            Elementwise.Map(units, in d, in g, in i, ref di, default(SigmoidGradient<T>));
            Elementwise.Map(units, in d, in At(in cPrevious, row * units), in f, ref Unsafe.Add(ref di, units), default(SigmoidGradient<T>));
            Elementwise.Map(units, in d, in i, in g, ref Unsafe.Add(ref di, 2 * units), default(TanhGradient<T>));
            Elementwise.Map(units, in d, in f, ref d, default(Times<T>));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ref readonly T At<T>(ref readonly T reference, int index) => ref Unsafe.Add(ref Unsafe.AsRef(in reference), index);
}

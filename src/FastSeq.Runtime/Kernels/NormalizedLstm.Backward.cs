using System.Numerics;
using System.Runtime.CompilerServices;
using static FastSeq.Kernels.NormalizedSums;

namespace FastSeq.Kernels;

/// <content>The gradients by the sums and by the previous states.</content>
public static partial class NormalizedLstm
{
    /// <summary>From the gradients by the states of some rows to those by their sums and by the previous c.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="units">The units.</param>
    /// <param name="stride">The numbers from one row of sums, gates or gradients by them to the next.</param>
    /// <param name="weights">The weights and biases of the normalisations.</param>
    /// <param name="input">What forward kept of the input sums.</param>
    /// <param name="hidden">What it kept of the recurrent sums.</param>
    /// <param name="gates">The gates.</param>
    /// <param name="cPrevious">The previous c, [rows, units].</param>
    /// <param name="c">c, [rows, units].</param>
    /// <param name="tanh">The tanh of the normalised c in, c normalised before weight and bias out: [rows, units].</param>
    /// <param name="statistics">What forward kept of each row.</param>
    /// <param name="dOutput">The gradients by h of the layers above, [rows, units].</param>
    /// <param name="dh">Those of the next time step, [rows, units].</param>
    /// <param name="dc">Those by c of the next time step in, those by the previous c out: [rows, units].</param>
    /// <param name="dCell">Overwritten: those by the normalised c, [rows, units].</param>
    /// <param name="dGates">Overwritten: those by the normalised sums.</param>
    /// <param name="dInput">Overwritten: those by the input sums.</param>
    /// <param name="dHidden">Overwritten: those by the recurrent sums.</param>
    public static void Backward<T>(
        int rows, int units, int stride, scoped in NormalizedWeights<T> weights, ref readonly T input, ref readonly T hidden, ref readonly T gates,
        ref readonly T cPrevious, ref readonly T c, ref T tanh, ref readonly T statistics, ref readonly T dOutput, ref readonly T dh, ref T dc,
        ref T dCell, ref T dGates, ref T dInput, ref T dHidden)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> sums = stackalloc T[RowGroup * StatisticsSize];
        for (int row = 0; row < rows; row += RowGroup)
        {
            sums.Clear();
            int place = row * stride, unit = row * units;
            scoped BackwardRows<T> group = new()
            {
                Count = Math.Min(RowGroup, rows - row), Units = units, Stride = stride, Sums = ref sums[0],
                InputWeight = ref weights.InputWeight, HiddenWeight = ref weights.HiddenWeight, CellWeight = ref weights.CellWeight,
                Input = ref At(in input, place), Hidden = ref At(in hidden, place), Gates = ref At(in gates, place), Statistics = ref At(in statistics, row * StatisticsSize),
                CPrevious = ref At(in cPrevious, unit), C = ref At(in c, unit), Tanh = ref At(in tanh, unit), DOutput = ref At(in dOutput, unit), Dh = ref At(in dh, unit),
                Dc = ref At(in dc, unit), DCell = ref At(in dCell, unit), DGates = ref At(in dGates, place),
            };
            InAllWidths<T, BackwardRows<T>, OutputBackwardPass<T>>(units, in group);
            InAllWidths<T, BackwardRows<T>, GatesBackwardPass<T>>(units, in group);
            scoped SlopeRows<T> slopes = new()
            {
                Count = group.Count, Size = 4 * units, Stride = stride, GradientStride = stride, Statistics = ref group.Statistics, Sums = ref group.Sums,
                X = ref group.Input, Y = ref group.Hidden, WeightX = ref group.InputWeight, WeightY = ref group.HiddenWeight,
                OfX = ref group.DGates, OfY = ref group.DGates, Dx = ref At(in dInput, place), Dy = ref At(in dHidden, place),
            };
            InAllWidths<T, SlopeRows<T>, SlopePass<T>>(4 * units, in slopes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ref T At<T>(ref readonly T reference, int index) => ref Unsafe.Add(ref Unsafe.AsRef(in reference), index);

    ref struct BackwardRows<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public int Count, Units, Stride;
        public ref T InputWeight, HiddenWeight, CellWeight, Input, Hidden, Gates, CPrevious, C, Tanh, Statistics, DOutput, Dh, Dc, DCell, DGates, Sums;
    }

    /// <summary>forward: h_t = σ(o)·tanh(LN(c_t)).</summary>
    readonly struct OutputBackwardPass<T> : IPass<T, BackwardRows<T>>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run<TVector, TWidth>(int first, int end, scoped ref readonly BackwardRows<T> rows)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>
        {
            nint units = rows.Units;
            ref T weight = ref rows.CellWeight;
            for (int row = 0; row < rows.Count; row++)
            {
                nint place = row * units, ofO = (row * rows.Stride) + (3 * units);
                ref T o = ref Unsafe.Add(ref rows.Gates, ofO), dO = ref Unsafe.Add(ref rows.DGates, ofO), tanh = ref Unsafe.Add(ref rows.Tanh, place), c = ref Unsafe.Add(ref rows.C, place);
                ref T dOutput = ref Unsafe.Add(ref rows.DOutput, place), dh = ref Unsafe.Add(ref rows.Dh, place), dCell = ref Unsafe.Add(ref rows.DCell, place);
                var ofC = new Scale<T, TVector, TWidth>(in Unsafe.Add(ref rows.Statistics, (row * StatisticsSize) + 4));
                SlopeSums<T, TVector, TWidth> sums = default;
                for (nint j = first; j < end; j += TWidth.Lanes)
                {
                    TVector d = TWidth.Add(TWidth.Load(in Unsafe.Add(ref dOutput, j)), TWidth.Load(in Unsafe.Add(ref dh, j)));
                    TVector gate = TWidth.Load(in Unsafe.Add(ref o, j)), y = TWidth.Load(in Unsafe.Add(ref tanh, j)), normalised = ofC.Normalise(ref Unsafe.Add(ref c, j), keeps: false);
                    TWidth.Store(default(SigmoidGradient<T>).Of<TVector, TWidth>(d, y, gate), ref Unsafe.Add(ref dO, j));
                    d = default(TanhGradient<T>).Of<TVector, TWidth>(d, gate, y);
                    TWidth.Store(d, ref Unsafe.Add(ref dCell, j));
                    TWidth.Store(normalised, ref Unsafe.Add(ref tanh, j));
                    sums.Add(d, ref weight, normalised, j);
                }

                sums.AddTo(ref Unsafe.Add(ref rows.Sums, (row * StatisticsSize) + 4));
            }
        }
    }

    /// <summary>forward: c_t = σ(f)·c_(t-1) + σ(i)·tanh(g).</summary>
    readonly struct GatesBackwardPass<T> : IPass<T, BackwardRows<T>>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run<TVector, TWidth>(int first, int end, scoped ref readonly BackwardRows<T> rows)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>
        {
            nint units = rows.Units;
            ref T weightX = ref rows.InputWeight, weightY = ref rows.HiddenWeight, weightC = ref rows.CellWeight;
            for (int row = 0; row < rows.Count; row++)
            {
                nint place = row * units, ofGates = row * rows.Stride;
                ref T gates = ref Unsafe.Add(ref rows.Gates, ofGates), dGates = ref Unsafe.Add(ref rows.DGates, ofGates);
                ref T x = ref Unsafe.Add(ref rows.Input, ofGates), y = ref Unsafe.Add(ref rows.Hidden, ofGates), normalised = ref Unsafe.Add(ref rows.Tanh, place);
                ref T cPrevious = ref Unsafe.Add(ref rows.CPrevious, place), dc = ref Unsafe.Add(ref rows.Dc, place), dCell = ref Unsafe.Add(ref rows.DCell, place);
                ref T totals = ref Unsafe.Add(ref rows.Sums, row * StatisticsSize);
                var slope = new Slope<T, TVector, TWidth>(in Unsafe.Add(ref rows.Statistics, (row * StatisticsSize) + 5), in Unsafe.Add(ref totals, 4), rows.Units);
                SlopeSums<T, TVector, TWidth> ofX = default, ofY = default;
                for (nint j = first; j < end; j += TWidth.Lanes)
                {
                    TVector d = slope.Of(TWidth.Load(in Unsafe.Add(ref dCell, j)), TWidth.Load(in Unsafe.Add(ref weightC, j)), TWidth.Load(in Unsafe.Add(ref normalised, j)));
                    d = TWidth.Add(TWidth.Load(in Unsafe.Add(ref dc, j)), d);
                    TVector i = TWidth.Load(in Unsafe.Add(ref gates, j)), f = TWidth.Load(in Unsafe.Add(ref gates, j + units)), g = TWidth.Load(in Unsafe.Add(ref gates, j + (2 * units)));
                    TWidth.Store(TWidth.Multiply(d, f), ref Unsafe.Add(ref dc, j));

                    TVector dz = default(SigmoidGradient<T>).Of<TVector, TWidth>(d, g, i);
                    TWidth.Store(dz, ref Unsafe.Add(ref dGates, j));
                    ofX.Add(dz, ref weightX, ref x, j);
                    ofY.Add(dz, ref weightY, ref y, j);

                    dz = default(SigmoidGradient<T>).Of<TVector, TWidth>(d, TWidth.Load(in Unsafe.Add(ref cPrevious, j)), f);
                    TWidth.Store(dz, ref Unsafe.Add(ref dGates, j + units));
                    ofX.Add(dz, ref weightX, ref x, j + units);
                    ofY.Add(dz, ref weightY, ref y, j + units);

                    dz = default(TanhGradient<T>).Of<TVector, TWidth>(d, i, g);
                    TWidth.Store(dz, ref Unsafe.Add(ref dGates, j + (2 * units)));
                    ofX.Add(dz, ref weightX, ref x, j + (2 * units));
                    ofY.Add(dz, ref weightY, ref y, j + (2 * units));

                    dz = TWidth.Load(in Unsafe.Add(ref dGates, j + (3 * units)));
                    ofX.Add(dz, ref weightX, ref x, j + (3 * units));
                    ofY.Add(dz, ref weightY, ref y, j + (3 * units));
                }

                ofX.AddTo(ref totals);
                ofY.AddTo(ref Unsafe.Add(ref totals, 2));
            }
        }
    }
}

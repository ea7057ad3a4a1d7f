using System.Numerics;
using System.Runtime.CompilerServices;
using static FastSeq.Kernels.NormalizedSums;

namespace FastSeq.Kernels;

/// <content>The gradients by the sums, and the pointwise part of those by the previous h.</content>
public static partial class NormalizedGru
{
    /// <summary>From the gradients by the states of some rows to those by their sums, and their share in those of the normalisations' weights and biases.</summary>
    /// <param name="rows">The rows: each of another sequence.</param>
    /// <param name="ahead">By how many rows the time step before lies back, of which the same rows are asked for; 0 asks for nothing new.</param>
    /// <param name="together">How many of them in a row share a row of <paramref name="dWeights"/>: 1 or 2.</param>
    /// <param name="units">The units.</param>
    /// <param name="stride">The numbers from one row of sums or gates to the next.</param>
    /// <param name="gradientStride">Those from one row of <paramref name="dGates"/> to the next, at least 4·units.</param>
    /// <param name="weightStride">Those from one row of <paramref name="dWeights"/> to the next, at least 10·units.</param>
    /// <param name="weights">The weights and biases of the normalisations.</param>
    /// <param name="input">What forward kept of the input sums in, the gradients by the input sums out.</param>
    /// <param name="hidden">The same of the recurrent sums.</param>
    /// <param name="gates">The gates.</param>
    /// <param name="hPrevious">The previous h, [rows, units].</param>
    /// <param name="statistics">What forward kept of each row.</param>
    /// <param name="dOutput">The gradients by h of the layers above, [rows, units].</param>
    /// <param name="dh">Those of the next time step in; z times all of them out: [rows, units].</param>
    /// <param name="dGates">Overwritten: <see cref="RowGroup"/> rows of scratch memory.</param>
    /// <param name="dWeights">Added to, a row for each sequence, or for two: the gradients of the weight of the input sums' normalisation, of that of the recurrent sums, of the bias of the former, of the bias of LN(W_hn·h).</param>
    public static void Backward<T>(
        int rows, int ahead, int together, int units, int stride, int gradientStride, int weightStride, scoped in NormalizedWeights<T> weights, ref T input, ref T hidden, ref readonly T gates,
        ref readonly T hPrevious, ref readonly T statistics, ref readonly T dOutput, ref T dh, ref T dGates, ref T dWeights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> sums = stackalloc T[RowGroup * StatisticsSize];
        for (int row = 0; row < rows; row += RowGroup)
        {
            sums.Clear();
            int place = row * stride, unit = row * units;
            scoped BackwardRows<T> group = new()
            {
                Count = Math.Min(RowGroup, rows - row), UnitsBack = -ahead * (nint)units, SumsBack = -ahead * (nint)stride, Units = units, Stride = stride, GradientStride = gradientStride, Sums = ref sums[0],
                InputWeight = ref weights.InputWeight, HiddenWeight = ref weights.HiddenWeight, HiddenBias = ref weights.HiddenBias,
                Input = ref At(in input, place), Hidden = ref At(in hidden, place), Gates = ref At(in gates, place),
                HPrevious = ref At(in hPrevious, unit), DOutput = ref At(in dOutput, unit), Dh = ref At(in dh, unit), DGates = ref dGates,
            };
            InAllWidths<T, BackwardRows<T>, GatesBackwardPass<T>>(units, in group);

            // r and z are normalised together; the gradients by n's sums differ.
            ref T ofWeights = ref At(in dWeights, row / together * weightStride);
            for (int part = 0, start = 0; part < 2; part++, start += 2 * units)
            {
                int size = part == 0 ? 2 * units : units;
                scoped SlopeRows<T> slopes = new()
                {
                    Count = group.Count, Together = together, Size = size, Stride = stride, GradientStride = gradientStride, WeightStride = weightStride,
                    Statistics = ref At(in statistics, (row * StatisticsSize) + (4 * part)), Sums = ref At(in group.Sums, 4 * part),
                    X = ref At(in group.Input, start), Y = ref At(in group.Hidden, start), WeightX = ref At(in group.InputWeight, start), WeightY = ref At(in group.HiddenWeight, start),
                    OfX = ref At(in group.DGates, start), OfY = ref At(in group.DGates, part == 0 ? 0 : 3 * units),
                    DWeightX = ref At(in ofWeights, start), DWeightY = ref At(in ofWeights, (3 * units) + start), DBiasX = ref At(in ofWeights, (6 * units) + start),
                    DBiasY = ref part == 0 ? ref Unsafe.NullRef<T>() : ref At(in ofWeights, 9 * units),
                };
                InAllWidths<T, SlopeRows<T>, SlopePass<T>>(size, in slopes);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ref T At<T>(ref readonly T reference, int index) => ref Unsafe.Add(ref Unsafe.AsRef(in reference), index);

    ref struct BackwardRows<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public int Count, Units, Stride, GradientStride;

        /// <summary>Where the same row of the time step before lies.</summary>
        public nint UnitsBack, SumsBack;
        public ref T InputWeight, HiddenWeight, HiddenBias, Input, Hidden, Gates, HPrevious, DOutput, Dh, DGates, Sums;
    }

    /// <summary>forward: h = n + z·(h_(t-1) - n), n = tanh(input + r·product).</summary>
    readonly struct GatesBackwardPass<T> : IPass<T, BackwardRows<T>>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run<TVector, TWidth>(int first, int end, scoped ref readonly BackwardRows<T> rows)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>
        {
            nint units = rows.Units, unitsBack = rows.UnitsBack, sumsBack = rows.SumsBack;
            T unit = T.One;
            TVector one = TWidth.Broadcast(in unit);
            ref T weightX = ref rows.InputWeight, weightY = ref rows.HiddenWeight, biasY = ref rows.HiddenBias;
            for (int row = 0; row < rows.Count; row++)
            {
                nint place = row * units;
                ref T gates = ref Unsafe.Add(ref rows.Gates, row * rows.Stride), x = ref Unsafe.Add(ref rows.Input, row * rows.Stride), y = ref Unsafe.Add(ref rows.Hidden, row * rows.Stride);
                ref T hPrevious = ref Unsafe.Add(ref rows.HPrevious, place), dOutput = ref Unsafe.Add(ref rows.DOutput, place), dh = ref Unsafe.Add(ref rows.Dh, place);
                ref T dGates = ref Unsafe.Add(ref rows.DGates, row * rows.GradientStride);
                SlopeSums<T, TVector, TWidth> ofX = default, ofY = default, ofXn = default, ofYn = default;
                for (nint j = first; j < end; j += TWidth.Lanes)
                {
                    CacheLines.PrefetchThree(ref Unsafe.Add(ref gates, j + sumsBack), units);
                    CacheLines.PrefetchThree(ref Unsafe.Add(ref x, j + sumsBack), units);
                    CacheLines.PrefetchThree(ref Unsafe.Add(ref y, j + sumsBack), units);
                    CacheLines.PrefetchOne(ref Unsafe.Add(ref hPrevious, j + unitsBack));
                    CacheLines.PrefetchOne(ref Unsafe.Add(ref dOutput, j + unitsBack));
                    nint at = j + (2 * units);
                    TVector d = TWidth.Add(TWidth.Load(in Unsafe.Add(ref dOutput, j)), TWidth.Load(in Unsafe.Add(ref dh, j)));
                    TVector r = TWidth.Load(in Unsafe.Add(ref gates, j)), z = TWidth.Load(in Unsafe.Add(ref gates, j + units)), n = TWidth.Load(in Unsafe.Add(ref gates, at));
                    TWidth.Store(TWidth.Multiply(d, z), ref Unsafe.Add(ref dh, j));

                    TVector dz = TWidth.Multiply(TWidth.Subtract(TWidth.Load(in Unsafe.Add(ref hPrevious, j)), n), d);
                    dz = TWidth.Multiply(dz, TWidth.Multiply(z, TWidth.Subtract(one, z)));
                    TWidth.Store(dz, ref Unsafe.Add(ref dGates, j + units));
                    ofX.Add(dz, ref weightX, ref x, j + units);
                    ofY.Add(dz, ref weightY, ref y, j + units);

                    TVector dn = default(TanhGradientOfRest<T>).Of<TVector, TWidth>(d, z, n), normalised = TWidth.Load(in Unsafe.Add(ref y, at));
                    TWidth.Store(dn, ref Unsafe.Add(ref dGates, at));
                    ofXn.Add(dn, ref weightX, ref x, at);
                    TVector product = TWidth.MultiplyAdd(normalised, TWidth.Load(in Unsafe.Add(ref weightY, at)), TWidth.Load(in Unsafe.Add(ref biasY, at)));
                    TVector dProduct = TWidth.Multiply(dn, r);
                    TWidth.Store(dProduct, ref Unsafe.Add(ref dGates, at + units));
                    ofYn.Add(dProduct, ref weightY, normalised, at);

                    TVector dr = default(SigmoidGradient<T>).Of<TVector, TWidth>(dn, product, r);
                    TWidth.Store(dr, ref Unsafe.Add(ref dGates, j));
                    ofX.Add(dr, ref weightX, ref x, j);
                    ofY.Add(dr, ref weightY, ref y, j);
                }

                ref T totals = ref Unsafe.Add(ref rows.Sums, row * StatisticsSize);
                ofX.AddTo(ref totals);
                ofY.AddTo(ref Unsafe.Add(ref totals, 2));
                ofXn.AddTo(ref Unsafe.Add(ref totals, 4));
                ofYn.AddTo(ref Unsafe.Add(ref totals, 6));
            }
        }
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;
using static FastSeq.Kernels.NormalizedSums;

namespace FastSeq.Kernels;

/// <content>The gradients by the sums and by the previous states.</content>
public static partial class NormalizedLstm
{
    /// <summary>From the gradients by the states of some rows to those by their sums and by the previous c, and their share in those of the normalisations' weights and biases.</summary>
    /// <param name="rows">The rows: each of another sequence.</param>
    /// <param name="ahead">By how many rows the time step before lies back, of which the same rows are asked for; 0 asks for nothing new.</param>
    /// <param name="together">How many of them in a row share a row of <paramref name="dWeights"/>: 1 or 2.</param>
    /// <param name="units">The units.</param>
    /// <param name="stride">The numbers from one row of sums or gates to the next.</param>
    /// <param name="gradientStride">Those from one row of <paramref name="dGates"/> to the next, at least 5·units.</param>
    /// <param name="weightStride">Those from one row of <paramref name="dWeights"/> to the next, at least 14·units.</param>
    /// <param name="weights">The weights and biases of the normalisations.</param>
    /// <param name="input">What forward kept of the input sums in, the gradients by the input sums out.</param>
    /// <param name="hidden">The same of the recurrent sums.</param>
    /// <param name="gates">Overwritten: <see cref="RowGroup"/> rows of scratch memory for the gates, which are computed again: less work than waiting for them.</param>
    /// <param name="cPrevious">The previous c, [rows, units].</param>
    /// <param name="c">c, [rows, units].</param>
    /// <param name="tanh">The tanh of the normalised c, [rows, units].</param>
    /// <param name="statistics">What forward kept of each row.</param>
    /// <param name="dOutput">The gradients by h of the layers above, [rows, units].</param>
    /// <param name="dh">Those of the next time step, [rows, units].</param>
    /// <param name="dc">Those by c of the next time step in, those by the previous c out: [rows, units].</param>
    /// <param name="dGates">Overwritten: <see cref="RowGroup"/> rows of scratch memory.</param>
    /// <param name="dWeights">Added to, a row for each sequence, or for two: the gradients of the weight of the input sums' normalisation, of that of the recurrent sums, of the bias of both, of the weight and of the bias of c's.</param>
    public static void Backward<T>(
        int rows, int ahead, int together, int units, int stride, int gradientStride, int weightStride, scoped in NormalizedWeights<T> weights, ref T input, ref T hidden, ref T gates,
        ref readonly T cPrevious, ref readonly T c, ref readonly T tanh, ref readonly T statistics, ref readonly T dOutput, ref readonly T dh, ref T dc, ref T dGates, ref T dWeights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> sums = stackalloc T[RowGroup * StatisticsSize];
        for (int row = 0; row < rows; row += RowGroup)
        {
            sums.Clear();
            int place = row * stride, unit = row * units;
            scoped BackwardRows<T> group = new()
            {
                Count = Math.Min(RowGroup, rows - row), Together = together, UnitsBack = -ahead * (nint)units, SumsBack = -ahead * (nint)stride, Units = units, Stride = stride, GradientStride = gradientStride, WeightStride = weightStride,
                InputWeight = ref weights.InputWeight, InputBias = ref weights.InputBias, HiddenWeight = ref weights.HiddenWeight, HiddenBias = ref weights.HiddenBias, CellWeight = ref weights.CellWeight,
                Input = ref At(in input, place), Hidden = ref At(in hidden, place), Gates = ref gates, Statistics = ref At(in statistics, row * StatisticsSize), Sums = ref sums[0],
                CPrevious = ref At(in cPrevious, unit), C = ref At(in c, unit), Tanh = ref At(in tanh, unit), DOutput = ref At(in dOutput, unit), Dh = ref At(in dh, unit),
                Dc = ref At(in dc, unit), DGates = ref dGates, DWeights = ref At(in dWeights, row / together * weightStride),
            };
            InAllWidths<T, BackwardRows<T>, GatesAgainPass<T>>(units, in group);
            InAllWidths<T, BackwardRows<T>, OutputBackwardPass<T>>(units, in group);
            InAllWidths<T, BackwardRows<T>, GatesBackwardPass<T>>(units, in group);
            scoped SlopeRows<T> slopes = new()
            {
                Count = group.Count, Together = together, Size = 4 * units, Stride = stride, GradientStride = gradientStride, WeightStride = weightStride, Statistics = ref group.Statistics, Sums = ref group.Sums,
                X = ref group.Input, Y = ref group.Hidden, WeightX = ref group.InputWeight, WeightY = ref group.HiddenWeight, OfX = ref group.DGates, OfY = ref group.DGates,
                DWeightX = ref group.DWeights, DWeightY = ref At(in group.DWeights, 4 * units), DBiasX = ref At(in group.DWeights, 8 * units),
            };
            InAllWidths<T, SlopeRows<T>, SlopePass<T>>(4 * units, in slopes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ref T At<T>(ref readonly T reference, int index) => ref Unsafe.Add(ref Unsafe.AsRef(in reference), index);

    ref struct BackwardRows<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public int Count, Together, Units, Stride, GradientStride, WeightStride;

        /// <summary>Where the same row of the time step before lies.</summary>
        public nint UnitsBack, SumsBack;
        public ref T InputWeight, InputBias, HiddenWeight, HiddenBias, CellWeight, Input, Hidden, Gates, CPrevious, C, Tanh, Statistics, Sums, DOutput, Dh, Dc, DGates, DWeights;
    }

    /// <summary>The gates from what was kept of the sums: the bits of forward.</summary>
    readonly struct GatesAgainPass<T> : IPass<T, BackwardRows<T>>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run<TVector, TWidth>(int first, int end, scoped ref readonly BackwardRows<T> rows)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>
        {
            var math = new LoopFunctions<T, TVector, TWidth>();
            nint units = rows.Units, back = rows.SumsBack;
            ref T weightX = ref rows.InputWeight, biasX = ref rows.InputBias, weightY = ref rows.HiddenWeight, biasY = ref rows.HiddenBias;
            for (int row = 0; row < rows.Count; row++)
            {
                nint place = row * rows.Stride;
                ref T x = ref Unsafe.Add(ref rows.Input, place), y = ref Unsafe.Add(ref rows.Hidden, place), gates = ref Unsafe.Add(ref rows.Gates, place);
                for (nint j = first; j < end; j += TWidth.Lanes)
                {
                    CacheLines.PrefetchFour(ref Unsafe.Add(ref x, j + back), units);
                    CacheLines.PrefetchFour(ref Unsafe.Add(ref y, j + back), units);
                    TWidth.Store(math.Sigmoid(Sum<T, TVector, TWidth>(j, ref x, ref weightX, ref biasX, ref y, ref weightY, ref biasY)), ref Unsafe.Add(ref gates, j));
                    TWidth.Store(math.Sigmoid(Sum<T, TVector, TWidth>(j + units, ref x, ref weightX, ref biasX, ref y, ref weightY, ref biasY)), ref Unsafe.Add(ref gates, j + units));
                    TWidth.Store(math.Tanh(Sum<T, TVector, TWidth>(j + (2 * units), ref x, ref weightX, ref biasX, ref y, ref weightY, ref biasY)), ref Unsafe.Add(ref gates, j + (2 * units)));
                    TWidth.Store(math.Sigmoid(Sum<T, TVector, TWidth>(j + (3 * units), ref x, ref weightX, ref biasX, ref y, ref weightY, ref biasY)), ref Unsafe.Add(ref gates, j + (3 * units)));
                }
            }
        }
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
            nint units = rows.Units, back = rows.UnitsBack;
            ref T weight = ref rows.CellWeight;
            for (int row = 0; row < rows.Count; row++)
            {
                nint place = row * units;
                ref T o = ref Unsafe.Add(ref rows.Gates, (row * rows.Stride) + (3 * units)), tanh = ref Unsafe.Add(ref rows.Tanh, place), c = ref Unsafe.Add(ref rows.C, place);
                ref T dOutput = ref Unsafe.Add(ref rows.DOutput, place), dh = ref Unsafe.Add(ref rows.Dh, place);
                ref T dO = ref Unsafe.Add(ref rows.DGates, (row * rows.GradientStride) + (3 * units)), dCell = ref Unsafe.Add(ref dO, units);
                ref T dWeight = ref Unsafe.Add(ref rows.DWeights, (row / rows.Together * rows.WeightStride) + (12 * units)), dBias = ref Unsafe.Add(ref dWeight, units);
                var ofC = new Scale<T, TVector, TWidth>(in Unsafe.Add(ref rows.Statistics, (row * StatisticsSize) + 4));
                SlopeSums<T, TVector, TWidth> sums = default;
                for (nint j = first; j < end; j += TWidth.Lanes)
                {
                    CacheLines.PrefetchOne(ref Unsafe.Add(ref dOutput, j + back));
                    CacheLines.PrefetchOne(ref Unsafe.Add(ref tanh, j + back));
                    CacheLines.PrefetchOne(ref Unsafe.Add(ref c, j + back));
                    TVector d = TWidth.Add(TWidth.Load(in Unsafe.Add(ref dOutput, j)), TWidth.Load(in Unsafe.Add(ref dh, j)));
                    TVector gate = TWidth.Load(in Unsafe.Add(ref o, j)), y = TWidth.Load(in Unsafe.Add(ref tanh, j)), normalised = ofC.Normalise(ref Unsafe.Add(ref c, j), keeps: false);
                    TWidth.Store(default(SigmoidGradient<T>).Of<TVector, TWidth>(d, y, gate), ref Unsafe.Add(ref dO, j));
                    d = default(TanhGradient<T>).Of<TVector, TWidth>(d, gate, y);
                    TWidth.Store(d, ref Unsafe.Add(ref dCell, j));
                    sums.Add(d, ref weight, normalised, j);
                    AddProduct<T, TVector, TWidth>(d, normalised, ref Unsafe.Add(ref dWeight, j));
                    AddTo<T, TVector, TWidth>(d, ref Unsafe.Add(ref dBias, j));
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
                ref T gates = ref Unsafe.Add(ref rows.Gates, ofGates), x = ref Unsafe.Add(ref rows.Input, ofGates), y = ref Unsafe.Add(ref rows.Hidden, ofGates);
                ref T cPrevious = ref Unsafe.Add(ref rows.CPrevious, place), c = ref Unsafe.Add(ref rows.C, place), dc = ref Unsafe.Add(ref rows.Dc, place);
                ref T dGates = ref Unsafe.Add(ref rows.DGates, row * rows.GradientStride), dCell = ref Unsafe.Add(ref dGates, 4 * units);
                ref T totals = ref Unsafe.Add(ref rows.Sums, row * StatisticsSize);
                var ofC = new Scale<T, TVector, TWidth>(in Unsafe.Add(ref rows.Statistics, (row * StatisticsSize) + 4));
                var slope = new Slope<T, TVector, TWidth>(in Unsafe.Add(ref rows.Statistics, (row * StatisticsSize) + 5), in Unsafe.Add(ref totals, 4), rows.Units);

                // Two chains of additions each, so that they do not wait for each other.
                SlopeSums<T, TVector, TWidth> ofX = default, ofY = default, ofXToo = default, ofYToo = default;
                for (nint j = first; j < end; j += TWidth.Lanes)
                {
                    TVector d = slope.Of(TWidth.Load(in Unsafe.Add(ref dCell, j)), TWidth.Load(in Unsafe.Add(ref weightC, j)), ofC.Normalise(ref Unsafe.Add(ref c, j), keeps: false));
                    d = TWidth.Add(TWidth.Load(in Unsafe.Add(ref dc, j)), d);
                    TVector i = TWidth.Load(in Unsafe.Add(ref gates, j)), f = TWidth.Load(in Unsafe.Add(ref gates, j + units)), g = TWidth.Load(in Unsafe.Add(ref gates, j + (2 * units)));
                    TWidth.Store(TWidth.Multiply(d, f), ref Unsafe.Add(ref dc, j));

                    TVector dz = default(SigmoidGradient<T>).Of<TVector, TWidth>(d, g, i);
                    TWidth.Store(dz, ref Unsafe.Add(ref dGates, j));
                    ofX.Add(dz, ref weightX, ref x, j);
                    ofY.Add(dz, ref weightY, ref y, j);

                    dz = default(SigmoidGradient<T>).Of<TVector, TWidth>(d, TWidth.Load(in Unsafe.Add(ref cPrevious, j)), f);
                    TWidth.Store(dz, ref Unsafe.Add(ref dGates, j + units));
                    ofXToo.Add(dz, ref weightX, ref x, j + units);
                    ofYToo.Add(dz, ref weightY, ref y, j + units);

                    dz = default(TanhGradient<T>).Of<TVector, TWidth>(d, i, g);
                    TWidth.Store(dz, ref Unsafe.Add(ref dGates, j + (2 * units)));
                    ofX.Add(dz, ref weightX, ref x, j + (2 * units));
                    ofY.Add(dz, ref weightY, ref y, j + (2 * units));

                    dz = TWidth.Load(in Unsafe.Add(ref dGates, j + (3 * units)));
                    ofXToo.Add(dz, ref weightX, ref x, j + (3 * units));
                    ofYToo.Add(dz, ref weightY, ref y, j + (3 * units));
                }

                ofX.Add(ofXToo);
                ofY.Add(ofYToo);
                ofX.AddTo(ref totals);
                ofY.AddTo(ref Unsafe.Add(ref totals, 2));
            }
        }
    }
}

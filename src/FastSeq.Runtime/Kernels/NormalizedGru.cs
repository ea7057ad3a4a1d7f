using System.Numerics;
using System.Runtime.CompilerServices;
using static FastSeq.Kernels.NormalizedSums;

namespace FastSeq.Kernels;

/// <summary>
/// A layer-normalised GRU over the rows of a time step, once its products are done, the gates r, z, n side by side; r and z are normalised together, n apart:
/// <c>r = σ(LN(W_ir·x) + LN(W_hr·h))</c>, z likewise, <c>n = tanh(LN(W_in·x) + r·LN(W_hn·h))</c>, <c>h_t = (1 - z)·n + z·h_(t-1)</c>.
/// </summary>
public static partial class NormalizedGru
{
    /// <summary>From the sums of some rows to their states.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="units">The units.</param>
    /// <param name="stride">The numbers from one row of sums or gates to the next, at least 3·units.</param>
    /// <param name="epsilon">ε of the normalisations.</param>
    /// <param name="keeps">Keeps what <see cref="Backward"/> needs.</param>
    /// <param name="weights">The weights and biases of the normalisations.</param>
    /// <param name="input">The input sums; where kept, overwritten by the normalised ones before weight and bias.</param>
    /// <param name="hidden">The recurrent sums; likewise.</param>
    /// <param name="gates">Where kept, overwritten: the gates.</param>
    /// <param name="hPrevious">The previous h, [rows, units].</param>
    /// <param name="h">Overwritten: the new h; may be <paramref name="hPrevious"/>.</param>
    /// <param name="statistics">Overwritten: <see cref="StatisticsSize"/> numbers a row.</param>
    public static void Forward<T>(
        int rows, int units, int stride, double epsilon, bool keeps, scoped in NormalizedWeights<T> weights, ref T input, ref T hidden, ref T gates,
        ref readonly T hPrevious, ref T h, ref T statistics)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < rows; row += RowGroup)
        {
            scoped ForwardRows<T> group = new()
            {
                Count = Math.Min(RowGroup, rows - row), Units = units, Stride = stride, Keeps = keeps,
                InputWeight = ref weights.InputWeight, InputBias = ref weights.InputBias, HiddenWeight = ref weights.HiddenWeight, HiddenBias = ref weights.HiddenBias,
                Input = ref Unsafe.Add(ref input, row * stride), Hidden = ref Unsafe.Add(ref hidden, row * stride), Gates = ref Unsafe.Add(ref gates, row * stride),
                HPrevious = ref Unsafe.Add(ref Unsafe.AsRef(in hPrevious), row * units), H = ref Unsafe.Add(ref h, row * units), Statistics = ref Unsafe.Add(ref statistics, row * StatisticsSize),
            };
            for (int part = 0, start = 0; part < 2; part++, start += 2 * units)
            {
                int size = part == 0 ? 2 * units : units;
                RowStatistics.Compute(group.Count, size, stride, epsilon, in Unsafe.Add(ref group.Input, start), ref Unsafe.Add(ref group.Statistics, 4 * part), StatisticsSize);
                RowStatistics.Compute(group.Count, size, stride, epsilon, in Unsafe.Add(ref group.Hidden, start), ref Unsafe.Add(ref group.Statistics, (4 * part) + 2), StatisticsSize);
            }

            InAllWidths<T, ForwardRows<T>, GatesPass<T>>(units, in group);
        }
    }

    ref struct ForwardRows<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public int Count, Units, Stride;
        public bool Keeps;
        public ref T InputWeight, InputBias, HiddenWeight, HiddenBias, Input, Hidden, Gates, HPrevious, H, Statistics;
    }

    /// <summary>From the sums to h.</summary>
    readonly struct GatesPass<T> : IPass<T, ForwardRows<T>>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run<TVector, TWidth>(int first, int end, scoped ref readonly ForwardRows<T> rows)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>
        {
            var math = new LoopFunctions<T, TVector, TWidth>();
            nint units = rows.Units;
            bool keeps = rows.Keeps;
            ref T weightX = ref rows.InputWeight, biasX = ref rows.InputBias, weightY = ref rows.HiddenWeight, biasY = ref rows.HiddenBias;
            for (int row = 0; row < rows.Count; row++)
            {
                int place = row * rows.Stride;
                ref T x = ref Unsafe.Add(ref rows.Input, place), y = ref Unsafe.Add(ref rows.Hidden, place), gates = ref Unsafe.Add(ref rows.Gates, place);
                ref T hPrevious = ref Unsafe.Add(ref rows.HPrevious, row * units), h = ref Unsafe.Add(ref rows.H, row * units);
                ref T statistics = ref Unsafe.Add(ref rows.Statistics, row * StatisticsSize);
                var ofX = new Scale<T, TVector, TWidth>(in statistics);
                var ofY = new Scale<T, TVector, TWidth>(in Unsafe.Add(ref statistics, 2));
                var ofXn = new Scale<T, TVector, TWidth>(in Unsafe.Add(ref statistics, 4));
                var ofYn = new Scale<T, TVector, TWidth>(in Unsafe.Add(ref statistics, 6));
                for (nint j = first; j < end; j += TWidth.Lanes)
                {
                    TVector r = math.Sigmoid(Sum(j, keeps, ref x, ofX, ref weightX, ref biasX, ref y, ofY, ref weightY, ref biasY));
                    TVector z = math.Sigmoid(Sum(j + units, keeps, ref x, ofX, ref weightX, ref biasX, ref y, ofY, ref weightY, ref biasY));
                    nint at = j + (2 * units);
                    TVector product = ofYn.Normalise(ref Unsafe.Add(ref y, at), keeps), input = ofXn.Normalise(ref Unsafe.Add(ref x, at), keeps);
                    product = TWidth.MultiplyAdd(product, TWidth.Load(in Unsafe.Add(ref weightY, at)), TWidth.Load(in Unsafe.Add(ref biasY, at)));
                    input = TWidth.MultiplyAdd(input, TWidth.Load(in Unsafe.Add(ref weightX, at)), TWidth.Load(in Unsafe.Add(ref biasX, at)));
                    TVector n = math.Tanh(TWidth.MultiplyAdd(r, product, input));
                    if (keeps)
                    {
                        TWidth.Store(r, ref Unsafe.Add(ref gates, j));
                        TWidth.Store(z, ref Unsafe.Add(ref gates, j + units));
                        TWidth.Store(n, ref Unsafe.Add(ref gates, at));
                    }

                    TWidth.Store(TWidth.MultiplyAdd(z, TWidth.Subtract(TWidth.Load(in Unsafe.Add(ref hPrevious, j)), n), n), ref Unsafe.Add(ref h, j));
                }
            }
        }
    }
}

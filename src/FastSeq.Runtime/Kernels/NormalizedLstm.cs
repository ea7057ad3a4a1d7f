using System.Numerics;
using System.Runtime.CompilerServices;
using static FastSeq.Kernels.NormalizedSums;

namespace FastSeq.Kernels;

/// <summary>
/// A layer-normalised LSTM over the rows of a time step, once its products are done: <c>z = LN(W_ih·x) + LN(W_hh·h_(t-1))</c> with the gates i, f, g, o side by side,
/// <c>c_t = σ(f)·c_(t-1) + σ(i)·tanh(g)</c>, <c>h_t = σ(o)·tanh(LN(c_t))</c>.
/// </summary>
public static partial class NormalizedLstm
{
    /// <summary>From the sums of some rows to their states.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="units">The units.</param>
    /// <param name="stride">The numbers from one row of sums or gates to the next, at least 4·units.</param>
    /// <param name="epsilon">ε of the normalisations.</param>
    /// <param name="keeps">Keeps what <see cref="Backward"/> needs.</param>
    /// <param name="weights">The weights and biases of the normalisations.</param>
    /// <param name="input">The input sums; where kept, overwritten by the normalised ones before weight and bias.</param>
    /// <param name="hidden">The recurrent sums; likewise.</param>
    /// <param name="gates">Overwritten: <see cref="RowGroup"/> rows of scratch memory, or one where there is one row. May be <paramref name="input"/> where nothing is kept of one row.</param>
    /// <param name="cPrevious">The previous c, [rows, units].</param>
    /// <param name="c">Overwritten: the new c; may be <paramref name="cPrevious"/>.</param>
    /// <param name="tanh">Where kept, overwritten: the tanh of the normalised c, [rows, units].</param>
    /// <param name="h">Overwritten: [rows, units].</param>
    /// <param name="statistics">Overwritten: <see cref="StatisticsSize"/> numbers a row.</param>
    public static void Forward<T>(
        int rows, int units, int stride, double epsilon, bool keeps, scoped in NormalizedWeights<T> weights, ref T input, ref T hidden, ref T gates,
        ref readonly T cPrevious, ref T c, ref T tanh, ref T h, ref T statistics)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < rows; row += RowGroup)
        {
            scoped ForwardRows<T> group = new()
            {
                Count = Math.Min(RowGroup, rows - row), Units = units, Stride = stride, Keeps = keeps,
                InputWeight = ref weights.InputWeight, InputBias = ref weights.InputBias, HiddenWeight = ref weights.HiddenWeight, HiddenBias = ref weights.HiddenBias,
                CellWeight = ref weights.CellWeight, CellBias = ref weights.CellBias,
                Input = ref Unsafe.Add(ref input, row * stride), Hidden = ref Unsafe.Add(ref hidden, row * stride), Gates = ref gates,
                CPrevious = ref Unsafe.Add(ref Unsafe.AsRef(in cPrevious), row * units), C = ref Unsafe.Add(ref c, row * units),
                Tanh = ref Unsafe.Add(ref tanh, row * units), H = ref Unsafe.Add(ref h, row * units), Statistics = ref Unsafe.Add(ref statistics, row * StatisticsSize),
            };
            RowStatistics.Compute(group.Count, 4 * units, stride, epsilon, in group.Input, ref group.Statistics, StatisticsSize);
            RowStatistics.Compute(group.Count, 4 * units, stride, epsilon, in group.Hidden, ref Unsafe.Add(ref group.Statistics, 2), StatisticsSize);
            InAllWidths<T, ForwardRows<T>, GatesPass<T>>(units, in group);
            RowStatistics.Compute(group.Count, units, units, epsilon, in group.C, ref Unsafe.Add(ref group.Statistics, 4), StatisticsSize);
            InAllWidths<T, ForwardRows<T>, OutputPass<T>>(units, in group);
        }
    }

    ref struct ForwardRows<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public int Count, Units, Stride;
        public bool Keeps;
        public ref T InputWeight, InputBias, HiddenWeight, HiddenBias, CellWeight, CellBias, Input, Hidden, Gates, CPrevious, C, Tanh, H, Statistics;
    }

    /// <summary>From the sums to the gates and c.</summary>
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
                ref T cPrevious = ref Unsafe.Add(ref rows.CPrevious, row * units), c = ref Unsafe.Add(ref rows.C, row * units);
                ref T statistics = ref Unsafe.Add(ref rows.Statistics, row * StatisticsSize);
                var ofX = new Scale<T, TVector, TWidth>(in statistics);
                var ofY = new Scale<T, TVector, TWidth>(in Unsafe.Add(ref statistics, 2));
                for (nint j = first; j < end; j += TWidth.Lanes)
                {
                    TVector i = math.Sigmoid(Sum(j, keeps, ref x, ofX, ref weightX, ref biasX, ref y, ofY, ref weightY, ref biasY));
                    TVector f = math.Sigmoid(Sum(j + units, keeps, ref x, ofX, ref weightX, ref biasX, ref y, ofY, ref weightY, ref biasY));
                    TVector g = math.Tanh(Sum(j + (2 * units), keeps, ref x, ofX, ref weightX, ref biasX, ref y, ofY, ref weightY, ref biasY));
                    TVector o = math.Sigmoid(Sum(j + (3 * units), keeps, ref x, ofX, ref weightX, ref biasX, ref y, ofY, ref weightY, ref biasY));
                    TWidth.Store(o, ref Unsafe.Add(ref gates, j + (3 * units)));
                    TWidth.Store(TWidth.MultiplyAdd(i, g, TWidth.Multiply(f, TWidth.Load(in Unsafe.Add(ref cPrevious, j)))), ref Unsafe.Add(ref c, j));
                }
            }
        }
    }

    /// <summary>From o and c to h.</summary>
    readonly struct OutputPass<T> : IPass<T, ForwardRows<T>>
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
            ref T weight = ref rows.CellWeight, bias = ref rows.CellBias;
            for (int row = 0; row < rows.Count; row++)
            {
                ref T o = ref Unsafe.Add(ref rows.Gates, (row * rows.Stride) + (3 * units));
                ref T c = ref Unsafe.Add(ref rows.C, row * units), tanh = ref Unsafe.Add(ref rows.Tanh, row * units), h = ref Unsafe.Add(ref rows.H, row * units);
                var ofC = new Scale<T, TVector, TWidth>(in Unsafe.Add(ref rows.Statistics, (row * StatisticsSize) + 4));
                for (nint j = first; j < end; j += TWidth.Lanes)
                {
                    TVector normalised = ofC.Normalise(ref Unsafe.Add(ref c, j), keeps: false);
                    TVector y = math.Tanh(TWidth.MultiplyAdd(normalised, TWidth.Load(in Unsafe.Add(ref weight, j)), TWidth.Load(in Unsafe.Add(ref bias, j))));
                    if (keeps)
                    {
                        TWidth.Store(y, ref Unsafe.Add(ref tanh, j));
                    }

                    TWidth.Store(TWidth.Multiply(y, TWidth.Load(in Unsafe.Add(ref o, j))), ref Unsafe.Add(ref h, j));
                }
            }
        }
    }
}

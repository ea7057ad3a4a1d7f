using System.Numerics;
using FastSeq.Kernels;
using Xunit;

namespace FastSeq.Tests.Kernels;

/// <summary>The kernels of layer-normalised cells against formulas written out, and their gradients against differences of these.</summary>
public sealed class NormalizedKernelTests
{
    const int Rows = 6;

    public static TheoryData<int> Sizes => [1, 3, 7, 15, 16, 17, 20, 33, 100];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Lstm_MatchesItsFormula(int units) => Check(new Case(units, isLstm: true));

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Gru_MatchesItsFormula(int units) => Check(new Case(units, isLstm: false));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lstm_And_Gru_AllocateNothing(bool isLstm)
    {
        Buffers<float> once = new(new Case(33, isLstm), 0, Rows), again = new(new Case(33, isLstm), 0, Rows);
        once.Forward(keeps: true);
        once.Backward();
        long before = GC.GetAllocatedBytesForCurrentThread();
        again.Forward(keeps: true);
        again.Backward();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Statistics_HoldFarFromZero(int size)
    {
        // Numbers whose mean is a thousand times their deviation: the mean of the squares less the square of the mean would have lost it.
        var random = new Random(size);
        float[] row = [.. Enumerable.Range(0, size).Select(_ => 1000 + random.NextSingle())], statistics = new float[2];
        RowStatistics.Compute(1, size, size, 1e-5, in row[0], ref statistics[0], 2);
        double mean = row.Average(x => (double)x), variance = row.Average(x => (x - mean) * (x - mean));
        Assert.Equal(mean, statistics[0], 1e-3);
        Assert.Equal(1 / Math.Sqrt(variance + 1e-5), statistics[1], 2e-3 / Math.Sqrt(variance + 1e-5));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Lstm_PairsOfRows_ShareGradientsOfWeights(int units) => CheckPairs(new Case(units, isLstm: true));

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Gru_PairsOfRows_ShareGradientsOfWeights(int units) => CheckPairs(new Case(units, isLstm: false));

    static void CheckPairs(Case of)
    {
        // The last pair is one row.
        const int Count = Rows - 1;
        Buffers<float> single = new(of, 0, Count), paired = new(of, 0, Count), wholeBatch = new(of, 0, Rows);
        foreach (Buffers<float> buffers in (Buffers<float>[])[single, paired, wholeBatch])
        {
            buffers.Forward(keeps: true);
            buffers.Backward(together: buffers == single ? 1 : 2);
        }

        int own = (2 * of.Width) + of.Units;
        for (int row = 0; row < Count; row++)
        {
            Assert.Equal(single.Gradients(row)[..own].ToArray(), paired.Gradients(row, row / 2)[..own].ToArray());
        }

        for (int pair = 0; pair < Rows / 2; pair++)
        {
            double[] sum = [.. single.Gradients(2 * pair)[own..].ToArray().Select(x => (double)x)];
            for (int i = 0; i < sum.Length && (2 * pair) + 1 < Count; i++)
            {
                sum[i] += single.Gradients((2 * pair) + 1)[own + i];
            }

            Agree("gradients of weights", sum, paired.Gradients(0, pair)[own..], 1e-6);

            // Whatever pairs are beside it, a pair has the same bits.
            if ((2 * pair) + 1 < Count)
            {
                Assert.Equal(paired.Gradients(0, pair)[own..].ToArray(), wholeBatch.Gradients(0, pair)[own..].ToArray());
            }
        }
    }

    static void Check(Case of)
    {
        Buffers<double> wide = new(of, 0, Rows);
        Buffers<float> single = new(of, 0, Rows), unkept = new(of, 0, Rows);
        wide.Forward(keeps: true);
        single.Forward(keeps: true);
        unkept.Forward(keeps: false);
        for (int row = 0; row < Rows; row++)
        {
            (double[] h, double[] c) = of.States(row, of.Numbers(row));
            Agree("h", h, wide.H.AsSpan(row * of.Units, of.Units), 1e-12);
            Agree("h, float", h, single.H.AsSpan(row * of.Units, of.Units), 2e-5);
            if (of.IsLstm)
            {
                Agree("c", c, wide.C.AsSpan(row * of.Units, of.Units), 1e-12);
            }

            // Whatever is kept, and whatever rows are beside it, a row has the same bits.
            Buffers<float> alone = new(of, row, 1);
            alone.Forward(keeps: true);
            Assert.Equal(alone.H, single.H[(row * of.Units)..((row + 1) * of.Units)]);
        }

        Assert.Equal(single.H, unkept.H);
        Assert.Equal(single.C, unkept.C);

        wide.Backward();
        single.Backward();
        Assert.All(single.Between, one => Assert.Equal(77, one));
        for (int row = 0; row < Rows; row++)
        {
            double[] numbers = of.Numbers(row), slopes = of.Differences(row, numbers);
            Agree("gradients", slopes, wide.Gradients(row), 2e-6);
            Agree("gradients, float", [.. wide.Gradients(row).ToArray()], single.Gradients(row), 2e-4);
            Buffers<float> alone = new(of, row, 1);
            alone.Forward(keeps: true);
            alone.Backward();
            Assert.Equal(alone.Gradients(0).ToArray(), single.Gradients(row).ToArray());
        }
    }

    static void Agree<T>(string what, double[] expected, ReadOnlySpan<T> actual, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double scale = Math.Max(1e-3, expected.Max(Math.Abs));
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Math.Abs(expected[i] - double.CreateChecked(actual[i])) / scale;
            Assert.True(error <= tolerance, $"{what}: element {i} is {actual[i]}, expected {expected[i]}.");
        }
    }

    static void Agree<T>(string what, double[] expected, Span<T> actual, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Agree(what, expected, (ReadOnlySpan<T>)actual, tolerance);

    /// <summary>Random numbers for a cell of some units, and what its formula makes of them.</summary>
    /// <remarks>A row's numbers: the input sums, the recurrent sums, the previous state; then, the same for all rows, weights and biases of the normalisations as they lie in <see cref="NormalizedWeights{T}"/>.</remarks>
    sealed class Case
    {
        const double Epsilon = 1e-5;

        readonly double[][] _rows;
        readonly double[] _weights, _dh, _dc;

        public Case(int units, bool isLstm)
        {
            (Units, IsLstm, Width) = (units, isLstm, (isLstm ? 4 : 3) * units);
            var random = new Random(units);
            _rows = [.. Enumerable.Range(0, Rows).Select(_ => Draw((2 * Width) + units))];
            _weights = Draw((4 * Width) + (isLstm ? 2 * units : 0));
            (_dh, _dc) = (Draw(Rows * units), Draw(Rows * units));

            double[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextDouble()) - 1)];
        }

        public int Units { get; }

        public bool IsLstm { get; }

        public int Width { get; }

        public double[] Numbers(int row) => [.. _rows[row], .. _weights];

        public ReadOnlySpan<double> Weights => _weights;

        public ReadOnlySpan<double> Dh(int row) => _dh.AsSpan(row * Units, Units);

        public ReadOnlySpan<double> Dc(int row) => _dc.AsSpan(row * Units, Units);

        public (double[] H, double[] C) States(int row, double[] all)
        {
            int u = Units, first = (2 * Width) + u;
            double[] previous = all[(2 * Width)..first];
            int[] parts = IsLstm ? [4 * u] : [2 * u, u];
            double[] x = Normalised(all[..Width], all[first..(first + Width)], all[(first + Width)..(first + (2 * Width))], parts);
            first += 2 * Width;
            double[] y = Normalised(all[Width..(2 * Width)], all[first..(first + Width)], all[(first + Width)..(first + (2 * Width))], parts);
            if (!IsLstm)
            {
                double[] n = new double[u], next = new double[u];
                for (int j = 0; j < u; j++)
                {
                    double z = Sigmoid(x[u + j] + y[u + j]);
                    n[j] = Math.Tanh(x[(2 * u) + j] + (Sigmoid(x[j] + y[j]) * y[(2 * u) + j]));
                    next[j] = ((1 - z) * n[j]) + (z * previous[j]);
                }

                return (next, []);
            }

            first += 2 * Width;
            double[] c = [.. Enumerable.Range(0, u).Select(j => (Sigmoid(x[u + j] + y[u + j]) * previous[j]) + (Sigmoid(x[j] + y[j]) * Math.Tanh(x[(2 * u) + j] + y[(2 * u) + j])))];
            double[] normal = Normalised(c, all[first..(first + u)], all[(first + u)..(first + (2 * u))], [u]);
            return ([.. Enumerable.Range(0, u).Select(j => Sigmoid(x[(3 * u) + j] + y[(3 * u) + j]) * Math.Tanh(normal[j]))], c);
        }

        /// <summary>The gradients of Σ dh·h + Σ dc·c by all numbers, as central differences.</summary>
        public double[] Differences(int row, double[] numbers)
        {
            double step = 1e-6;
            return [.. Enumerable.Range(0, numbers.Length).Select(i =>
            {
                double at = numbers[i];
                numbers[i] = at + step;
                double above = Sum();
                numbers[i] = at - step;
                double below = Sum();
                numbers[i] = at;
                return (above - below) / (2 * step);
            })];

            double Sum()
            {
                (double[] h, double[] c) = States(row, numbers);
                return h.Select((one, j) => one * _dh[(row * Units) + j]).Sum() + c.Select((one, j) => one * _dc[(row * Units) + j]).Sum();
            }
        }

        static double[] Normalised(double[] x, double[] weight, double[] bias, int[] parts)
        {
            var y = new List<double>();
            foreach (int size in parts)
            {
                double[] part = x[y.Count..(y.Count + size)];
                double mean = part.Average(), r = 1 / Math.Sqrt(part.Average(one => (one - mean) * (one - mean)) + Epsilon);
                int start = y.Count;
                y.AddRange(part.Select((one, j) => ((one - mean) * r * weight[start + j]) + bias[start + j]));
            }

            return [.. y];
        }

        static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
    }

    /// <summary>The memory of a kernel for some rows of a case; rows of sums lie apart, with numbers between them that nothing may change.</summary>
    sealed class Buffers<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Gap = 5;

        readonly Case _of;
        readonly int _rows, _stride, _gradientStride, _weightStride;
        readonly T[] _input, _hidden, _gates, _tanh, _statistics, _weights, _previous, _dOutput, _dh, _dState, _dGates, _dWeights;

        public Buffers(Case of, int first, int rows)
        {
            (_of, _rows, _stride, _gradientStride, _weightStride) = (of, rows, of.Width + Gap, (5 * of.Units) + Gap, (14 * of.Units) + Gap);
            (_input, _hidden, _gates) = (new T[rows * _stride], new T[rows * _stride], new T[(of.IsLstm ? NormalizedSums.RowGroup : rows) * _stride]);
            (_tanh, C, H, _previous, _dOutput, _dh, _dState) = (OfUnits(), OfUnits(), OfUnits(), OfUnits(), OfUnits(), OfUnits(), OfUnits());
            (_statistics, _dGates, _dWeights) = (new T[rows * NormalizedSums.StatisticsSize], new T[NormalizedSums.RowGroup * _gradientStride], new T[rows * _weightStride]);
            _weights = Convert(of.Weights);
            Array.Fill(_input, T.CreateChecked(77));
            Array.Fill(_hidden, T.CreateChecked(77));
            for (int row = 0; row < rows; row++)
            {
                ReadOnlySpan<double> numbers = of.Numbers(first + row);
                Convert(numbers[..of.Width]).CopyTo(_input, row * _stride);
                Convert(numbers[of.Width..(2 * of.Width)]).CopyTo(_hidden, row * _stride);
                Convert(numbers.Slice(2 * of.Width, of.Units)).CopyTo(_previous, row * of.Units);
                T[] dh = Convert(of.Dh(first + row));
                dh.CopyTo(of.IsLstm ? _dOutput : _dh, row * of.Units);
                Convert(of.Dc(first + row)).CopyTo(_dState, row * of.Units);
            }

            T[] OfUnits() => new T[rows * of.Units];
        }

        public T[] H { get; }

        public T[] C { get; }

        NormalizedWeights<T> Weights => _of.IsLstm
            ? new(ref _weights[0], 0, _of.Width, 2 * _of.Width, 3 * _of.Width, 4 * _of.Width, (4 * _of.Width) + _of.Units)
            : new(ref _weights[0], 0, _of.Width, 2 * _of.Width, 3 * _of.Width);

        public void Forward(bool keeps)
        {
            if (_of.IsLstm)
            {
                NormalizedLstm.Forward(
                    _rows, _of.Units, _stride, 1e-5, keeps, Weights, ref _input[0], ref _hidden[0], ref _gates[0],
                    in _previous[0], ref C[0], ref _tanh[0], ref H[0], ref _statistics[0]);
            }
            else
            {
                NormalizedGru.Forward(_rows, _of.Units, _stride, 1e-5, keeps, Weights, ref _input[0], ref _hidden[0], ref _gates[0], in _previous[0], ref H[0], ref _statistics[0]);
            }
        }

        /// <summary>The numbers between the rows of sums.</summary>
        public IEnumerable<T> Between => Enumerable.Range(0, _rows * _stride).Where(i => i % _stride >= _of.Width).SelectMany(i => (T[])[_input[i], _hidden[i]]);

        public void Backward(int together = 1)
        {
            if (_of.IsLstm)
            {
                NormalizedLstm.Backward(
                    _rows, ahead: 0, together, _of.Units, _stride, _gradientStride, _weightStride, Weights, ref _input[0], ref _hidden[0], ref _gates[0], in _previous[0], in C[0], in _tanh[0],
                    in _statistics[0], in _dOutput[0], in _dh[0], ref _dState[0], ref _dGates[0], ref _dWeights[0]);
            }
            else
            {
                NormalizedGru.Backward(
                    _rows, ahead: 0, together, _of.Units, _stride, _gradientStride, _weightStride, Weights, ref _input[0], ref _hidden[0], in _gates[0], in _previous[0],
                    in _statistics[0], in _dOutput[0], ref _dh[0], ref _dGates[0], ref _dWeights[0]);
            }
        }

        /// <summary>The gradients of a row in the order of <see cref="Case.Numbers"/>. That by the previous h of a GRU is the pointwise part, which is all here: no product follows.</summary>
        public ReadOnlySpan<T> Gradients(int row) => Gradients(row, row);

        /// <summary>The same where the gradients of weights lie in another row.</summary>
        public ReadOnlySpan<T> Gradients(int row, int weightRow)
        {
            int w = _of.Width, u = _of.Units;
            ReadOnlySpan<T> of = _dWeights.AsSpan(weightRow * _weightStride, _weightStride), both = of.Slice(2 * w, w);
            ReadOnlySpan<T> hiddenBias = _of.IsLstm ? both : [.. both[..(2 * u)], .. of.Slice(3 * w, u)];
            return (T[])[
                .. _input.AsSpan(row * _stride, w), .. _hidden.AsSpan(row * _stride, w), .. (_of.IsLstm ? _dState : _dh).AsSpan(row * u, u),
                .. of[..w], .. both, .. of.Slice(w, w), .. hiddenBias, .. _of.IsLstm ? of.Slice(3 * w, 2 * u) : []];
        }

        static T[] Convert(ReadOnlySpan<double> numbers)
        {
            var all = new T[numbers.Length];
            for (int i = 0; i < all.Length; i++)
            {
                all[i] = T.CreateChecked(numbers[i]);
            }

            return all;
        }
    }
}

namespace FastSeq.Tests.Quantized;

/// <summary>A product with a quantised weight in plain loops, a row of PyTorch's weight for each sum.</summary>
public abstract class OracleProduct
{
    protected OracleProduct(ParameterInfo weight, ParameterInfo? bias, float[] flat)
    {
        Rows = weight.Layout.Rows;
        Inner = weight.Layout.Columns;
        Weight = new float[weight.Count];
        weight.CopyTo<float>(flat, Weight);

        // Of a convolution: one tap after the other, as its windows are.
        int taps = weight.Layout.Taps, inputs = Inner / taps;
        Weight = [.. Enumerable.Range(0, Weight.Length).Select(i => Weight[(i / Inner * Inner) + (i % inputs * taps) + (i % Inner / inputs)])];
        Bias = new float[Rows];
        bias?.CopyTo<float>(flat, Bias);
    }

    protected int Rows { get; }

    protected int Inner { get; }

    protected float[] Weight { get; }

    protected float[] Bias { get; }

    public abstract double[] Sums(float[] x);
}

/// <summary>Weights and x in integers, each row and each x by its own largest magnitude.</summary>
public sealed class Int8OracleProduct(ParameterInfo weight, ParameterInfo? bias, float[] flat) : OracleProduct(weight, bias, flat)
{
    public override double[] Sums(float[] x)
    {
        float most = x.Max(Math.Abs), scale = most / 63;
        int[] q = [.. x.Select(v => most == 0 ? 0 : (int)Math.Round((double)(v * (63 / most))))];
        var sums = new double[Rows];
        for (int row = 0; row < Rows; row++)
        {
            ReadOnlySpan<float> weights = Weight.AsSpan(row * Inner, Inner);
            float largest = 0;
            foreach (float w in weights)
            {
                largest = Math.Max(largest, Math.Abs(w));
            }

            long sum = 0;
            for (int k = 0; k < Inner && largest > 0; k++)
            {
                sum += q[k] * (long)Math.Round(weights[k] * 127.0 / largest);
            }

            sums[row] = Bias[row] + (largest / 127 * scale * (float)sum);
        }

        return sums;
    }
}

/// <summary>Weights in bfloat16. Two share a word: the lower is the nearest bfloat16 number, the upper the nearest float that ends in it.</summary>
public sealed class BFloat16OracleProduct : OracleProduct
{
    private readonly double[] _rounded;

    public BFloat16OracleProduct(ParameterInfo weight, ParameterInfo? bias, float[] flat)
        : base(weight, bias, flat)
    {
        // A row's column: its place in the bias of its product; a product without one has a single gate, and its columns in their order.
        var places = new Dictionary<(int Region, long Column), int>();
        for (int row = 0; row < Rows; row++)
        {
            places.Add(Place(row), row);
        }

        _rounded = new double[Weight.Length];
        foreach (((int region, long column), int row) in places)
        {
            bool isUpper = column / 16 % 2 == 0;
            int partner = isUpper && places.TryGetValue((region, column + 16), out int other) ? other : -1;
            for (int k = 0; k < Inner; k++)
            {
                uint lower = partner < 0 ? 0 : BitConverter.SingleToUInt32Bits(Nearest(Weight[(partner * Inner) + k], 0)) >> 16;
                _rounded[(row * Inner) + k] = Nearest(Weight[(row * Inner) + k], lower);
            }
        }

        (int Region, long Column) Place(int row)
        {
            if (bias is null)
            {
                return (0, row);
            }

            int region = bias.Layout.Gates[row / bias.Layout.Units].Offset;
            return (region, bias.IndexOf(row) - region);
        }
    }

    public override double[] Sums(float[] x)
    {
        var sums = new double[Rows];
        for (int row = 0; row < Rows; row++)
        {
            sums[row] = Bias[row];
            for (int k = 0; k < Inner; k++)
            {
                sums[row] += _rounded[(row * Inner) + k] * x[k];
            }
        }

        return sums;
    }

    /// <summary>The nearest float whose lower half is given, by trying; of two equally near, the one with an even upper half.</summary>
    private static float Nearest(float value, uint lower)
    {
        uint upper = BitConverter.SingleToUInt32Bits(value) >> 16;
        float best = float.NaN;
        foreach (uint candidate in new[] { upper - 1, upper, upper + 1 })
        {
            float tried = BitConverter.UInt32BitsToSingle((candidate << 16) | lower);
            double difference = Math.Abs((double)value - tried), least = Math.Abs((double)value - best);
            if (!(difference >= least) || (difference == least && candidate % 2 == 0))
            {
                best = tried;
            }
        }

        return best;
    }
}

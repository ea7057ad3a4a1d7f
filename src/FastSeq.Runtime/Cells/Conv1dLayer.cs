using System.Numerics;
using static FastSeq.Cells.Pointwise;

namespace FastSeq.Cells;

/// <summary>
/// A convolution over time: <c>y_n = bias + Σ_k weight[:, :, k]·x_(n·stride - zeros + k·dilation)</c>, zeros before the first and after the last time step, with <c>weight</c>
/// [channels, input, kernelSize] and <c>bias</c> [channels]. It lays the padded sequence out in full, and a window over it.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="name">The name of the layer.</param>
/// <param name="inputSize">The size of a row that goes in.</param>
/// <param name="channels">The size of a row that comes out.</param>
/// <param name="kernelSize">The time steps that an output reads.</param>
/// <param name="dilation">The time steps from one of them to the next.</param>
/// <param name="stride">The time steps from one output to the next.</param>
/// <param name="padding">Where there are zeros.</param>
/// <param name="paddingSize">How many, where <paramref name="padding"/> does not say it.</param>
public sealed class Conv1dLayer<T>(
    string name, int inputSize, int channels, int kernelSize, int dilation = 1, int stride = 1, Padding padding = Padding.Causal, int paddingSize = 0) : ReferenceLayer<T>(channels)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReferenceParameter<T> _weight = new($"{name}.weight", channels, inputSize, kernelSize);
    private readonly ReferenceParameter<T> _bias = new($"{name}.bias", channels);
    private T[][] _x = [];

    /// <inheritdoc/>
    public override IReadOnlyList<ReferenceParameter<T>> Parameters => [_weight, _bias];

    /// <inheritdoc/>
    public override T[][] Forward(T[][] x)
    {
        _x = x;
        T[][] y = Each(Outputs().Count(), _ => (T[])_bias.Values.Clone());
        foreach ((int n, int source, int channel, int input, int weight) in Terms())
        {
            y[n][channel] += _weight.Values[weight] * x[source][input];
        }

        return y;
    }

    /// <inheritdoc/>
    public override T[][] Backward(T[][] dy)
    {
        T[][] dx = Each(_x.Length, _ => new T[inputSize]);
        foreach ((int n, int source, int channel, int input, int weight) in Terms())
        {
            _weight.Gradient[weight] += dy[n][channel] * _x[source][input];
            dx[source][input] += dy[n][channel] * _weight.Values[weight];
        }

        foreach (T[] row in dy)
        {
            _bias.AddGradient(row, 0);
        }

        return dx;
    }

    /// <summary>For each output the place in the padded sequence where its window begins: every stride-th where the window still fits.</summary>
    private IEnumerable<int> Outputs()
    {
        (int before, int after) = Zeros();
        return _x.Length == 0 ? [] : Enumerable.Range(0, before + _x.Length + after).Where(place => place % stride == 0 && place + Reach < before + _x.Length + after);
    }

    private int Reach => (kernelSize - 1) * dilation;

    private (int Before, int After) Zeros()
    {
        switch (padding)
        {
            case Padding.Causal:
                return (Reach, 0);
            case Padding.Both:
                return (paddingSize, paddingSize);
            case Padding.Same:
                // TensorFlow's guide on padding: what the last of ceil(T / stride) windows sticks out by, the smaller half in front.
                int outputs = (int)Math.Ceiling(_x.Length / (double)stride), all = Math.Max(((outputs - 1) * stride) + Reach + 1 - _x.Length, 0);
                return (all / 2, all - (all / 2));
            default:
                return (0, 0);
        }
    }

    /// <summary>Every product of the sums: y[n][channel] has weight[channel, input, tap]·x[source][input].</summary>
    private IEnumerable<(int Output, int Source, int Channel, int Input, int Weight)> Terms()
        => from output in Outputs().Select((place, n) => (n, place))
           from tap in Enumerable.Range(0, kernelSize)
           let source = output.place + (tap * dilation) - Zeros().Before
           where source >= 0 && source < _x.Length
           from channel in Enumerable.Range(0, OutputSize)
           from input in Enumerable.Range(0, inputSize)
           select (output.n, source, channel, input, (((channel * inputSize) + input) * kernelSize) + tap);
}

using System.Numerics;
using static FastSeq.Cells.Pointwise;

namespace FastSeq.Cells;

/// <summary>
/// A causal convolution over time: <c>y_t = bias + Σ_k weight[:, :, k]·x_(t - (kernelSize - 1 - k)·dilation)</c>, zeros before the first time step, with <c>weight</c>
/// [channels, input, kernelSize] and <c>bias</c> [channels].
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="name">The name of the layer.</param>
/// <param name="inputSize">The size of a row that goes in.</param>
/// <param name="channels">The size of a row that comes out.</param>
/// <param name="kernelSize">The time steps that an output reads.</param>
/// <param name="dilation">The time steps from one of them to the next.</param>
public sealed class Conv1dLayer<T>(string name, int inputSize, int channels, int kernelSize, int dilation) : ReferenceLayer<T>(channels)
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
        T[][] y = Each(x.Length, _ => (T[])_bias.Values.Clone());
        foreach ((int t, int source, int channel, int input, int weight) in Terms())
        {
            y[t][channel] += _weight.Values[weight] * x[source][input];
        }

        return y;
    }

    /// <inheritdoc/>
    public override T[][] Backward(T[][] dy)
    {
        T[][] dx = Each(_x.Length, _ => new T[inputSize]);
        foreach ((int t, int source, int channel, int input, int weight) in Terms())
        {
            _weight.Gradient[weight] += dy[t][channel] * _x[source][input];
            dx[source][input] += dy[t][channel] * _weight.Values[weight];
        }

        foreach (T[] row in dy)
        {
            _bias.AddGradient(row, 0);
        }

        return dx;
    }

    /// <summary>Every product of the sums: y[t][channel] has weight[channel, input, tap]·x[source][input].</summary>
    private IEnumerable<(int Time, int Source, int Channel, int Input, int Weight)> Terms()
        => from t in Enumerable.Range(0, _x.Length)
           from tap in Enumerable.Range(0, kernelSize)
           let source = t - ((kernelSize - 1 - tap) * dilation)
           where source >= 0
           from channel in Enumerable.Range(0, OutputSize)
           from input in Enumerable.Range(0, inputSize)
           select (t, source, channel, input, (((channel * inputSize) + input) * kernelSize) + tap);
}

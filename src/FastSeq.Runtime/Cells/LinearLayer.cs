using System.Numerics;

namespace FastSeq.Cells;

/// <summary>A linear layer: <c>y = W·x + b</c>, with <c>weight</c> [output, input] and <c>bias</c> [output].</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="name">The name of the layer.</param>
/// <param name="inputSize">The size of a row that goes in.</param>
/// <param name="outputSize">The size of a row that comes out.</param>
/// <param name="bias">Whether there is a bias; otherwise b = 0, which is no parameter.</param>
/// <param name="shared">The weight, where another layer has it as its parameter; null for one of its own.</param>
public sealed class LinearLayer<T>(string name, int inputSize, int outputSize, bool bias = true, ReferenceParameter<T>? shared = null) : ReferenceLayer<T>(outputSize)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReferenceParameter<T> _weight = shared ?? new($"{name}.weight", outputSize, inputSize);
    private readonly ReferenceParameter<T> _bias = new($"{name}.bias", outputSize);
    private T[][] _x = [];

    /// <inheritdoc/>
    public override IReadOnlyList<ReferenceParameter<T>> Parameters => [.. shared is null ? [_weight] : Array.Empty<ReferenceParameter<T>>(), .. bias ? [_bias] : Array.Empty<ReferenceParameter<T>>()];

    /// <inheritdoc/>
    public override T[][] Forward(T[][] x)
    {
        _x = x;
        return Pointwise.Each(x.Length, t => Pointwise.Add(_weight.Times(x[t], 0, OutputSize), _bias.Values));
    }

    /// <inheritdoc/>
    public override T[][] Backward(T[][] dy)
    {
        for (int t = 0; t < dy.Length; t++)
        {
            _weight.AddGradient(dy[t], _x[t], 0);
            _bias.AddGradient(dy[t], 0);
        }

        return Pointwise.Each(dy.Length, t => _weight.TransposedTimes(dy[t], 0));
    }
}

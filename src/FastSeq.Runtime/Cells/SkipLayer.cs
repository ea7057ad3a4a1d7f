using System.Numerics;

namespace FastSeq.Cells;

/// <summary>Rows y merged with the rows e of an earlier layer: <c>y + W·e</c>, W the identity where they are as long; or as the merge says.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SkipLayer<T> : ReferenceLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LinearLayer<T>? _projection;
    private readonly Merge _merge;
    private readonly int _size;
    private T[][] _y = [], _e = [];

    /// <summary>A skip connection.</summary>
    /// <param name="name">The name of the layer, which begins the name of its weight.</param>
    /// <param name="size">The size of a row of y.</param>
    /// <param name="earlier">The layers above which the earlier rows stand.</param>
    /// <param name="earlierSize">The size of an earlier row.</param>
    /// <param name="merge">How the rows become one.</param>
    public SkipLayer(string name, int size, int earlier, int earlierSize, Merge merge)
        : base(merge == Merge.Concat ? size + earlierSize : size)
    {
        (Earlier, _size, _merge) = (earlier, size, merge);
        _projection = merge == Merge.Concat || size == earlierSize ? null : new LinearLayer<T>(name, earlierSize, size, bias: false);
    }

    /// <summary>The number of layers after which the earlier rows come out; 0 for what goes into the model.</summary>
    public int Earlier { get; }

    /// <summary>The earlier rows, which the model gives before each forward.</summary>
    public T[][] EarlierRows { get; set; } = [];

    /// <summary>Set by a backward: the derivatives of the loss by the earlier rows.</summary>
    public T[][] EarlierGradient { get; private set; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<ReferenceParameter<T>> Parameters => _projection?.Parameters ?? [];

    /// <inheritdoc/>
    public override T[][] Forward(T[][] x)
    {
        (_y, _e) = (x, _projection?.Forward(EarlierRows) ?? EarlierRows);
        return Pointwise.Each(x.Length, t => _merge switch
        {
            Merge.Concat => [.. _y[t], .. _e[t]],
            Merge.Sum => Pointwise.Add(_y[t], _e[t]),
            Merge.Mean => Pointwise.Each(_size, j => (_y[t][j] + _e[t][j]) / T.CreateChecked(2)),
            _ => Pointwise.Each(_size, j => _y[t][j] * _e[t][j]),
        });
    }

    /// <inheritdoc/>
    public override T[][] Backward(T[][] dy)
    {
        T[][] dEarlier = Pointwise.Each(dy.Length, t => _merge == Merge.Concat ? dy[t][_size..] : Share(dy[t], _y[t]));
        EarlierGradient = _projection?.Backward(dEarlier) ?? dEarlier;
        return Pointwise.Each(dy.Length, t => _merge == Merge.Concat ? dy[t][.._size] : Share(dy[t], _e[t]));
    }

    private T[] Share(T[] dy, T[] other) => _merge switch
    {
        Merge.Mean => Pointwise.Each(dy.Length, j => dy[j] / T.CreateChecked(2)),
        Merge.Product => Pointwise.Each(dy.Length, j => dy[j] * other[j]),
        _ => dy,
    };
}

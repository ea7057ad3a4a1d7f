using System.Numerics;

namespace FastSeq.Cells;

/// <content>The order in which rows go through the layers: each reads those of the layer above, some those of an earlier one, too.</content>
public sealed partial class ReferenceModel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _inputSize;
    private string? _residual;

    /// <summary>Goes around each layer of the next stack: <c>y = layer(x) + x</c>, x before the dropout between two of them.</summary>
    /// <param name="name">The name of the residual connection, which begins the name of its weight.</param>
    /// <returns>This model.</returns>
    public ReferenceModel<T> Residual(string name)
    {
        _residual = name;
        return this;
    }

    /// <summary>Merges the rows so far with earlier ones.</summary>
    /// <param name="name">The name of the layer.</param>
    /// <param name="earlier">The number of <see cref="Layers"/> after which the earlier rows come out; 0 for what goes into the first.</param>
    /// <param name="merge">How they become one.</param>
    /// <returns>This model.</returns>
    public ReferenceModel<T> Skip(string name, int earlier, Merge merge)
        => Add(new SkipLayer<T>(name, _size, earlier, earlier == 0 ? _inputSize : _layers[earlier - 1].OutputSize, merge));

    private T[][] Forward(T[][] x, int sequence)
    {
        List<T[][]> rows = [x];
        foreach (ReferenceLayer<T> layer in _layers)
        {
            if (layer is DropoutLayer<T> dropout)
            {
                dropout.Sequence = sequence;
            }
            else if (layer is SkipLayer<T> skip)
            {
                skip.EarlierRows = rows[skip.Earlier];
            }

            rows.Add(layer.Forward(rows[^1]));
        }

        return rows[^1];
    }

    /// <returns>The derivatives by what went into layer <paramref name="lowest"/>, the lowest that needs them.</returns>
    private T[][] Backward(T[][] dy, int lowest)
    {
        // What skip connections leave for the rows behind so many layers, until backward comes there.
        var shares = new Dictionary<int, T[][]>();
        for (int layer = _layers.Count - 1; layer >= lowest; layer--)
        {
            dy = _layers[layer].Backward(Total(layer + 1, dy));
            if (_layers[layer] is SkipLayer<T> skip)
            {
                shares[skip.Earlier] = Total(skip.Earlier, skip.EarlierGradient);
            }
        }

        return Total(lowest, dy);

        T[][] Total(int place, T[][] rows) =>
            shares.TryGetValue(place, out T[][]? others) ? Pointwise.Each(rows.Length, t => Pointwise.Add(rows[t], others[t])) : rows;
    }
}

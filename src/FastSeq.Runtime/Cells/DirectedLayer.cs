using System.Numerics;

namespace FastSeq.Cells;

/// <summary>A recurrent layer that reads a sequence from its end to its beginning, alone or beside one that reads it from its beginning.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class DirectedLayer<T> : ReferenceLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RecurrentLayer<T>? _forward;
    private readonly RecurrentLayer<T> _reverse;
    private readonly Merge _merge;
    private T[][] _f = [], _r = [];

    /// <summary>A layer that reads backwards.</summary>
    /// <param name="reverse">The cell.</param>
    public DirectedLayer(RecurrentLayer<T> reverse)
        : base(reverse.OutputSize) => _reverse = reverse;

    /// <summary>A bidirectional layer.</summary>
    /// <param name="forward">The cell that reads from the first time step.</param>
    /// <param name="reverse">The cell that reads from the last.</param>
    /// <param name="merge">How their outputs are joined.</param>
    public DirectedLayer(RecurrentLayer<T> forward, RecurrentLayer<T> reverse, Merge merge)
        : base(merge == Merge.Concat ? 2 * reverse.OutputSize : reverse.OutputSize)
        => (_forward, _reverse, _merge) = (forward, reverse, merge);

    /// <summary>The cells, the one that reads forward first.</summary>
    public IReadOnlyList<RecurrentLayer<T>> Directions => _forward is null ? [_reverse] : [_forward, _reverse];

    /// <inheritdoc/>
    public override IReadOnlyList<ReferenceParameter<T>> Parameters => [.. Directions.SelectMany(layer => layer.Parameters)];

    /// <inheritdoc/>
    public override T[][] Forward(T[][] x)
    {
        _r = Turned(_reverse.Forward(Turned(x)));
        if (_forward is null)
        {
            return _r;
        }

        _f = _forward.Forward(x);
        return Pointwise.Each(x.Length, t => Join(_f[t], _r[t]));
    }

    /// <inheritdoc/>
    public override T[][] Backward(T[][] dy)
    {
        if (_forward is null)
        {
            return Turned(_reverse.Backward(Turned(dy)));
        }

        int size = _reverse.OutputSize, second = _merge == Merge.Concat ? size : 0;
        T[][] df = Pointwise.Each(dy.Length, t => Pointwise.Each(size, j => dy[t][j] * Share(_r[t][j])));
        T[][] dr = Pointwise.Each(dy.Length, t => Pointwise.Each(size, j => dy[t][second + j] * Share(_f[t][j])));
        T[][] dxForward = _forward.Backward(df), dxReverse = Turned(_reverse.Backward(Turned(dr)));
        return Pointwise.Each(dy.Length, t => Pointwise.Add(dxForward[t], dxReverse[t]));
    }

    private static T[][] Turned(T[][] rows) => [.. rows.Reverse()];

    private T[] Join(T[] f, T[] r) => _merge switch
    {
        Merge.Concat => [.. f, .. r],
        Merge.Sum => Pointwise.Add(f, r),
        Merge.Mean => Pointwise.Each(f.Length, j => (f[j] + r[j]) / T.CreateChecked(2)),
        _ => Pointwise.Each(f.Length, j => f[j] * r[j]),
    };

    /// <summary>The derivative of the joined output by that of one direction.</summary>
    private T Share(T other) => _merge switch
    {
        Merge.Mean => T.One / T.CreateChecked(2),
        Merge.Product => other,
        _ => T.One,
    };
}

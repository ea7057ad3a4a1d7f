using System.Numerics;

namespace FastSeq.Cells;

/// <summary>Embeddings of columns of features: each row out holds the other features in their order, then the table's row of each column's token.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class EmbeddingColumnsLayer<T> : ReferenceLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<(int Column, EmbeddingLayer<T> Table)> _tables;
    private readonly int[] _others;
    private T[][] _x = [];

    /// <summary>Embeddings of some of the features.</summary>
    /// <param name="features">The number of features.</param>
    /// <param name="tables">The column of each embedding, its name, its tokens and the size of their rows.</param>
    public EmbeddingColumnsLayer(int features, IReadOnlyList<(int Column, string Name, int Vocabulary, int Size)> tables)
        : base(features - tables.Count + tables.Sum(table => table.Size))
    {
        _tables = [.. tables.Select(table => (table.Column, new EmbeddingLayer<T>(table.Name, table.Vocabulary, table.Size)))];
        _others = [.. Enumerable.Range(0, features).Except(tables.Select(table => table.Column))];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ReferenceParameter<T>> Parameters => [.. _tables.Select(table => table.Table.Weight)];

    /// <inheritdoc/>
    public override T[][] Forward(T[][] x)
    {
        _x = x;
        T[][][] rows = [.. _tables.Select(table => table.Table.Forward(Tokens(table.Column)))];
        return Pointwise.Each(x.Length, t => (T[])[.. _others.Select(column => x[t][column]), .. rows.SelectMany(table => table[t])]);
    }

    /// <inheritdoc/>
    public override T[][] Backward(T[][] dy)
    {
        int first = _others.Length;
        foreach ((int column, EmbeddingLayer<T> table) in _tables)
        {
            int place = first;
            table.Backward(Tokens(column), Pointwise.Each(dy.Length, t => dy[t][place..(place + table.Size)]));
            first += table.Size;
        }

        // Features are given, not learned.
        return [];
    }

    private int[] Tokens(int column) => [.. _x.Select(row => int.CreateChecked(row[column]))];
}

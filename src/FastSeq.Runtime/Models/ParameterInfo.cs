using System.Collections.Immutable;

namespace FastSeq;

/// <summary>One parameter of a model: its name and shape in PyTorch's <c>state_dict</c>, and where it lies in the model's flat buffer.</summary>
public sealed record ParameterInfo
{
    /// <summary>Describes a parameter.</summary>
    /// <param name="name">The name, such as <c>lstm.weight_ih_l0</c>.</param>
    /// <param name="shape">One, two or (of a convolution) three sizes.</param>
    /// <param name="layout">Where its elements lie.</param>
    public ParameterInfo(string name, ReadOnlySpan<int> shape, ParameterLayout layout)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(layout);
        bool fits = shape switch
        {
            [int rows] => layout.Rows == rows && layout.Columns == 1,
            [int rows, int columns] => layout.Rows == rows && layout.Columns == columns && layout.Taps == 1,
            [int rows, int inputs, int taps] => layout.Rows == rows && layout.Columns == (long)inputs * taps && layout.Taps == taps,
            _ => false,
        };
        if (!fits) throw new ArgumentException($"{name}: the layout holds {layout.Rows} x {layout.Columns} elements, which is not the shape [{string.Join(", ", shape.ToArray())}].", nameof(shape));
        Name = name;
        Shape = [.. shape];
        Layout = layout;
    }

    /// <summary>The name, such as <c>lstm.weight_ih_l0</c>.</summary>
    public string Name { get; }

    /// <summary>One size (a bias), two (rows, columns) or three (those of a convolution: outputs, inputs, taps).</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>The name under which another layer has the same parameter, such as <c>linear.weight</c> of a tied layer; null for none. Files may hold it under either name or, equal, under both.</summary>
    public string? SharedName { get; init; }

    /// <summary>Where its elements lie in the flat buffer.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>Whether it belongs to a frozen layer, so that no optimizer moves it and its gradient stays zero.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>The number of elements.</summary>
    public long Count => (long)Layout.Rows * Layout.Columns;

    /// <summary>The index in the flat buffer of one element.</summary>
    /// <param name="row">The first index of PyTorch's tensor.</param>
    /// <param name="column">The second; 0 for a bias. Of a convolution: input * taps + tap.</param>
    public long IndexOf(int row, int column = 0) => Layout.IndexOf(row, column);

    /// <summary>Copies the parameter out of the flat buffer.</summary>
    /// <param name="flat">A model's flat buffer.</param>
    /// <param name="logical">Overwritten: the elements in the order of PyTorch's tensor.</param>
    public void CopyTo<T>(ReadOnlySpan<T> flat, Span<T> logical)
    {
        CheckLength(logical.Length);
        Layout.CopyRowsTo(flat, 0, logical);
    }

    /// <summary>Copies the parameter into the flat buffer.</summary>
    /// <param name="logical">The elements in the order of PyTorch's tensor.</param>
    /// <param name="flat">A model's flat buffer; the elements of this parameter are overwritten.</param>
    public void CopyFrom<T>(ReadOnlySpan<T> logical, Span<T> flat)
    {
        CheckLength(logical.Length);
        Layout.CopyRowsFrom(logical, 0, flat);
    }

    /// <summary>The name and the shape.</summary>
    public override string ToString() => $"{Name} [{string.Join(", ", Shape)}]";

    void CheckLength(int length)
    {
        if (length != Count) throw new ArgumentException($"{this} has {Count} elements, not {length}.");
    }
}

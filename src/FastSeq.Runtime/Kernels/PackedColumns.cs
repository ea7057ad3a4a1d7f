namespace FastSeq.Kernels;

/// <summary>
/// A weight and its bias in a model's flat buffer, seen as a matrix: <c>inner</c> rows, and a column for each gate of each unit in the order of the bias,
/// <c>[panel][gate][lane]</c>. Packed weights are cut by columns, whatever panel they come from.
/// </summary>
readonly ref struct PackedColumns
{
    readonly ReadOnlySpan<float> flat;
    readonly int weight, bias, width, fullColumns;

    /// <summary>Looks at a weight.</summary>
    /// <param name="flat">The flat buffer.</param>
    /// <param name="weight">The first element of the weight's panels.</param>
    /// <param name="bias">The first element of the bias.</param>
    /// <param name="inner">The length of what the weight multiplies.</param>
    /// <param name="gates">The gates side by side in a panel.</param>
    /// <param name="units">The units of the layer.</param>
    /// <param name="lanes">The units of a full panel.</param>
    public PackedColumns(ReadOnlySpan<float> flat, int weight, int bias, int inner, int gates, int units, int lanes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inner, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(gates, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(lanes, 1);
        this.flat = flat;
        this.weight = weight;
        this.bias = bias;
        Inner = inner;
        Count = checked(gates * units);
        width = gates * lanes;
        fullColumns = units / lanes * width;
        _ = flat.Slice(weight, checked(Count * inner));
        _ = flat.Slice(bias, Count);
    }

    public int Inner { get; }

    public int Count { get; }

    public float Bias(int column) => flat[bias + column];

    public float this[int k, int column]
    {
        get
        {
            int first = column < fullColumns ? column / width * width : fullColumns;
            int rowLength = column < fullColumns ? width : Count - fullColumns;
            return flat[weight + (first * Inner) + (k * rowLength) + (column - first)];
        }
    }
}

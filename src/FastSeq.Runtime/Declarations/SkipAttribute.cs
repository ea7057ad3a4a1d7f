namespace FastSeq;

/// <summary>
/// Merges the rows y of the layer directly above with the rows e of an earlier one, time step by time step: <c>y + e</c>, or as <see cref="Merge"/> says.
/// </summary>
/// <remarks>
/// A row of the earlier layer that is not as long as y is projected: <c>y + W·e</c>, with <c>weight</c> [size of y, size of e] and no bias; with <see cref="FastSeq.Merge.Concat"/> the
/// merged row is [y, e], and nothing is projected. The rows of a layer are those that the layer below it reads: those of a stack are those of its last layer, and those of a layer with
/// <see cref="ResidualAttribute"/> are the sums.
/// </remarks>
/// <param name="from">The earlier layer's name, as its parameters are named: <c>"embedding"</c>, <c>"lstm1"</c>; the features of <c>[Input]</c> are <c>"input"</c>.</param>
public sealed class SkipAttribute(string from) : LayerAttribute
{
    /// <summary>The earlier layer's name.</summary>
    public string From { get; } = from;

    /// <summary>How the rows become one. The default is their sum.</summary>
    public Merge Merge { get; set; } = Merge.Sum;

    /// <summary>Whether training leaves the projection as it is: PyTorch's <c>requires_grad = False</c>. The default is false.</summary>
    public bool Frozen { get; set; }
}

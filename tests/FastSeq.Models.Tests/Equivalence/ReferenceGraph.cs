namespace FastSeq.Tests.Equivalence;

/// <summary>Which rows of a reference the layers of a declaration begin with and leave, for those that read earlier ones.</summary>
internal sealed class ReferenceGraph(LayerAttribute[] layers)
{
    private readonly int[] _begins = new int[layers.Length], _ends = new int[layers.Length];

    /// <summary>A layer reads the rows behind so many layers of the reference.</summary>
    public void Begin(int layer, int rows) => _begins[layer] = rows;

    /// <summary>A layer leaves the rows behind so many layers of the reference; so do those that a residual connection holds together with it.</summary>
    public void End(int layer, int rows)
    {
        _ends[layer] = rows;
        if (layers[layer] is EmbeddingAttribute { Column: >= 0 })
        {
            // The rows of the features are those with all columns embedded.
            Array.Fill(_ends, rows, 0, layer + 1);
        }

        if (EndsResidual(layer) is { } residual)
        {
            Array.Fill(_ends, rows, residual, layer - residual + 1);
        }
    }

    /// <summary>The rows that a layer of a name leaves.</summary>
    public int RowsOf(string name) => _ends[Array.FindIndex(layers, layer => ReferenceFactory.NameOf(layer, layers) == name)];

    /// <summary>The rows that a residual connection adds.</summary>
    public int RowsBefore(int residual) => _begins[residual];

    /// <summary>The residual connection around a linear layer or a convolution whose last layer this is; a stack has one around each of its own.</summary>
    public int? EndsResidual(int layer)
    {
        bool isActivation = IsActivation(layer);
        int product = isActivation ? layer - 1 : layer;
        bool isLast = isActivation || layer + 1 == layers.Length || !IsActivation(layer + 1);
        return isLast && product > 0 && layers[product] is LinearAttribute or Conv1dAttribute && layers[product - 1] is ResidualAttribute ? product - 1 : null;
    }

    private bool IsActivation(int layer) => layers[layer] is ReluAttribute or TanhAttribute or SigmoidAttribute or GeluAttribute or SoftmaxAttribute;
}

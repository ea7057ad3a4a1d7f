using System.Numerics;

namespace FastSeq;

/// <summary>
/// The two published senses of a GRU's update gate. PyTorch, and so every model here, has <c>h_t = (1 - z)·n + z·h_(t-1)</c>;
/// textbooks and the original paper's later versions write <c>h_t = (1 - z)·h_(t-1) + z·n</c>.
/// </summary>
public static class GruConvention
{
    /// <summary>
    /// Turns weights of one sense into the other's: since <c>1 - σ(a) = σ(-a)</c>, the rows of gate z are negated in all weights and biases of the layer.
    /// Doing it twice gives the first weights back.
    /// </summary>
    /// <param name="model">The facts of the model.</param>
    /// <param name="layer">The name of the GRU layer, such as <c>gru</c>; all layers of its stack are converted.</param>
    /// <param name="parameters">The model's flat buffer, changed in place.</param>
    /// <exception cref="ArgumentException">The model has no GRU of that name, or the buffer is another model's.</exception>
    public static void NegateUpdateGate<T>(ModelInfo model, string layer, Span<T> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        if (parameters.Length != model.BufferLength)
            throw new ArgumentException($"{parameters.Length} elements are not the flat buffer of {model.Name}, which has {model.BufferLength}.", nameof(parameters));
        ParameterInfo[] tensors = model.Parameters.Where(p => IsOf(p, layer) && p.Layout.Gates.Length == 3).ToArray();
        if (tensors.Length == 0)
            throw new ArgumentException($"{model.Name} has no GRU named '{layer}'; its parameters are {string.Join(", ", model.Parameters.Select(p => p.Name))}.", nameof(layer));
        foreach (ParameterInfo tensor in tensors)
        {
            for (int row = tensor.Layout.Units; row < 2 * tensor.Layout.Units; row++)
            {
                for (int column = 0; column < tensor.Layout.Columns; column++)
                {
                    ref T element = ref parameters[(int)tensor.IndexOf(row, column)];
                    element = -element;
                }
            }
        }
    }

    static bool IsOf(ParameterInfo parameter, string layer) =>
        parameter.Name.StartsWith(layer + ".weight_", StringComparison.Ordinal) || parameter.Name.StartsWith(layer + ".bias_", StringComparison.Ordinal);
}

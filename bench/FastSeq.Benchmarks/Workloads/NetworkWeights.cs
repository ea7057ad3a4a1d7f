namespace FastSeq.Benchmarks.Workloads;

/// <summary>A tensor under the name and with the shape it has in a PyTorch <c>state_dict</c>.</summary>
sealed record NamedTensor(string Name, int[] Shape, float[] Values);

/// <summary>The random weights that all contenders of a workload share.</summary>
sealed class NetworkWeights
{
    readonly Random _random = new(7);

    public NetworkWeights(Network network)
    {
        List<NamedTensor> tensors = [];
        float bound = 1 / MathF.Sqrt(network.HiddenSize);
        int rows = network.Gates * network.HiddenSize;
        if (network.TakesTokens)
            tensors.Add(Uniform("embedding.weight", 1, network.Vocabulary, network.InputSize));
        for (int layer = 0; layer < network.Layers; layer++)
        {
            tensors.Add(Uniform($"{network.CellName}.weight_ih_l{layer}", bound, rows, network.InputOf(layer)));
            tensors.Add(Uniform($"{network.CellName}.weight_hh_l{layer}", bound, rows, network.HiddenSize));
            tensors.Add(Uniform($"{network.CellName}.bias_ih_l{layer}", bound, rows));
            tensors.Add(Uniform($"{network.CellName}.bias_hh_l{layer}", bound, rows));
        }

        if (network.HeadSize > 0)
        {
            tensors.Add(Uniform("linear.weight", bound, network.HeadSize, network.HiddenSize));
            tensors.Add(Uniform("linear.bias", bound, network.HeadSize));
        }

        Tensors = tensors;
    }

    public IReadOnlyList<NamedTensor> Tensors { get; }

    public NamedTensor this[string name] => Tensors.Single(tensor => tensor.Name == name);

    NamedTensor Uniform(string name, float bound, params int[] shape)
    {
        var values = new float[shape.Aggregate(1, (product, size) => product * size)];
        for (int i = 0; i < values.Length; i++)
            values[i] = ((_random.NextSingle() * 2) - 1) * bound;
        return new NamedTensor(name, shape, values);
    }
}

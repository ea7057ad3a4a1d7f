namespace FastSeq.Benchmarks.Workloads;

/// <summary>One model as every contender must build it: [embedding] -> recurrent layers -> [linear head].</summary>
/// <param name="Cell">Kind of the recurrent layers.</param>
/// <param name="InputSize">Features a step, or the size of an embedding row when there is a vocabulary.</param>
/// <param name="HiddenSize">Units of each recurrent layer.</param>
sealed record Network(CellKind Cell, int InputSize, int HiddenSize)
{
    public int Layers { get; init; } = 1;
    public int Vocabulary { get; init; }
    public int HeadSize { get; init; }
    public bool LastStepOnly { get; init; }
    public bool CrossEntropy { get; init; }

    /// <summary>Probability of dropping a value between the last recurrent layer and the head, in training.</summary>
    public float Dropout { get; init; }

    public bool TakesTokens => Vocabulary > 0;
    public int OutputSize => HeadSize > 0 ? HeadSize : HiddenSize;
    public int Gates => Cell switch { CellKind.Lstm => 4, CellKind.Gru => 3, _ => 1 };
    public string CellName => Cell.ToString().ToLowerInvariant();

    public int InputOf(int layer) => layer == 0 ? InputSize : HiddenSize;

    /// <summary>Rows of the output (and of the targets) for a batch of equally long sequences.</summary>
    public int OutputRows(int batch, int timeSteps) => LastStepOnly ? batch : batch * timeSteps;

    /// <summary>Weights of all recurrent layers, without biases.</summary>
    public double RecurrentWeights => Enumerable.Range(0, Layers).Sum(layer => (double)Gates * HiddenSize * (InputOf(layer) + HiddenSize));

    /// <summary>2 per multiply-add of the matrix products of one inference; an embedding is a look-up and counts nothing.</summary>
    public double InferenceFlops(int batch, int timeSteps) =>
        2 * ((RecurrentWeights * batch * timeSteps) + ((double)HiddenSize * HeadSize * OutputRows(batch, timeSteps)));

    /// <summary>Forward, gradient of every weight and of every layer's input; features need no gradient, embeddings do.</summary>
    public double TrainingFlops(int batch, int timeSteps)
    {
        double unneeded = TakesTokens ? 0 : 2.0 * Gates * HiddenSize * InputSize * batch * timeSteps;
        return (3 * InferenceFlops(batch, timeSteps)) - unneeded;
    }
}

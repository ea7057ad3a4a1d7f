namespace FastSeq.Benchmarks.Workloads;

/// <summary>What one call of a workload does.</summary>
enum Work
{
    /// <summary>One time step of one stream, the state carried.</summary>
    Step,

    /// <summary>A batch of whole sequences.</summary>
    Predict,

    /// <summary>Forward, loss, backward, clip to norm 1, Adam.</summary>
    TrainingStep,

    /// <summary>Forward, loss and backward of a recurrent layer alone.</summary>
    LayerGradients,
}

/// <summary>One row (for training: one row a number of threads) of the tables.</summary>
/// <param name="Table">A, B or C.</param>
/// <param name="Name">The name the row is known by, here and in the JSON file.</param>
/// <param name="Ours">Makes our contender: precision, weights, data, threads -> contender, or null where we cannot do this yet.</param>
sealed record Workload(string Table, string Name, Work Work, Network Network, int Batch, int TimeSteps, OurContender Ours)
{
    public IReadOnlyList<int> Threads => Table == "C" ? [1, 2] : [1];

    public double Flops => Work is Work.TrainingStep or Work.LayerGradients
        ? Network.TrainingFlops(Batch, TimeSteps)
        : Network.InferenceFlops(Batch, TimeSteps);
}

delegate Contender? OurContender(WeightPrecision precision, NetworkWeights weights, BatchData data, int threads);

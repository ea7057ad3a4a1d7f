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

    /// <summary>Our contender in float32, ready to run.</summary>
    public Contender NewOurs(int threads) => NewPeer((_, weights, data) =>
        Ours(WeightPrecision.F32, weights, data, threads) ?? throw new NotSupportedException($"{Name} is not there yet"));

    /// <summary>A contender with this workload's weights and data, ready to run.</summary>
    public Contender NewPeer(Func<Workload, NetworkWeights, BatchData, Contender> make)
    {
        Contender contender = make(this, new NetworkWeights(Network), new BatchData(Network, Batch, TimeSteps));
        contender.Prepare();
        return contender;
    }
}

delegate Contender? OurContender(WeightPrecision precision, NetworkWeights weights, BatchData data, int threads);

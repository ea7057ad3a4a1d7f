namespace FastSeq;

/// <summary>A declared model whose weights are kept in fewer bits than they were trained in: it predicts and streams, and does not learn.</summary>
/// <typeparam name="TSelf">The model.</typeparam>
/// <typeparam name="TInput">What a sequence consists of: <see cref="float"/>, or <see cref="int"/> for tokens.</typeparam>
public interface IQuantizedModel<TSelf, TInput> : ISequenceModel
    where TSelf : class, IQuantizedModel<TSelf, TInput>
    where TInput : unmanaged
{
    /// <summary>The facts of the model, without one at hand.</summary>
    static abstract ModelInfo ModelInfo { get; }

    /// <summary>Packs trained weights.</summary>
    /// <param name="parameters">The <c>Parameters</c> of the same layers declared with <see cref="WeightFormat.Float32"/>.</param>
    static abstract TSelf FromParameters(ReadOnlySpan<float> parameters);

    /// <summary>Makes a run: the memory for predicting with this model.</summary>
    /// <param name="maxBatch">The most sequences at a time.</param>
    /// <param name="maxTimeSteps">The most time steps of a sequence.</param>
    /// <param name="threads">How many threads share a batch.</param>
    /// <param name="maxTokens">The most time steps of all sequences of a batch; by default as many as <paramref name="maxBatch"/> sequences of <paramref name="maxTimeSteps"/> have.</param>
    PredictionRun<float, TInput> NewRun(int maxBatch, int maxTimeSteps, int threads, int maxTokens = int.MaxValue);
}

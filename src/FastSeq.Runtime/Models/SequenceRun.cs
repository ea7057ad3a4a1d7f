using System.Numerics.Tensors;

namespace FastSeq;

/// <summary>The memory and the threads for predicting and training with one model; nothing is allocated after it was made.</summary>
/// <typeparam name="T">What the model computes in.</typeparam>
/// <typeparam name="TInput">What a sequence consists of.</typeparam>
/// <typeparam name="TTarget">What the model learns.</typeparam>
public abstract class SequenceRun<T, TInput, TTarget> : IDisposable
    where T : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
{
    /// <summary>The most sequences at a time.</summary>
    public abstract int MaxBatch { get; }

    /// <summary>The most time steps of a sequence.</summary>
    public abstract int MaxTimeSteps { get; }

    /// <summary>How many threads share a batch.</summary>
    public abstract int Threads { get; }

    /// <summary>The gradients of the last <see cref="Backward"/>, laid out like the model's parameters.</summary>
    public abstract Span<T> Gradients { get; }

    /// <summary>The outputs of the last <see cref="Forward"/>, in the order of the batch.</summary>
    public abstract ReadOnlySpan<T> Outputs { get; }

    /// <summary>Of the last <see cref="Forward"/>: the share of right classes (0 to 1), or the mean absolute error.</summary>
    public abstract double Metric { get; }

    /// <summary>What dropout masks are drawn from.</summary>
    public abstract ulong DropoutSeed { get; set; }

    /// <summary>The counter of dropout masks; one more with every training <see cref="Forward"/>.</summary>
    public abstract long Iteration { get; set; }

    /// <summary>Predicts one sequence.</summary>
    public abstract void Predict(ReadOnlySpan<TInput> sequence, Span<T> output);

    /// <summary>Predicts sequences of different lengths, one after the other without padding.</summary>
    public abstract void Predict(ReadOnlySpan<TInput> sequences, ReadOnlySpan<int> lengths, Span<T> outputs);

    /// <summary>Predicts padded sequences.</summary>
    public abstract void Predict(ReadOnlyTensorSpan<TInput> padded, ReadOnlySpan<int> lengths, in TensorSpan<T> outputs);

    /// <summary>Computes the mean loss of a batch and keeps what <see cref="Backward"/> needs.</summary>
    public abstract T Forward(SequenceBatch<TInput, TTarget> batch, bool training);

    /// <summary>Computes the gradients of the last <see cref="Forward"/>'s loss; overwrites <see cref="Gradients"/>.</summary>
    public abstract void Backward();

    /// <summary>Frees the threads.</summary>
    public abstract void Dispose();
}

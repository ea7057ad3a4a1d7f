using System.Numerics;
using FastSeq.Devices;

namespace FastSeq;

/// <summary>A declared model with its number types.</summary>
/// <typeparam name="TSelf">The model.</typeparam>
/// <typeparam name="T">What it computes in: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TInput">What a sequence consists of: <typeparamref name="T"/>, or <see cref="int"/> for tokens.</typeparam>
/// <typeparam name="TTarget">What it learns: <typeparamref name="T"/>, or <see cref="int"/> for class numbers.</typeparam>
public interface ISequenceModel<TSelf, T, TInput, TTarget> : ISequenceModel<TSelf>, ISequenceLearner<TInput, TTarget>
    where TSelf : class, ISequenceModel<TSelf, T, TInput, TTarget>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    /// <summary>All parameters: one flat buffer, laid out for computing; <see cref="ModelInfo.Parameters"/> tells what is where.</summary>
    Span<T> Parameters { get; }

    /// <summary>The model as a device computes it.</summary>
    static abstract DeviceProgram DeviceProgram { get; }

    /// <summary>Makes a run: the memory for predicting and training with this model.</summary>
    /// <param name="maxBatch">The most sequences at a time.</param>
    /// <param name="maxTimeSteps">The most time steps of a sequence.</param>
    /// <param name="threads">How many threads share a batch.</param>
    /// <param name="maxTokens">The most time steps of all sequences of a batch; by default as many as <paramref name="maxBatch"/> sequences of <paramref name="maxTimeSteps"/> have.</param>
    /// <param name="device">Where it computes; null for the processor. (A device has threads of its own.)</param>
    /// <exception cref="NotSupportedException">The device does not compute a layer of the model: the message names it.</exception>
    SequenceRun<T, TInput, TTarget> NewRun(int maxBatch, int maxTimeSteps, int threads, int maxTokens = int.MaxValue, ISequenceDevice? device = null);
}

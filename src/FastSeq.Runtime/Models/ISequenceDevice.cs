using System.Numerics;
using FastSeq.Tensors;

namespace FastSeq;

/// <summary>
/// The seam that a device plugs into: it makes runs of a model whose parameters, tape and gradients live on the device. A run made by a device is a
/// <see cref="SequenceRun{T, TInput, TTarget}"/> like any other, so trainers and tools need not know where it computes.
/// </summary>
public interface ISequenceDevice
{
    /// <summary>The name of the device, for people.</summary>
    string Name { get; }

    /// <summary>Where a run of a model is made that is asked for on this device: on the device itself; one that chooses between others may name another, or none, which is the processor.</summary>
    /// <typeparam name="TModel">The model.</typeparam>
    /// <typeparam name="T">What the model computes in.</typeparam>
    /// <typeparam name="TInput">What a sequence consists of.</typeparam>
    /// <typeparam name="TTarget">What the model learns.</typeparam>
    /// <param name="maxBatch">The most sequences at a time.</param>
    /// <param name="maxTimeSteps">The most time steps of a sequence.</param>
    /// <param name="threads">How many threads would share a batch on the processor.</param>
    /// <param name="maxTokens">The most time steps of all sequences of a batch.</param>
    /// <returns>The device whose <see cref="CreateRun{TModel, T, TInput, TTarget}"/> makes the run; null for the processor.</returns>
    ISequenceDevice? ChooseFor<TModel, T, TInput, TTarget>(int maxBatch, int maxTimeSteps, int threads, int maxTokens = int.MaxValue)
        where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TInput : unmanaged
        where TTarget : unmanaged;

    /// <summary>Makes a run on the device.</summary>
    /// <typeparam name="TModel">The model, whose <see cref="ISequenceModel{TSelf, T, TInput, TTarget}.DeviceProgram"/> the device runs.</typeparam>
    /// <typeparam name="T">What the model computes in.</typeparam>
    /// <typeparam name="TInput">What a sequence consists of.</typeparam>
    /// <typeparam name="TTarget">What the model learns.</typeparam>
    /// <param name="parameters">The parameters of the model; the device reads them at the beginning of every forward, unless a trainer knows that they are as the run left them.</param>
    /// <param name="rest">The state that sequences begin with.</param>
    /// <param name="maxBatch">The most sequences at a time.</param>
    /// <param name="maxTimeSteps">The most time steps of a sequence.</param>
    /// <param name="maxTokens">The most time steps of all sequences of a batch; by default as many as <paramref name="maxBatch"/> sequences of <paramref name="maxTimeSteps"/> have.</param>
    /// <exception cref="NotSupportedException">The device does not compute a layer of the model: the message names it.</exception>
    SequenceRun<T, TInput, TTarget> CreateRun<TModel, T, TInput, TTarget>(AlignedBuffer<T> parameters, AlignedBuffer<T> rest, int maxBatch, int maxTimeSteps, int maxTokens = int.MaxValue)
        where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TInput : unmanaged
        where TTarget : unmanaged;
}

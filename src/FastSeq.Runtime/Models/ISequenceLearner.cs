namespace FastSeq;

/// <summary>
/// Says which datasets a model learns from, so that the compiler refuses the others:
/// a <see cref="SequenceDataset{TInput, TTarget}"/> with the same two types.
/// </summary>
/// <typeparam name="TInput">A number (features) or <see cref="int"/> (tokens).</typeparam>
/// <typeparam name="TTarget">A number (values) or <see cref="int"/> (class numbers).</typeparam>
public interface ISequenceLearner<TInput, TTarget>
    where TInput : unmanaged
    where TTarget : unmanaged;

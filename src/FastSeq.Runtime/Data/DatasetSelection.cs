namespace FastSeq;

/// <summary>Some sequences of another dataset, in an order of their own.</summary>
sealed class DatasetSelection<TInput, TTarget>(SequenceDataset<TInput, TTarget> source, int[] indices) : SequenceDataset<TInput, TTarget>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    public override int Count => indices.Length;

    public override int LengthOf(int index) => source.LengthOf(indices[index]);

    public override ReadOnlySpan<TInput> InputOf(int index) => source.InputOf(indices[index]);

    public override ReadOnlySpan<TTarget> TargetOf(int index) => source.TargetOf(indices[index]);
}

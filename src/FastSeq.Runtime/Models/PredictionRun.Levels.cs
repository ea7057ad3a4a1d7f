namespace FastSeq;

/// <content>
/// The time steps of the layers: a convolution with a stride, or without zeros, gives the layers below it another number of them than it reads. The layers from one such convolution to
/// the next are a level; a phase has layers of one level only.
/// </content>
public abstract partial class PredictionRun<T, TInput>
{
    /// <summary>The most rows of a batch at a level.</summary>
    protected int MaxRowsOf(int level) => levels[level].MaxRows;

    /// <summary>From here on rows and time steps are those of a level.</summary>
    protected void UseLevel(int level) => packed = levels[level];

    /// <summary>The sequences as the layers of a level see them.</summary>
    private protected PackedSequences LevelAt(int level) => levels[level];

    private PackedSequences[] MakeLevels(ModelInfo info, int threads)
    {
        var made = new PackedSequences[1 + info.TimeChanges.Length];
        made[0] = new PackedSequences(MaxBatch, MaxTimeSteps, MaxRows, threads, SharesBundles ? Bundles.OfLarger(MaxBatch) : 1);
        for (int level = 1; level < made.Length; level++)
        {
            ConvolutionShape convolution = info.TimeChanges[level - 1];
            PackedSequences above = made[level - 1];
            made[level] = new PackedSequences(MaxBatch, convolution.OutputSteps(above.MaxTimeSteps), convolution.MostOutputs(above.MaxRows, MaxBatch, above.MaxTimeSteps), threads);
        }

        return made;
    }
}

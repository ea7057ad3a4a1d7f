using FastSeq.Tensors;

namespace FastSeq;

/// <content>The parameters that the model has when training ends.</content>
public sealed partial class TrainingEngine<TModel, T, TInput, TTarget>
{
    // How training ends, however it does: with the weights of the best epoch, where they were kept, else with those of the last batch.
    void Restore(AlignedBuffer<T>? best)
    {
        if (best is null)
        {
            run?.SyncParameters();
            return;
        }

        run?.ForgetParameters();
        best.Span.CopyTo(model.Parameters);
    }

    TrainingException Fail(string what, double value, int batchIndex)
    {
        run!.ForgetParameters();
        lastGood.Span.CopyTo(model.Parameters);
        options.Optimizer.Reset();
        return new TrainingException(
            FormattableString.Invariant($"The {what} is {value} in epoch {epochsDone + 1}, batch {batchIndex + 1} (learning rate {options.Optimizer.LearningRate:0.0e+0}). ")
            + "The model has its weights from before this epoch. A lower learning rate, ClipNorm or scaled inputs may help.",
            epochsDone + 1,
            batchIndex + 1);
    }

    AlignedBuffer<T> NewCopy()
    {
        var copy = new AlignedBuffer<T>(model.Parameters.Length, zeroed: false);
        model.Parameters.CopyTo(copy.Span);
        return copy;
    }
}

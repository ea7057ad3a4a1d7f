namespace FastSeq;

/// <content>
/// A step of a trainer in two parts, between which a run on a device may take on the next batch: <see cref="Start"/> (or <see cref="StartPrepared"/>), <see cref="Prepare"/>, <see cref="Finish"/>; then Backward and
/// what follows, of the batch that was started.
/// </content>
public abstract partial class SequenceRun<T, TInput, TTarget>
{
    /// <summary>Whether the next batch may be prepared now, between the parts of a step.</summary>
    internal virtual bool PreparesAhead => false;

    /// <summary>Whether a batch is prepared. Any other forward forgets it.</summary>
    internal bool IsPrepared { get; private set; }

    /// <summary>Whether the current forward is of the batch that was prepared.</summary>
    private protected bool UsesPrepared { get; private set; }

    /// <summary>The first part of a training step: the same as a forward, but for waiting for the loss.</summary>
    internal void Start(SequenceBatch<TInput, TTarget> batch)
    {
        BeginForward(batch);
        StartLoss(training: true);
    }

    /// <summary>The first part of a step of the batch that was prepared.</summary>
    internal void StartPrepared()
    {
        if (!IsPrepared) throw new InvalidOperationException("There is no batch that was prepared.");
        Forget();
        UsesPrepared = true;
        try
        {
            StartLoss(training: true);
        }
        finally
        {
            UsesPrepared = false;
        }
    }

    /// <summary>The second part: the loss.</summary>
    internal T Finish()
    {
        LossMean = EvaluateLoss();
        return T.CreateTruncating(LossMean.Value);
    }

    /// <summary>Takes on the next batch while the current one is computed; only where <see cref="PreparesAhead"/> says so. If it fails, no batch is prepared.</summary>
    internal void Prepare(SequenceBatch<TInput, TTarget> batch)
    {
        (bool tape, bool outputs, bool targets, bool isTraining) = (hasTape, hasOutputs, hasTargets, Training);
        try
        {
            BeginForward(batch);
            IsPrepared = UploadAhead();
        }
        finally
        {
            // What is still to come of the current batch does not ask for its sequences.
            (hasTape, hasOutputs, hasTargets, Training) = (tape, outputs, targets, isTraining);
        }
    }

    /// <summary>No batch is prepared any more.</summary>
    internal void ForgetPrepared() => IsPrepared = false;

    /// <summary>Brings the batch that was just packed to where it waits for its turn.</summary>
    /// <returns>Whether there is such a place.</returns>
    private protected virtual bool UploadAhead() => false;
}

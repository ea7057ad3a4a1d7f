namespace FastSeq;

/// <summary>The learning rate is multiplied by a factor every so many epochs (PyTorch's <c>StepLR</c>).</summary>
public sealed class StepSchedule : LearningRateSchedule
{
    readonly int everyEpochs;
    readonly double factor;

    /// <summary>Makes the schedule.</summary>
    /// <param name="everyEpochs">The epochs between two steps.</param>
    /// <param name="factor">What each step multiplies the learning rate by.</param>
    public StepSchedule(int everyEpochs, double factor = 0.1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(everyEpochs, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        this.everyEpochs = everyEpochs;
        this.factor = factor;
    }

    /// <inheritdoc/>
    public override double At(double initial, double epoch) => initial * Math.Pow(factor, Math.Floor(epoch / everyEpochs));
}

namespace FastSeq;

/// <summary>The learning rate rises in a straight line for some epochs; from there another schedule goes on, from its own time 0.</summary>
public sealed class WarmUpSchedule : LearningRateSchedule
{
    readonly double epochs;
    readonly LearningRateSchedule then;
    readonly double from;

    /// <summary>Makes the schedule.</summary>
    /// <param name="epochs">The epochs of the rise; half an epoch is 0.5.</param>
    /// <param name="then">What follows; by default the learning rate stays.</param>
    /// <param name="from">The share of the learning rate that the rise begins with.</param>
    public WarmUpSchedule(double epochs, LearningRateSchedule? then = null, double from = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        this.epochs = epochs;
        this.then = then ?? new ConstantSchedule();
        this.from = from;
    }

    /// <inheritdoc/>
    public override double At(double initial, double epoch) => epoch < epochs
        ? then.At(initial, 0) * (from + (1 - from) * epoch / epochs)
        : then.At(initial, epoch - epochs);
}

namespace FastSeq;

/// <summary>
/// The learning rate falls along half a cosine and stays at its end (PyTorch's <c>CosineAnnealingLR</c>, once):
/// <c>minimum + (initial - minimum) · (1 + cos(π · epoch / epochs)) / 2</c>.
/// </summary>
public sealed class CosineSchedule : LearningRateSchedule
{
    readonly double epochs;
    readonly double minimum;

    /// <summary>Makes the schedule.</summary>
    /// <param name="epochs">The epochs from the first to the last learning rate.</param>
    /// <param name="minimum">The last learning rate.</param>
    public CosineSchedule(double epochs, double minimum = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        ArgumentOutOfRangeException.ThrowIfNegative(minimum);
        this.epochs = epochs;
        this.minimum = minimum;
    }

    /// <inheritdoc/>
    public override double At(double initial, double epoch) =>
        minimum + (initial - minimum) * (1 + Math.Cos(Math.PI * Math.Clamp(epoch / epochs, 0, 1))) / 2;
}

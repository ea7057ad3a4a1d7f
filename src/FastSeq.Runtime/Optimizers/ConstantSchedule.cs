namespace FastSeq;

/// <summary>The learning rate stays what it is.</summary>
public sealed class ConstantSchedule : LearningRateSchedule
{
    /// <inheritdoc/>
    public override double At(double initial, double epoch) => initial;
}

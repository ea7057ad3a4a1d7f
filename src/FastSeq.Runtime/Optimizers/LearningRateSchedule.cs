namespace FastSeq;

/// <summary>How the learning rate goes on from the optimizer's own. Time is counted in epochs, with a fraction within an epoch.</summary>
public abstract class LearningRateSchedule
{
    /// <summary>The learning rate at a time.</summary>
    /// <param name="initial">The optimizer's learning rate when training began.</param>
    /// <param name="epoch">Epochs since then; 1.5 is the middle of the second epoch.</param>
    public abstract double At(double initial, double epoch);
}

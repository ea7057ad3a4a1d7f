namespace FastSeq.Cuda;

/// <summary>The sequences and time steps of the steps that are measured.</summary>
/// <param name="Batch">The sequences: as many as a batch has at most.</param>
/// <param name="TimeSteps">Fewer time steps than the data has, as time grows evenly with them on both.</param>
readonly record struct StepSize(int Batch, int TimeSteps)
{
    const int MostTimeSteps = 32;

    // A fraction of a second on one core.
    const double MostOperations = 1e10;

    /// <summary>The size to measure for runs of some size. Time steps are a power of two, so that data of other lengths finds what was measured.</summary>
    public static StepSize Of(ModelInfo info, DeviceWork work, int maxBatch, int maxTimeSteps, int maxTokens)
    {
        int timeSteps = Math.Min(MostTimeSteps, 1 << int.Log2(maxTimeSteps));
        double operations = (double)info.FlopsPerStep * maxBatch * (work == DeviceWork.Training ? 3 : 1);
        while (timeSteps > 1 && operations * timeSteps > MostOperations) timeSteps /= 2;

        // Convolutions make none of too few.
        while (timeSteps < maxTimeSteps && info.OutputSteps(timeSteps) == 0) timeSteps = Math.Min(maxTimeSteps, 2 * timeSteps);
        return new StepSize(Math.Clamp(maxTokens / timeSteps, 1, maxBatch), timeSteps);
    }
}

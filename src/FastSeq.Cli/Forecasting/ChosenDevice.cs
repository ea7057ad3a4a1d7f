using FastSeq.Cuda;

namespace FastSeq.Cli.Forecasting;

/// <summary>How a device that chooses is asked for a model, and heard.</summary>
static class ChosenDevice
{
    /// <summary>Lets a device that chooses do so, and says what it chose and why.</summary>
    /// <typeparam name="TModel">The model that is to be computed.</typeparam>
    /// <returns>The chosen device; null for the processor.</returns>
    public static ISequenceDevice? ChooseFor<TModel>(this ISequenceDevice? device, int maxBatch, int maxTimeSteps, int threads, TextWriter output)
        where TModel : class, ISequenceModel<TModel, float, float, float>
    {
        ISequenceDevice? chosen = device?.ChooseFor<TModel, float, float, float>(maxBatch, maxTimeSteps, threads);
        if (device is AutoDevice { Choice: { } choice }) output.WriteLine($"device: {CommandLine.Printable(choice.ToString())}");
        return chosen;
    }
}

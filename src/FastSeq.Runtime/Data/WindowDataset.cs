namespace FastSeq;

/// <summary>The usual ways to lay windows over one long series; nothing is copied.</summary>
public static class WindowDataset
{
    /// <summary>Each window is followed by what it should foretell: the next rows of the targets. For models with <c>[LastStep]</c>.</summary>
    /// <param name="inputs">Time steps × <paramref name="inputSize"/>.</param>
    /// <param name="inputSize">The numbers of one time step.</param>
    /// <param name="targets">A row of <paramref name="targetSize"/> numbers for every time step.</param>
    /// <param name="targetSize">The numbers of one target row.</param>
    /// <param name="window">The time steps of a window.</param>
    /// <param name="horizon">The rows after the window that are its target; the model has <c>horizon * targetSize</c> outputs.</param>
    /// <param name="stride">The time steps from one window to the next.</param>
    public static WindowDataset<TInput, TTarget> Forecast<TInput, TTarget>(
        ReadOnlyMemory<TInput> inputs, int inputSize, ReadOnlyMemory<TTarget> targets, int targetSize, int window, int horizon = 1, int stride = 1)
        where TInput : unmanaged
        where TTarget : unmanaged
        => new(inputs, inputSize, targets, targetSize, window, targetOffset: window, targetRows: horizon, stride);

    /// <summary>Each time step of a window has its own target row. For models without <c>[LastStep]</c>.</summary>
    /// <param name="inputs">Time steps × <paramref name="inputSize"/>.</param>
    /// <param name="inputSize">The numbers of one time step; 1 for tokens.</param>
    /// <param name="targets">A row of <paramref name="targetSize"/> numbers for every time step.</param>
    /// <param name="targetSize">The numbers of one target row; 1 for class numbers.</param>
    /// <param name="window">The time steps of a window.</param>
    /// <param name="ahead">How many time steps later the target row of a step lies; 0 is its own, 1 foretells the next.</param>
    /// <param name="stride">The time steps from one window to the next.</param>
    public static WindowDataset<TInput, TTarget> EveryStep<TInput, TTarget>(
        ReadOnlyMemory<TInput> inputs, int inputSize, ReadOnlyMemory<TTarget> targets, int targetSize, int window, int ahead = 0, int stride = 1)
        where TInput : unmanaged
        where TTarget : unmanaged
        => new(inputs, inputSize, targets, targetSize, window, targetOffset: ahead, targetRows: window, stride);
}

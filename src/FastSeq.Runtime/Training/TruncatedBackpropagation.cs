namespace FastSeq;

/// <summary>
/// Truncated back-propagation through time (Williams and Peng 1990): the parameters move every <see cref="Steps"/> time steps, and gradients flow back
/// <see cref="Length"/> time steps, so that streams of any length train in the memory of <see cref="Length"/>. States go on from window to window; they are constants
/// for the next one, as after PyTorch's <c>detach()</c>.
/// </summary>
/// <remarks>
/// With <see cref="Length"/> above <see cref="Steps"/>, the time steps before those that count are computed again with the parameters as they are by now; each time step's loss
/// counts once. For models that can stream and have an output every time step.
/// </remarks>
public sealed record TruncatedBackpropagation
{
    /// <summary>Windows of some time steps.</summary>
    /// <param name="steps">Every so many time steps the parameters move (k1), at least 1.</param>
    /// <param name="length">So many time steps back gradients flow (k2), at least <paramref name="steps"/>; by default as many.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small.</exception>
    public TruncatedBackpropagation(int steps, int? length = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        Length = length ?? steps;
        ArgumentOutOfRangeException.ThrowIfLessThan(Length, steps, nameof(length));
        Steps = steps;
    }

    /// <summary>Every so many time steps the parameters move (k1).</summary>
    public int Steps { get; }

    /// <summary>So many time steps back gradients flow (k2).</summary>
    public int Length { get; }

    /// <summary>
    /// Whether the sequences of a batch go on from the final states of those that stood in their places in the batch before (stateful training): the sequences of the dataset are then taken in
    /// their order, not shuffled, and each epoch begins with the rest state. Evaluation does the same.
    /// </summary>
    public bool CarryStates { get; init; }
}

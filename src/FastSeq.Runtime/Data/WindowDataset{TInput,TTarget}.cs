namespace FastSeq;

/// <summary>The windows of one long series, each a sequence of the same length. Nothing is copied: windows overlap in the series itself.</summary>
/// <typeparam name="TInput">What a time step consists of.</typeparam>
/// <typeparam name="TTarget">What the model learns.</typeparam>
/// <remarks>
/// Window i covers the time steps from <c>i * stride</c> to <c>i * stride + window - 1</c>. Its targets are <c>targetRows</c> rows of the targets,
/// from row <c>i * stride + targetOffset</c> on. There are as many windows as both series have room for.
/// </remarks>
public sealed class WindowDataset<TInput, TTarget> : SequenceDataset<TInput, TTarget>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    readonly ReadOnlyMemory<TInput> inputs;
    readonly ReadOnlyMemory<TTarget> targets;
    readonly int inputSize, targetSize, window, stride, targetOffset, targetRows;

    /// <summary>Lays windows over a series. <see cref="WindowDataset"/> has shorter ways for what is usual.</summary>
    /// <param name="inputs">Time steps × <paramref name="inputSize"/>.</param>
    /// <param name="inputSize">The numbers of one time step; 1 for tokens.</param>
    /// <param name="targets">Rows × <paramref name="targetSize"/>, a row for every time step of <paramref name="inputs"/>, or more.</param>
    /// <param name="targetSize">The numbers of one target row.</param>
    /// <param name="window">The time steps of a window.</param>
    /// <param name="targetOffset">The first target row of a window, counted from the window's first time step.</param>
    /// <param name="targetRows">The target rows of a window.</param>
    /// <param name="stride">The time steps from one window to the next.</param>
    public WindowDataset(
        ReadOnlyMemory<TInput> inputs, int inputSize, ReadOnlyMemory<TTarget> targets, int targetSize, int window, int targetOffset, int targetRows, int stride = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(targetSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(targetOffset);
        ArgumentOutOfRangeException.ThrowIfLessThan(targetRows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        if (inputs.Length % inputSize != 0)
            throw new ArgumentException($"The series has {inputs.Length} numbers, which are not whole time steps of {inputSize}.", nameof(inputs));
        if (targets.Length % targetSize != 0)
            throw new ArgumentException($"There are {targets.Length} targets, which are not whole rows of {targetSize}.", nameof(targets));
        (this.inputs, this.inputSize, this.targets, this.targetSize) = (inputs, inputSize, targets, targetSize);
        (this.window, this.targetOffset, this.targetRows, this.stride) = (window, targetOffset, targetRows, stride);

        long room = Math.Min(inputs.Length / inputSize - (long)window, targets.Length / targetSize - (long)targetOffset - targetRows);
        Count = room < 0 ? 0 : (int)(room / stride) + 1;
    }

    /// <inheritdoc/>
    public override int Count { get; }

    /// <summary>The time step of the series at which a window begins.</summary>
    public int StartOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return index * stride;
    }

    /// <inheritdoc/>
    public override int LengthOf(int index) => window;

    /// <inheritdoc/>
    public override ReadOnlySpan<TInput> InputOf(int index) => inputs.Span.Slice(StartOf(index) * inputSize, window * inputSize);

    /// <inheritdoc/>
    public override ReadOnlySpan<TTarget> TargetOf(int index) => targets.Span.Slice((StartOf(index) + targetOffset) * targetSize, targetRows * targetSize);
}

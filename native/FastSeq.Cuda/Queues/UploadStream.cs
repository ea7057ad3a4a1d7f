using FastSeq.Cuda.Libraries;

namespace FastSeq.Cuda;

/// <summary>
/// A second stream of a queue, on which copies go to the device while it computes, and the two places that the streams wait for: what has gone up is there, and what was there has been taken.
/// </summary>
sealed class UploadStream : IDisposable
{
    readonly CudaEvent _arrived, _taken;

    /// <summary>Makes the stream, with pinned memory of its own: places in that of the queue come free as the queue's work is done.</summary>
    public UploadStream(CudaContext context)
    {
        try
        {
            Stream = CudaStream.Create(context);
            Ring = new StagingRing(context, Stream);
            _arrived = CudaEvent.Create(context);
            _taken = CudaEvent.Create(context);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where the copies are.</summary>
    public CudaStream Stream { get; }

    /// <summary>Where they read from.</summary>
    public StagingRing Ring { get; }

    /// <summary>The work that a stream has by now is what <see cref="WaitForTaken"/> waits for: it reads what later copies overwrite.</summary>
    public void Take(CudaStream other) => CudaDriver.Check(CudaDriver.cuEventRecord(_taken, other));

    /// <summary>Copies from here on wait for the work before the last <see cref="Take"/>.</summary>
    public void WaitForTaken() => CudaDriver.Check(CudaDriver.cuStreamWaitEvent(Stream, _taken, 0));

    /// <summary>The copies so far are what <see cref="LetWait"/> lets a stream wait for.</summary>
    public void Arrive() => CudaDriver.Check(CudaDriver.cuEventRecord(_arrived, Stream));

    /// <summary>Work from here on waits for the copies before the last <see cref="Arrive"/>.</summary>
    public void LetWait(CudaStream other) => CudaDriver.Check(CudaDriver.cuStreamWaitEvent(other, _arrived, 0));

    /// <inheritdoc/>
    public void Dispose()
    {
        _taken?.Dispose();
        _arrived?.Dispose();
        Ring?.Dispose();
        Stream?.Dispose();
    }
}

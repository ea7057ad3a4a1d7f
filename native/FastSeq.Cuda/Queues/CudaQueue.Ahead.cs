namespace FastSeq.Cuda;

/// <content>
/// Copies to the device beside the queue's work, on a second stream: <see cref="BeginAhead"/>, <see cref="UploadAhead"/>, <see cref="EndAhead"/>; then, in the order of the queue, <see cref="BeginTaking"/>,
/// whatever reads what came, <see cref="EndTaking"/>.
/// </content>
sealed partial class CudaQueue
{
    UploadStream? _ahead;

    /// <summary>Begins copies, which wait until the queue has done all up to the last <see cref="EndTaking"/>, and for no later work. The first time it takes pinned memory.</summary>
    public void BeginAhead()
    {
        ThrowIfCapturing();
        Enter();
        _ahead ??= Own(new UploadStream(_context));
        _ahead.WaitForTaken();
    }

    /// <summary>Copies numbers to the device; the caller may change them at once.</summary>
    public void UploadAhead<T>(ReadOnlySpan<T> from, DevicePointer to)
        where T : unmanaged => Upload(from, to, _ahead!.Ring, _ahead.Stream);

    /// <summary>Ends copies that began.</summary>
    public void EndAhead()
    {
        Enter();
        _ahead!.Arrive();
    }

    /// <summary>The queue's work from here on waits for the copies up to the last <see cref="EndAhead"/>.</summary>
    public void BeginTaking()
    {
        ThrowIfCapturing();
        Enter();
        _ahead!.LetWait(_stream);
    }

    /// <summary>The queue's work so far has read what the copies brought, or has been the first to write there: from here on copies may go there again.</summary>
    public void EndTaking()
    {
        ThrowIfCapturing();
        Enter();
        _ahead ??= Own(new UploadStream(_context));
        _ahead.Take(_stream);
    }
}

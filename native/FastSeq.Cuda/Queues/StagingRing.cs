using FastSeq.Cuda.Libraries;

namespace FastSeq.Cuda;

/// <summary>Pinned memory through which numbers go to the device: some parts in turn, each taken again when the device has read it.</summary>
sealed class StagingRing : IDisposable
{
    /// <summary>The size of a part.</summary>
    public const int PartBytes = 1 << 20;

    const int Parts = 4;
    const int Alignment = 64;

    readonly CudaStream _stream;
    readonly PinnedMemory _memory;
    readonly CudaEvent[] _read = new CudaEvent[Parts];
    int _part, _used;

    /// <summary>Takes the memory.</summary>
    public StagingRing(CudaContext context, CudaStream stream)
    {
        _stream = stream;
        _memory = PinnedMemory.Allocate(context, Parts * PartBytes);
        try
        {
            for (int part = 0; part < Parts; part++) _read[part] = CudaEvent.Create(context);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>A place for the next bytes to copy; the copy from there must be put into the stream before the next place is taken.</summary>
    /// <param name="wanted">How many bytes remain to copy.</param>
    /// <param name="bytes">How many of them there is a place for.</param>
    public nint Take(long wanted, out int bytes)
    {
        bytes = (int)Math.Min(wanted, PartBytes);
        if (_used + bytes > PartBytes) TakeNextPart();
        nint place = _memory.Address + (_part * PartBytes) + _used;
        _used += (bytes + Alignment - 1) / Alignment * Alignment;
        return place;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (CudaEvent? read in _read) read?.Dispose();
        _memory.Dispose();
    }

    void TakeNextPart()
    {
        CudaDriver.Check(CudaDriver.cuEventRecord(_read[_part], _stream));
        _part = (_part + 1) % Parts;
        _used = 0;
        CudaDriver.Check(CudaDriver.cuEventSynchronize(_read[_part]));
    }
}

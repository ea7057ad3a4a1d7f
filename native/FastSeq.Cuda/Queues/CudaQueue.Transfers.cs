using System.Runtime.InteropServices;
using FastSeq.Cuda.Libraries;

namespace FastSeq.Cuda;

/// <content>Copies.</content>
sealed unsafe partial class CudaQueue
{
    /// <summary>Copies numbers to the device, after all work before; the caller may change them at once.</summary>
    public void Upload<T>(ReadOnlySpan<T> from, DevicePointer to)
        where T : unmanaged => Upload(from, to, _up, _stream);

    /// <summary>Copies numbers from the device, after all work before, and waits for them.</summary>
    public void Download<T>(DevicePointer from, Span<T> to)
        where T : unmanaged
    {
        ThrowIfCapturing();
        Enter();
        fixed (T* first = to)
        {
            long total = (long)to.Length * sizeof(T);
            for (long done = 0; done < total;)
            {
                int bytes = (int)Math.Min(total - done, StagingRing.PartBytes);
                CudaDriver.Check(CudaDriver.cuMemcpyDtoHAsync_v2(_down.Address, from + done, (nuint)bytes, _stream));
                CudaDriver.Check(CudaDriver.cuStreamSynchronize(_stream));
                NativeMemory.Copy((void*)_down.Address, (byte*)first + done, (nuint)bytes);
                done += bytes;
            }
        }
    }

    /// <summary>Makes memory of the device all zeros.</summary>
    public void Clear(DevicePointer to, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (bytes == 0) return;
        Enter();
        CudaDriver.Check(CudaDriver.cuMemsetD8Async(to, 0, (nuint)bytes, _stream));
    }

    /// <summary>Copies within the device, between places that do not overlap.</summary>
    public void Copy(DevicePointer from, DevicePointer to, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (bytes == 0) return;
        Enter();
        CudaDriver.Check(CudaDriver.cuMemcpyDtoDAsync_v2(to, from, (nuint)bytes, _stream));
    }

    void Upload<T>(ReadOnlySpan<T> from, DevicePointer to, StagingRing ring, CudaStream stream)
        where T : unmanaged
    {
        ThrowIfCapturing();
        Enter();
        fixed (T* first = from)
        {
            long total = (long)from.Length * sizeof(T);
            for (long done = 0; done < total;)
            {
                nint place = ring.Take(total - done, out int bytes);
                NativeMemory.Copy((byte*)first + done, (void*)place, (nuint)bytes);
                CudaDriver.Check(CudaDriver.cuMemcpyHtoDAsync_v2(to + done, place, (nuint)bytes, stream));
                done += bytes;
            }
        }

        GC.KeepAlive(this);
    }
}

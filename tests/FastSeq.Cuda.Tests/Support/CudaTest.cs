namespace FastSeq.Cuda.Tests.Support;

/// <summary>A test with the fake libraries; it gives back all that it takes.</summary>
public abstract class CudaTest : IDisposable
{
    /// <summary>The kernels of the tests.</summary>
    protected const string Source = """
        struct Scale { REAL* x; long long count; double factor; };
        KERNEL(scale, Scale)
        {
            for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < a.count; i += (long long)gridDim.x * blockDim.x) a.x[i] *= (REAL)a.factor;
        }

        struct Shape { long long* shape; };
        KERNEL(shape, Shape)
        {
            if (blockIdx.x == 0 && threadIdx.x == 0) { a.shape[0] = gridDim.x; a.shape[1] = blockDim.x; a.shape[2] += 1; }
        }

        struct RowSums { const REAL* x; REAL* sums; long long rows, columns; };
        KERNEL(rowSums, RowSums)
        {
            for (long long row = blockIdx.x; row < a.rows; row += gridDim.x)
                for (long long k = threadIdx.x; k < a.columns; k += blockDim.x) a.sums[row] += a.x[row * a.columns + k];
        }

        extern "C" void fastseq_host_unsized(const void* arguments, unsigned, unsigned) { **(REAL* const*)arguments = 42; }
        """;

    readonly int _live;

    protected CudaTest()
    {
        FakeCuda.SkipIfMissing();
        if (!Child.IsThis) _live = FakeCuda.LiveThings;
    }

    /// <summary>A queue with the kernels of the tests.</summary>
    private protected static CudaQueue CreateQueue(bool isDouble = false) => CudaDevice.Default.CreateQueue(Source, isDouble);

    /// <summary>Numbers that look random, between -1 and 1, and repeat.</summary>
    protected static float[] Numbers(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }

    public virtual void Dispose()
    {
        GC.SuppressFinalize(this);
        if (!Child.IsThis && FakeCuda.Missing is null) Assert.Equal((_live, 0), (FakeCuda.LiveThings, FakeCuda.Sickness));
    }
}

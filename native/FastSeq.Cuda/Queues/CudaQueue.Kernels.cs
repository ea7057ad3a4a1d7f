using FastSeq.Cuda.Libraries;

namespace FastSeq.Cuda;

/// <content>Kernels and graphs of them.</content>
sealed unsafe partial class CudaQueue
{
    static readonly Version s_parameterSizesSince = new(12, 4);

    /// <summary>A kernel of one of the source texts.</summary>
    /// <exception cref="CudaException">No source text has such a kernel.</exception>
    public CudaKernel Kernel(string name)
    {
        Enter();
        int status = CudaDriver.CUDA_ERROR_NOT_FOUND;
        nint function = 0;
        for (int index = 0; index < _modules.Length && status == CudaDriver.CUDA_ERROR_NOT_FOUND; index++)
        {
            status = CudaDriver.cuModuleGetFunction(out function, _modules[index], name);
        }

        if (status == CudaDriver.CUDA_ERROR_NOT_FOUND)
            throw new CudaException("the CUDA driver", nameof(CudaDriver.cuModuleGetFunction), status, $"{CudaDriver.TextOf(status)}; the source has no kernel '{name}'");
        CudaDriver.Check(status, nameof(CudaDriver.cuModuleGetFunction));
        nuint bytes = 0;
        bool isKnown = _device.DriverVersion >= s_parameterSizesSince && CudaDriver.cuFuncGetParamInfo(function, 0, out _, out bytes) == CudaDriver.CUDA_SUCCESS;
        return new CudaKernel(name, function, isKnown ? (int)bytes / sizeof(KernelArgument) : -1);
    }

    /// <summary>Starts a kernel over many threads, 256 a block; each goes on by the size of the grid where there are more than it holds.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="threads">How many numbers there are to compute.</param>
    /// <param name="arguments">The fields of its parameter.</param>
    public void Launch(CudaKernel kernel, long threads, params ReadOnlySpan<KernelArgument> arguments) =>
        LaunchBlocks(kernel, (threads + BlockThreads - 1) / BlockThreads, BlockThreads, arguments);

    /// <summary>Starts a kernel with a block a row; each goes on by the size of the grid where there are more than it holds.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="threads">How many threads work on a row together.</param>
    /// <param name="arguments">The fields of its parameter.</param>
    public void LaunchRows(CudaKernel kernel, long rows, int threads, params ReadOnlySpan<KernelArgument> arguments) => LaunchBlocks(kernel, rows, threads, arguments);

    /// <summary>
    /// Records what an action would do, which must be launches, products, clears and copies within the device alone. Do the same once without recording before, so that
    /// the libraries have loaded all that it needs.
    /// </summary>
    /// <param name="work">The action.</param>
    /// <param name="graph">A graph that is no longer needed, which then does the work and is returned; null for a new one.</param>
    public CudaGraph Capture(Action work, CudaGraph? graph = null)
    {
        ThrowIfCapturing();
        if (graph is not null) Wait();
        Enter();
        CudaDriver.Check(CudaDriver.cuStreamBeginCapture_v2(_stream, CudaDriver.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
        _isCapturing = true;
        nint recorded = 0;
        try
        {
            try
            {
                work();
            }
            catch
            {
                // The stream must leave the recording, whatever it is worth.
                _ = CudaDriver.cuStreamEndCapture(_stream, out recorded);
                throw;
            }

            CudaDriver.Check(CudaDriver.cuStreamEndCapture(_stream, out recorded));
            if (graph is null) return CudaGraph.Instantiate(_context, recorded);
            graph.Replace(_context, recorded);
            return graph;
        }
        finally
        {
            _isCapturing = false;
            if (recorded != 0) _ = CudaDriver.cuGraphDestroy(recorded);
        }
    }

    /// <summary>Does what was recorded.</summary>
    public void Launch(CudaGraph graph)
    {
        ThrowIfCapturing();
        Enter();
        CudaDriver.Check(CudaDriver.cuGraphLaunch(graph, _stream));
    }

    /// <summary>Lets a kernel have shared memory, and says whether so many of its blocks are on the device at once.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="threads">The threads of a block.</param>
    /// <param name="sharedBytes">The shared memory of a block.</param>
    /// <param name="blocks">The blocks.</param>
    public bool Fits(CudaKernel kernel, int threads, int sharedBytes, int blocks)
    {
        Enter();
        CudaDriver.Check(CudaDriver.cuFuncSetAttribute(kernel.Function, CudaDriver.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, sharedBytes));
        CudaDriver.Check(CudaDriver.cuOccupancyMaxActiveBlocksPerMultiprocessor(out int blocksOfMultiprocessor, kernel.Function, threads, (nuint)sharedBytes));
        GC.KeepAlive(this);
        return blocks <= (long)blocksOfMultiprocessor * _device.Limits.Multiprocessors;
    }

    /// <summary>Starts exactly so many blocks, which <see cref="Fits"/> has allowed.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="blocks">The blocks.</param>
    /// <param name="threads">The threads of a block.</param>
    /// <param name="sharedBytes">The shared memory of a block.</param>
    /// <param name="waits">Whether blocks wait for each other, so that all have to run at once.</param>
    /// <param name="arguments">The fields of its parameter.</param>
    public void LaunchLayer(CudaKernel kernel, int blocks, int threads, int sharedBytes, bool waits, params ReadOnlySpan<KernelArgument> arguments)
    {
        ThrowIfOthers(kernel, arguments);
        if (blocks <= 0) return;
        Enter();
        fixed (KernelArgument* first = arguments)
        {
            void* parameter = first;
            int status = waits
                ? CudaDriver.cuLaunchCooperativeKernel(kernel.Function, (uint)blocks, 1, 1, (uint)threads, 1, 1, (uint)sharedBytes, _stream, &parameter)
                : CudaDriver.cuLaunchKernel(kernel.Function, (uint)blocks, 1, 1, (uint)threads, 1, 1, (uint)sharedBytes, _stream, &parameter, null);
            CudaDriver.Check(status, waits ? nameof(CudaDriver.cuLaunchCooperativeKernel) : nameof(CudaDriver.cuLaunchKernel));
        }

        GC.KeepAlive(this);
    }

    static void ThrowIfOthers(CudaKernel kernel, ReadOnlySpan<KernelArgument> arguments)
    {
        if (kernel.ArgumentCount >= 0 && kernel.ArgumentCount != arguments.Length)
            throw new ArgumentException($"The kernel {kernel.Name} takes {kernel.ArgumentCount} arguments, not {arguments.Length}.", nameof(arguments));
    }

    void LaunchBlocks(CudaKernel kernel, long blocks, int threads, ReadOnlySpan<KernelArgument> arguments)
    {
        ThrowIfOthers(kernel, arguments);
        if (blocks <= 0) return;
        uint grid = (uint)Math.Min(blocks, (long)_device.Multiprocessors * BlocksOfMultiprocessor);
        Enter();
        fixed (KernelArgument* first = arguments)
        {
            void* parameter = first;
            CudaDriver.Check(CudaDriver.cuLaunchKernel(kernel.Function, grid, 1, 1, (uint)threads, 1, 1, 0, _stream, &parameter, null));
        }

        GC.KeepAlive(this);
    }
}

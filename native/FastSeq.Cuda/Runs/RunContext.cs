using FastSeq.Devices;

namespace FastSeq.Cuda;

/// <summary>What the layers of a run share: the queue, the parameters and gradients as PyTorch has them, how rows lie, and the facts of the current batch.</summary>
sealed class RunContext : IDisposable
{
    readonly long[] starts;
    readonly ulong[] drawn = new ulong[2];

    /// <summary>Takes what does not depend on the layers.</summary>
    public RunContext(CudaQueue queue, ModelInfo info, int elementSize, int stateSize, int maxBatch, PackedSequences[] levels)
    {
        Queue = queue;
        Info = info;
        ElementSize = elementSize;
        MaxBatch = maxBatch;
        Memory = new RunMemory(queue, elementSize);
        try
        {
            Batches = new BatchUploads(queue, Memory);
            Levels = [.. levels.Select(level => new LevelRows(Batches, maxBatch, level))];

            starts = new long[info.Parameters.Length + 1];
            for (int index = 0; index < info.Parameters.Length; index++)
            {
                starts[index + 1] = starts[index] + info.Parameters[index].Count;
            }

            ParameterPlaces = Memory.AllocateIntegers(starts[^1]);
            Parameters = Memory.Allocate(1, starts[^1]);
            Gradients = Memory.Allocate(1, starts[^1]);
            Drawn = Memory.AllocateIntegers(2L * drawn.Length);
            Rest = Memory.Allocate(1, stateSize);
            int ones = Math.Max(maxBatch, levels.Max(level => level.MaxRows));
            Ones = Memory.Allocate(1, ones);
            Queue.Launch(queue.Kernel("fill_numbers"), ones, ones, 1.0, Ones);
            UploadPlaces();
        }
        catch
        {
            Memory.Dispose();
            throw;
        }
    }

    /// <summary>Where everything happens.</summary>
    public CudaQueue Queue { get; }

    /// <summary>The facts of the model.</summary>
    public ModelInfo Info { get; }

    /// <summary>The bytes of a number.</summary>
    public int ElementSize { get; }

    /// <summary>The most sequences.</summary>
    public int MaxBatch { get; }

    /// <summary>The memory of the run.</summary>
    public RunMemory Memory { get; }

    /// <summary>What goes up with every batch.</summary>
    public BatchUploads Batches { get; }

    /// <summary>How the rows of each level lie.</summary>
    public LevelRows[] Levels { get; }

    /// <summary>Where in the model's flat buffer each number of <see cref="Parameters"/> lies.</summary>
    public DevicePointer ParameterPlaces { get; }

    /// <summary>All parameters one after the other, each as PyTorch has it.</summary>
    public DevicePointer Parameters { get; }

    /// <summary>Their gradients.</summary>
    public DevicePointer Gradients { get; }

    /// <summary>How many numbers all parameters have.</summary>
    public long ParameterCount => starts[^1];

    /// <summary>The state that sequences begin with.</summary>
    public DevicePointer Rest { get; }

    /// <summary>Ones, by which products sum up rows.</summary>
    public DevicePointer Ones { get; }

    /// <summary>Whether the current forward keeps the tape and drops out.</summary>
    public bool Training { get; set; }

    /// <summary>Whether the sequences begin with states that the caller gave.</summary>
    public bool HasStates { get; set; }

    /// <summary>The states after so many time steps are taken, those after the last of a sequence that has fewer.</summary>
    public int StatesAfter { get; set; } = int.MaxValue;

    /// <summary>Whether the caller gave gradients by the final states.</summary>
    public bool HasFinalGradients { get; set; }

    /// <summary>What masks are drawn from: the seed and the iteration.</summary>
    public DevicePointer Drawn { get; }

    /// <summary>A parameter; nowhere for -1.</summary>
    public DevicePointer Parameter(int index) => index < 0 ? default : At(Parameters, starts[index]);

    /// <summary>The gradient of a parameter; nowhere for -1.</summary>
    public DevicePointer Gradient(int index) => index < 0 ? default : At(Gradients, starts[index]);

    /// <summary>Where in the flat buffer the numbers of a parameter lie.</summary>
    public DevicePointer PlacesOf(int index) => ParameterPlaces + (starts[index] * sizeof(int));

    /// <summary>The address some numbers on.</summary>
    public DevicePointer At(DevicePointer pointer, long numbers) => pointer + (numbers * ElementSize);

    /// <summary>What a kernel draws a mask from.</summary>
    public MaskArguments MaskOf(DeviceMask mask) => new(Drawn, mask);

    /// <summary>Sets what masks are drawn from.</summary>
    public void Draw(ulong seed, long iteration)
    {
        (drawn[0], drawn[1]) = (seed, unchecked((ulong)iteration));
        Queue.Upload<ulong>(drawn, Drawn);
    }

    /// <summary>Sets rows to zeros.</summary>
    public void Clear(DevicePointer pointer, long rows, long columns) => Queue.Clear(pointer, rows * columns * ElementSize);

    /// <summary>sum [columns] = the sum of rows [rows, columns]; of no rows it stays.</summary>
    public void SumRows(DevicePointer rows, int count, int columns, int stride, DevicePointer sum)
    {
        if (count > 0)
        {
            Queue.Multiply(1, columns, count, Ones, count, false, rows, stride, false, 0, sum, columns);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // What is under way still reads the memory.
        Queue.Finish();
        Memory.Dispose();
        Queue.Dispose();
    }

    void UploadPlaces()
    {
        var places = new int[ParameterCount];
        int[] flat = new int[Info.BufferLength];
        for (int place = 0; place < flat.Length; place++)
        {
            flat[place] = place;
        }

        for (int index = 0; index < Info.Parameters.Length; index++)
        {
            ParameterInfo parameter = Info.Parameters[index];
            parameter.CopyTo<int>(flat, places.AsSpan((int)starts[index], (int)parameter.Count));
        }

        Queue.Upload<int>(places, ParameterPlaces);
    }
}

/// <summary>The fields of the struct Mask of the kernels.</summary>
readonly struct MaskArguments(DevicePointer drawn, DeviceMask mask)
{
    public DevicePointer Seed { get; } = drawn;

    public long Stream { get; } = mask.Stream;

    public DevicePointer Step { get; } = drawn + sizeof(ulong);

    /// <summary>Numbers below it drop.</summary>
    public long Threshold { get; } = (uint)(mask.Probability * 4294967296.0);

    /// <summary>What the kept elements are multiplied by.</summary>
    public double Scale { get; } = 1 / (1 - (double)mask.Probability);
}

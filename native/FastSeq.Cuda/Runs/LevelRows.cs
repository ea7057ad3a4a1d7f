namespace FastSeq.Cuda;

/// <summary>How the rows of a level lie, for the kernels: packed as on the processor, longest sequence first, time step by time step.</summary>
sealed class LevelRows
{
    readonly int maxBatch, maxRows;
    readonly int[] numbers;
    readonly DevicePointer device;

    /// <summary>Takes the memory of the tables.</summary>
    /// <param name="memory">The memory of the run.</param>
    /// <param name="maxBatch">The most sequences.</param>
    /// <param name="maxRows">The most rows.</param>
    public LevelRows(RunMemory memory, int maxBatch, int maxRows)
    {
        this.maxBatch = maxBatch;
        this.maxRows = maxRows;
        numbers = new int[checked((2 * maxBatch) + (5 * maxRows))];
        device = memory.AllocateIntegers(numbers.Length);
    }

    /// <summary>The sequences as they are packed.</summary>
    public PackedSequences Packed { get; private set; } = null!;

    /// <summary>The sequences.</summary>
    public int Batch => Packed.Batch;

    /// <summary>The time steps of all sequences.</summary>
    public int Rows => Packed.Rows;

    /// <summary>The time steps of the longest sequence.</summary>
    public int TimeSteps => Packed.TimeSteps;

    /// <summary>Whether all sequences have as many time steps, so that the rows of previous states follow each other.</summary>
    public bool IsEven => Rows == Batch * TimeSteps;

    /// <summary>[B]: where each sequence stands in the caller's batch.</summary>
    public DevicePointer Order => At(0);

    /// <summary>[B]: the row of each sequence's last time step, -1 for an empty one.</summary>
    public DevicePointer LastRows => At(maxBatch);

    /// <summary>[rows]: the time step.</summary>
    public DevicePointer Steps => At(2L * maxBatch);

    /// <summary>[rows]: the sequence.</summary>
    public DevicePointer Sequences => At((2L * maxBatch) + maxRows);

    /// <summary>[rows]: the row in a history that begins with the initial states.</summary>
    public DevicePointer PreviousRows => At((2L * maxBatch) + (2L * maxRows));

    /// <summary>[rows]: the row of the same sequence as far from its end as this one from its beginning.</summary>
    public DevicePointer ReversedRows => At((2L * maxBatch) + (3L * maxRows));

    /// <summary>[rows]: the sequence of which this is the last time step, else -1.</summary>
    public DevicePointer EndsOf => At((2L * maxBatch) + (4L * maxRows));

    /// <summary>In a history that begins with the initial states, the row of the longest sequence's previous state.</summary>
    public int PreviousRow(int timeStep) => timeStep == 0 ? 0 : Batch + Packed.RowStart(timeStep - 1);

    /// <summary>Takes on a batch.</summary>
    public void Take(PackedSequences packed, CudaQueue queue)
    {
        Packed = packed;
        packed.Order.CopyTo(numbers);
        for (int b = 0; b < Batch; b++)
        {
            int length = packed.Lengths[b];
            numbers[maxBatch + b] = length == 0 ? -1 : packed.RowStart(length - 1) + b;
        }

        Span<int> steps = numbers.AsSpan(2 * maxBatch, maxRows), sequences = Next(1), previous = Next(2), reversed = Next(3), ends = Next(4);
        for (int t = 0; t < TimeSteps; t++)
        {
            int start = packed.RowStart(t);
            for (int b = 0; b < packed.BatchSize(t); b++)
            {
                int row = start + b, length = packed.Lengths[b];
                steps[row] = t;
                sequences[row] = b;
                previous[row] = PreviousRow(t) + b;
                reversed[row] = packed.RowStart(length - 1 - t) + b;
                ends[row] = t == length - 1 ? b : -1;
            }
        }

        queue.Upload<int>(numbers.AsSpan(0, 2 * maxBatch), device);
        for (int table = 0; table < 5; table++)
        {
            queue.Upload<int>(Next(table)[..Rows], At((2L * maxBatch) + ((long)table * maxRows)));
        }
    }

    Span<int> Next(int table) => numbers.AsSpan((2 * maxBatch) + (table * maxRows), maxRows);

    DevicePointer At(long number) => device + (number * sizeof(int));
}

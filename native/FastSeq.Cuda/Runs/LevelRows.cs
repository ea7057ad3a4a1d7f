namespace FastSeq.Cuda;

/// <summary>How the rows of a level lie, for the kernels: packed as on the processor, longest sequence first, time step by time step.</summary>
sealed class LevelRows
{
    readonly int maxBatch, maxTimeSteps;
    readonly int[] numbers;
    readonly BatchUploads uploads;
    readonly BatchMemory device;

    /// <summary>Takes the memory of the tables.</summary>
    /// <param name="uploads">What goes up with every batch.</param>
    /// <param name="maxBatch">The most sequences.</param>
    /// <param name="level">How rows will be packed: the most time steps and rows.</param>
    public LevelRows(BatchUploads uploads, int maxBatch, PackedSequences level)
    {
        this.uploads = uploads;
        this.maxBatch = maxBatch;
        maxTimeSteps = level.MaxTimeSteps;
        Packed = level;
        numbers = new int[checked((3 * maxBatch) + maxTimeSteps + (5 * level.MaxRows))];
        device = uploads.AllocateIntegers(numbers.Length);
    }

    /// <summary>The sequences as they are packed.</summary>
    public PackedSequences Packed { get; }

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

    /// <summary>[B]: the time steps of each sequence.</summary>
    public DevicePointer Lengths => At(2L * maxBatch);

    /// <summary>[T]: the row of the longest sequence at each time step.</summary>
    public DevicePointer Starts => At(3L * maxBatch);

    /// <summary>[rows]: the time step.</summary>
    public DevicePointer Steps => At(FirstTable);

    /// <summary>[rows]: the sequence.</summary>
    public DevicePointer Sequences => At(FirstTable + Rows);

    /// <summary>[rows]: the row in a history that begins with the initial states.</summary>
    public DevicePointer PreviousRows => At(FirstTable + (2L * Rows));

    /// <summary>[rows]: the row of the same sequence as far from its end as this one from its beginning.</summary>
    public DevicePointer ReversedRows => At(FirstTable + (3L * Rows));

    /// <summary>[rows]: the sequence of which this is the last time step, else -1.</summary>
    public DevicePointer EndsOf => At(FirstTable + (4L * Rows));

    /// <summary>In a history that begins with the initial states, the row of the longest sequence's previous state.</summary>
    public int PreviousRow(int timeStep) => timeStep == 0 ? 0 : Batch + Packed.RowStart(timeStep - 1);

    /// <summary>Takes on a batch.</summary>
    public void Take()
    {
        PackedSequences packed = Packed;
        packed.Order.CopyTo(numbers);
        packed.Lengths.CopyTo(numbers.AsSpan(2 * maxBatch));
        packed.RowStarts.CopyTo(numbers.AsSpan(3 * maxBatch));
        for (int b = 0; b < Batch; b++)
        {
            int length = packed.Lengths[b];
            numbers[maxBatch + b] = length == 0 ? -1 : packed.RowStart(length - 1) + b;
        }

        Span<int> steps = Next(0), sequences = Next(1), previous = Next(2), reversed = Next(3), ends = Next(4);
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

        uploads.Upload<int>(numbers.AsSpan(0, (int)FirstTable + (5 * Rows)), device);
    }

    long FirstTable => (3L * maxBatch) + maxTimeSteps;

    // The tables of the rows follow each other without gaps, so that all go up in one copy.
    Span<int> Next(int table) => numbers.AsSpan((int)FirstTable + (table * Rows), Rows);

    DevicePointer At(long number) => device.Pointer + (number * sizeof(int));
}

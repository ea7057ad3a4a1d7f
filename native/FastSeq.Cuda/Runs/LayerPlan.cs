namespace FastSeq.Cuda;

/// <summary>What a device gives to kernels whose blocks wait for each other.</summary>
/// <param name="Multiprocessors">How many multiprocessors it has.</param>
/// <param name="SharedBytes">The most shared memory of a block.</param>
/// <param name="LaunchesTogether">Whether it can start all blocks of a kernel at once.</param>
readonly record struct DeviceLimits(int Multiprocessors, int SharedBytes, bool LaunchesTogether);

/// <summary>
/// How a kernel of a whole layer (Layers.cu and what follows it) is shared out: each block owns some units, whose weights lie in its shared memory, and some rows; blocks that share rows wait for each other once a time step.
/// </summary>
/// <param name="UnitsOfBlock">The units of a block.</param>
/// <param name="UnitBlocks">The blocks that share rows; a single one waits for nobody.</param>
/// <param name="RowsOfBlock">The rows of a block.</param>
/// <param name="RowsAtOnce">Of which so many lie in shared memory.</param>
/// <param name="InnerParts">How many warps share the inner size of a product.</param>
/// <param name="SharedBytes">The shared memory of a block.</param>
/// <param name="Cycles">What a time step may take; an estimate, good to compare plans with.</param>
readonly record struct LayerPlan(int UnitsOfBlock, int UnitBlocks, int RowsOfBlock, int RowsAtOnce, int InnerParts, int SharedBytes, double Cycles)
{
    /// <summary>The threads of a block.</summary>
    public const int Threads = 256;

    const int Warps = Threads / 32, MostTilesOfRows = 16;

    // Estimates of cycles, from what is published about GPUs of the years 2020 to 2023; none was measured here.
    const double LaunchCycles = 4000, BarrierCycles = 2000, StepCycles = 1000, StagedBytesOfCycle = 32, SharedBytesOfCycle = 64;

    /// <summary>The blocks for a batch.</summary>
    public int Blocks(int batch) => UnitBlocks * RowBlocks(batch);

    /// <summary>The sets of blocks that share rows.</summary>
    public int RowBlocks(int batch) => (batch + RowsOfBlock - 1) / RowsOfBlock;

    /// <summary>The fastest plan, as far as estimates tell; null where the layer does not fit.</summary>
    /// <param name="product">The product of a time step.</param>
    /// <param name="maxBatch">The most rows.</param>
    /// <param name="limits">What the device gives.</param>
    public static LayerPlan? Find(LayerProduct product, int maxBatch, DeviceLimits limits)
    {
        LayerPlan? best = null;
        for (int units = product.TileUnits; units < product.Units + product.TileUnits; units += product.TileUnits)
        {
            for (int rows = product.TileRows; rows <= MostTilesOfRows * product.TileRows && rows < maxBatch + product.TileRows; rows += product.TileRows)
            {
                for (int parts = 1; parts <= Warps; parts *= 2)
                {
                    if (TryMake(product, maxBatch, limits, units, rows, parts) is { } plan && !(best?.Cycles <= plan.Cycles)) best = plan;
                }
            }
        }

        return best;
    }

    /// <summary>What a time step by a product of cuBLAS and a kernel of the gates may take, to compare with.</summary>
    public static double CyclesOfSteps(LayerProduct product, int maxBatch, DeviceLimits limits) =>
        (2 * LaunchCycles) + ((double)maxBatch * product.Units * product.ColumnsOfUnit * product.Inner / (limits.Multiprocessors * product.ProductsOfCycle));

    static LayerPlan? TryMake(LayerProduct product, int maxBatch, DeviceLimits limits, int units, int rows, int parts)
    {
        int unitBlocks = (product.Units + units - 1) / units, rowBlocks = (maxBatch + rows - 1) / rows;
        if (unitBlocks > 1 && (!limits.LaunchesTogether || (long)unitBlocks * rowBlocks > limits.Multiprocessors)) return null;
        if (parts > product.Turns) return null;

        // As many rows at once as shared memory has room for beside the weights.
        int unitTiles = units / product.TileUnits;
        long weights = (long)units * product.ColumnsOfUnit * product.ColumnBytes;
        long tileBytes = ((long)product.TileRows * product.RowBytes) + (parts == 1 ? 0 : (long)unitTiles * parts * product.ShareBytes);
        long rowTiles = Math.Min((limits.SharedBytes - weights) / tileBytes, rows / product.TileRows);
        if (rowTiles <= 0) return null;

        int rounds = (int)(((rows / product.TileRows) + rowTiles - 1) / rowTiles), groups = Warps / parts;
        double tiles = Math.Ceiling(rowTiles * unitTiles / (double)groups), waves = Math.Ceiling((double)unitBlocks * rowBlocks / limits.Multiprocessors);
        double multiply = tiles * Math.Ceiling(product.Turns / (double)parts) * product.TurnCycles;
        double addUp = parts == 1 ? 0 : tiles * parts * product.ShareBytes / SharedBytesOfCycle;
        double stage = rowTiles * product.TileRows * product.StagedBytes / StagedBytesOfCycle;
        double cycles = waves * (StepCycles + (unitBlocks > 1 ? BarrierCycles : 0) + (rounds * (multiply + addUp + stage)));
        return new LayerPlan(units, unitBlocks, rows, (int)rowTiles * product.TileRows, parts, (int)(weights + (rowTiles * tileBytes)), cycles);
    }
}

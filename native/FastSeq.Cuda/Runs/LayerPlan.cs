namespace FastSeq.Cuda;

/// <summary>What a device gives to kernels whose blocks wait for each other.</summary>
/// <param name="Multiprocessors">How many multiprocessors it has.</param>
/// <param name="SharedBytes">The most shared memory of a block.</param>
/// <param name="LaunchesTogether">Whether it can start all blocks of a kernel at once.</param>
readonly record struct DeviceLimits(int Multiprocessors, int SharedBytes, bool LaunchesTogether);

/// <summary>The product that a kernel of a whole layer does at every time step.</summary>
/// <param name="Units">The units of the layer.</param>
/// <param name="ColumnsOfUnit">The columns of a unit: its gates forward, one back.</param>
/// <param name="ColumnsOfGroup">The columns that eight lanes share: the gates of a unit forward, four units back.</param>
/// <param name="Inner">The inner size: the units forward, all gates of all units back.</param>
/// <param name="ElementSize">The bytes of a number.</param>
readonly record struct LayerProduct(int Units, int ColumnsOfUnit, int ColumnsOfGroup, int Inner, int ElementSize)
{
    /// <summary>The product of the sums by the previous h.</summary>
    public static LayerProduct Forward(int units, int gates, int elementSize) => new(units, gates, gates, units, elementSize);

    /// <summary>The product of the gradients of h by those of the sums.</summary>
    public static LayerProduct Backward(int units, int gates, int elementSize) => new(units, 1, 4, gates * units, elementSize);
}

/// <summary>
/// How a kernel of a whole layer (Layers.cu) is shared out: each block owns some units, whose weights lie in its shared memory, and some rows; blocks that share rows wait for each other once a time step.
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

    // As in Layers.cu.
    const int InnerLanes = 8, TileRows = 8, TileGroups = 4, PackBytes = 16, WarpLanes = 32, Warps = Threads / WarpLanes;
    const int MostRowsOfBlock = 128;

    // Estimates of cycles, from what is published about GPUs of the years 2020 to 2023; none was measured here.
    const double LaunchCycles = 4000, BarrierCycles = 2000, StepCycles = 1000, LoadCycles = 1.5, FusedCyclesOfPack = 1, StagedBytesOfCycle = 32, ProductsOfCycle = 128;

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
        int tileUnits = TileGroups * product.ColumnsOfGroup / product.ColumnsOfUnit;
        for (int units = tileUnits; units < product.Units + tileUnits; units += tileUnits)
        {
            for (int rows = TileRows; rows <= MostRowsOfBlock && rows < maxBatch + TileRows; rows += TileRows)
            {
                for (int parts = 1; parts <= Warps; parts *= 2)
                {
                    if (TryMake(product, maxBatch, limits, tileUnits, units, rows, parts) is { } plan && !(best?.Cycles <= plan.Cycles)) best = plan;
                }
            }
        }

        return best;
    }

    /// <summary>What a time step by a product of cuBLAS and a kernel of the gates may take, to compare with.</summary>
    public static double CyclesOfSteps(LayerProduct product, int maxBatch, DeviceLimits limits) =>
        (2 * LaunchCycles) + ((double)maxBatch * product.Units * product.ColumnsOfUnit * product.Inner * (product.ElementSize / 4) / (limits.Multiprocessors * ProductsOfCycle));

    static LayerPlan? TryMake(LayerProduct product, int maxBatch, DeviceLimits limits, int tileUnits, int units, int rows, int parts)
    {
        int unitBlocks = (product.Units + units - 1) / units, rowBlocks = (maxBatch + rows - 1) / rows;
        if (unitBlocks > 1 && (!limits.LaunchesTogether || (long)unitBlocks * rowBlocks > limits.Multiprocessors)) return null;
        int pack = PackBytes / product.ElementSize, turn = InnerLanes * pack, turns = (product.Inner + turn - 1) / turn;
        if (parts > turns) return null;

        // As many rows at once as shared memory has room for beside the weights.
        int unitTiles = units / tileUnits;
        long weights = (long)units * product.ColumnsOfUnit * turns * turn * product.ElementSize;
        long tileBytes = ((long)TileRows * turns * turn * product.ElementSize) + (parts == 1 ? 0 : (long)unitTiles * parts * product.ColumnsOfGroup * WarpLanes * product.ElementSize);
        long rowTiles = Math.Min((limits.SharedBytes - weights) / tileBytes, rows / TileRows);
        if (rowTiles <= 0) return null;

        int rounds = (int)(((rows / TileRows) + rowTiles - 1) / rowTiles), groups = Warps / parts;
        double tiles = Math.Ceiling(rowTiles * unitTiles / (double)groups), waves = Math.Ceiling((double)unitBlocks * rowBlocks / limits.Multiprocessors);

        // The lanes of a warp load packs of weights and rows and multiply each by each; four warps do so at once, but loads of all share one memory.
        double loads = (TileRows + product.ColumnsOfGroup) * LoadCycles * Warps, products = TileRows * product.ColumnsOfGroup * pack * FusedCyclesOfPack * (product.ElementSize / 4) * Warps / 4;
        double multiply = tiles * Math.Ceiling(turns / (double)parts) * Math.Max(loads, products);
        double addUp = parts == 1 ? 0 : tiles * parts * product.ColumnsOfGroup * 2;
        double stage = rowTiles * TileRows * turns * turn * product.ElementSize / StagedBytesOfCycle;
        double cycles = waves * (StepCycles + (unitBlocks > 1 ? BarrierCycles : 0) + (rounds * (multiply + addUp + stage)));
        return new LayerPlan(units, unitBlocks, rows, (int)rowTiles * TileRows, parts, (int)(weights + (rowTiles * tileBytes)), cycles);
    }
}

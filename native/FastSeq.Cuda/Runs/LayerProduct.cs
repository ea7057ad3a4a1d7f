namespace FastSeq.Cuda;

/// <summary>The product that a kernel of a whole layer does at every time step, and how the kernel cuts it up: LayersExact.cu or LayersTensor.cu.</summary>
/// <param name="Units">The units of the layer.</param>
/// <param name="ColumnsOfUnit">The columns of a unit: its gates forward, one back.</param>
/// <param name="Inner">The inner size: the units forward, all gates of all units back.</param>
/// <param name="TileRows">The rows that a warp takes at once.</param>
/// <param name="TileUnits">The units that a warp takes at once.</param>
/// <param name="Turns">The steps of the inner size that warps can share out.</param>
/// <param name="RowBytes">A row of the operand in shared memory.</param>
/// <param name="ColumnBytes">A column of the weights there.</param>
/// <param name="ShareBytes">What a warp lays down of a tile where several share the inner size.</param>
/// <param name="StagedBytes">What is read of a row of the operand.</param>
/// <param name="KeptNumbers">The bfloat16 numbers of a row that are kept for the next time step; 0 where the kernel reads what the gates have written.</param>
/// <param name="TurnCycles">What a step of the inner size takes while all warps do one; an estimate.</param>
/// <param name="ProductsOfCycle">Multiply-adds that a multiprocessor does in a cycle at best, as published.</param>
readonly record struct LayerProduct(
    int Units,
    int ColumnsOfUnit,
    int Inner,
    int TileRows,
    int TileUnits,
    int Turns,
    int RowBytes,
    int ColumnBytes,
    int ShareBytes,
    int StagedBytes,
    int KeptNumbers,
    double TurnCycles,
    double ProductsOfCycle)
{
    const int WarpLanes = 32, Warps = LayerPlan.Threads / WarpLanes, PackBytes = 16;

    // As in LayersExact.cu.
    const int InnerLanes = 8, ExactRows = 8, TileGroups = 4;
    const double LoadCycles = 1.5, FusedCyclesOfPack = 1, FusedOfCycle = 128;

    // As in LayersTensor.cu. A load of 16 bytes by each lane takes four cycles of shared memory, an instruction (of 2,048 products of bfloat16) two of the tensor cores.
    const int ChunkBytes = 64, RowTiles = 2, TensorRows = 16 * RowTiles, TensorColumns = 8, BackwardGroups = 2;
    const double TensorLoadCycles = 4, TensorCycles = 2, BFloat16OfCycle = 1024;

    /// <summary>The product of the sums by the previous h.</summary>
    /// <param name="units">The units of the layer.</param>
    /// <param name="gates">The gates with a recurrent product.</param>
    /// <param name="elementSize">The bytes of a number.</param>
    /// <param name="precision">How exactly floats are multiplied.</param>
    public static LayerProduct Forward(int units, int gates, int elementSize, ProductPrecision precision = ProductPrecision.Float32) =>
        precision == ProductPrecision.Float32 ? Exact(units, gates, gates, units, elementSize) : Tensor(units, gates, gates, TensorColumns, units, precision);

    /// <summary>The product of the gradients of h by those of the sums.</summary>
    /// <inheritdoc cref="Forward"/>
    public static LayerProduct Backward(int units, int gates, int elementSize, ProductPrecision precision = ProductPrecision.Float32) =>
        precision == ProductPrecision.Float32 ? Exact(units, 1, 4, gates * units, elementSize) : Tensor(units, 1, BackwardGroups, BackwardGroups * TensorColumns, gates * units, precision);

    static LayerProduct Exact(int units, int columnsOfUnit, int columnsOfGroup, int inner, int elementSize)
    {
        int pack = PackBytes / elementSize, turn = InnerLanes * pack, turns = (inner + turn - 1) / turn, words = elementSize / sizeof(float);

        // The lanes of a warp load packs of weights and rows and multiply each by each; four warps do so at once, but loads of all share one memory.
        double loads = (ExactRows + columnsOfGroup) * LoadCycles * Warps, products = ExactRows * columnsOfGroup * pack * FusedCyclesOfPack * words * Warps / 4;
        int rowBytes = turns * turn * elementSize;
        return new(
            units, columnsOfUnit, inner, ExactRows, TileGroups * columnsOfGroup / columnsOfUnit, turns, rowBytes, rowBytes, columnsOfGroup * WarpLanes * elementSize, rowBytes, 0, Math.Max(loads, products), FusedOfCycle / words);
    }

    static LayerProduct Tensor(int units, int columnsOfUnit, int groups, int tileUnits, int inner, ProductPrecision precision)
    {
        bool isBFloat16 = precision == ProductPrecision.BFloat16;
        int turn = ChunkBytes / (isBFloat16 ? 2 : 4), turns = (inner + turn - 1) / turn;
        double loads = ((2 * RowTiles) + groups) * TensorLoadCycles * Warps, products = 2 * RowTiles * groups * TensorCycles * Warps;
        return new(
            units,
            columnsOfUnit,
            inner,
            TensorRows,
            tileUnits,
            turns,
            (turns * ChunkBytes) + (ChunkBytes / 2),
            (turns | 1) * ChunkBytes,
            2 * RowTiles * groups * 2 * WarpLanes * sizeof(float),
            turns * ChunkBytes,
            isBFloat16 ? (inner + 7) / 8 * 8 : 0,
            Math.Max(loads, products),
            isBFloat16 ? BFloat16OfCycle : BFloat16OfCycle / 2);
    }
}

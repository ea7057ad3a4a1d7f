// The time steps of a whole layer, forward and back, with the products of LayersExact.cu or LayersTensor.cu.

// gates(rows, place, row, unit, sums): the gates of one row and unit, from their recurrent sums.
template <int UNITS, int GATES, int SLOTS, typename Gates> DEVICE void layer_forward(const LayerRows& a, Gates gates)
{
    const int units = (int)a.unitsOfBlock;
    const i64 firstUnit = (blockIdx.x % a.unitBlocks) * units, rowBlock = blockIdx.x / a.unitBlocks, firstRow = rowBlock * a.rowsOfBlock;
    DYNAMIC_SHARED(float4, memory);
    Word* weights = (Word*)memory;
    Word* operand = weights + units * GATES * COLUMN_WORDS(UNITS);
    real* shares = (real*)(operand + a.rowsAtOnce * ROW_WORDS(UNITS));
    take_forward_weights<UNITS, GATES>(a, weights, firstUnit, units);
    for (i64 t = 0; t < a.timeSteps; t++)
    {
        const CellRows rows = rows_of(a, t, UNITS, SLOTS, 0, 0, 0);
        const i64 end = smaller(rows.rows, firstRow + a.rowsOfBlock);
        if (end <= firstRow) return;                   // and so do all later time steps, which have no more rows
        for (i64 first = firstRow; first < end; first += a.rowsAtOnce)
        {
            const i64 count = smaller(a.rowsAtOnce, end - first);
            const int tiles = (int)((count + TILE_ROWS - 1) / TILE_ROWS);
            take_rows<UNITS>(operand, rows.hPrevious + first * UNITS, t == 0 ? nullptr : narrow_rows<UNITS>(a, t - 1, first), count, tiles);
            __syncthreads();
            forward_products<UNITS, GATES>(a, weights, operand, shares, tiles, [&](int rowOfTiles, int unitOfBlock, const real* sums)
            {
                const i64 row = first + rowOfTiles, unit = firstUnit + unitOfBlock, place = row * UNITS + unit;
                if (rowOfTiles >= count || unit >= UNITS) return;
                gates(rows, place, row, unit, sums);
                keep_narrow<UNITS>(a, t, row, (int)unit, rows.h[place]);
            });
            __syncthreads();
        }

        if (a.unitBlocks > 1 && t + 1 < a.timeSteps && count_of(a, t + 1) > firstRow) blocks_barrier(a.arrived + rowBlock * COUNTER_STRIDE, (u32)a.unitBlocks, firstUnit == 0);
    }
}

// Back through time: the gradients of the gates of the block's units, then those of h by the gradients of all sums. gates(rows, place, row, unit): the gradients of one row and unit.
template <int UNITS, int GATES, int INPUT_GATES, int SLOTS, int PARAMETERS, typename Gates> DEVICE void layer_backward(const LayerRows& a, Gates gates)
{
    const int INNER = GATES * UNITS, units = (int)a.unitsOfBlock;
    const i64 firstUnit = (blockIdx.x % a.unitBlocks) * units, rowBlock = blockIdx.x / a.unitBlocks, firstRow = rowBlock * a.rowsOfBlock;
    DYNAMIC_SHARED(float4, memory);
    Word* weights = (Word*)memory;
    Word* operand = weights + units * COLUMN_WORDS(INNER);
    real* shares = (real*)(operand + a.rowsAtOnce * ROW_WORDS(INNER));
    take_backward_weights<UNITS, GATES>(a, weights, firstUnit, units);
    for (i64 t = a.timeSteps - 1; t >= 0; t--)
    {
        const CellRows rows = rows_of(a, t, UNITS, SLOTS, INPUT_GATES, GATES, PARAMETERS);
        const i64 end = smaller(rows.rows, firstRow + a.rowsOfBlock);
        if (end <= firstRow) continue;                 // earlier time steps have more rows
        for (int place = threadIdx.x; place < (int)(end - firstRow) * units; place += blockDim.x)
        {
            const i64 row = firstRow + place / units, unit = firstUnit + place % units;
            if (unit >= UNITS) continue;
            gates(rows, row * UNITS + unit, row, unit);
#pragma unroll
            for (int gate = 0; gate < GATES; gate++) keep_narrow<INNER>(a, t, row, gate * UNITS + (int)unit, rows.dHidden[row * INNER + gate * UNITS + unit]);
        }

        if (a.unitBlocks > 1) blocks_barrier(a.arrived + rowBlock * COUNTER_STRIDE, (u32)a.unitBlocks, firstUnit == 0);
        else __syncthreads();
        for (i64 first = firstRow; first < end; first += a.rowsAtOnce)
        {
            const i64 count = smaller(a.rowsAtOnce, end - first);
            const int tiles = (int)((count + TILE_ROWS - 1) / TILE_ROWS);
            take_rows<INNER>(operand, rows.dHidden + first * INNER, narrow_rows<INNER>(a, t, first), count, tiles);
            __syncthreads();
            backward_products<UNITS, GATES>(a, weights, operand, shares, tiles, [&](int rowOfTiles, int unitOfBlock, real sum)
            {
                const i64 unit = firstUnit + unitOfBlock;
                if (rowOfTiles < count && unit < UNITS) a.dH[(first + rowOfTiles) * UNITS + unit] += sum;
            });
            __syncthreads();
        }
    }
}

// A recurrent layer over all its time steps in one launch. A block owns some units and some rows (sequences). The recurrent weights of its units lie in shared memory from the first time step to
// the last; of each step it multiplies them by its rows of the previous h, which other blocks have written, and computes the gates of its units. Blocks that share rows wait for each other once a step.
//
// The product: a warp computes tiles of TILE_ROWS rows and TILE_GROUPS groups of columns. Eight lanes share a group: each takes every eighth pack of the inner size, for all rows and columns of the
// tile; then they add up, so that in the end each has one row's sums. So the order of a sum depends on the inner size and on innerParts alone, not on the batch.

// What a thread loads at once: 16 bytes.
template <typename Number> struct PackOf;
template <> struct PackOf<float> { typedef float4 Type; };
template <> struct PackOf<double> { typedef double2 Type; };
typedef PackOf<real>::Type Pack;

#define PACK (16 / (int)sizeof(real))
#define INNER_LANES 8
#define TILE_ROWS 8
#define TILE_GROUPS 4

// Sizes of rows in shared memory: whole turns of the lanes, the rest zeros.
#define PADDED(inner) (((inner) + INNER_LANES * PACK - 1) / (INNER_LANES * PACK) * (INNER_LANES * PACK))

DEVICE void add_product(float& sum, const float4& x, const float4& y) { sum = fma(x.w, y.w, fma(x.z, y.z, fma(x.y, y.y, fma(x.x, y.x, sum)))); }
DEVICE void add_product(double& sum, const double2& x, const double2& y) { sum = fma(x.y, y.y, fma(x.x, y.x, sum)); }

DEVICE i64 smaller(i64 x, i64 y) { return x < y ? x : y; }

struct LayerRows
{
    i64 timeSteps;
    i64 batch;               // the initial states in a history
    i64 rows;                // of all time steps
    i64 training;
    i64 unitsOfBlock;        // whole tiles
    i64 unitBlocks;          // blocks that share rows
    i64 rowsOfBlock;         // whole tiles
    i64 rowsAtOnce;          // of which so many lie in shared memory, whole tiles
    i64 innerParts;          // 1, 2, 4 or 8 warps share the inner size of a product
    const int* starts;       // [timeSteps]: the first row of each
    u32* arrived;            // [row blocks * COUNTER_STRIDE]: where blocks that share rows meet
    const real* weight;      // [gates * units, units]
    real* tape;              // from here on as in CellRows, but from the first time step on
    const real* inputBias;
    const real* hiddenBias;
    const real* unitParameters0;
    const real* unitParameters1;
    const real* unitParameters2;
    real* h;                 // [batch + rows, units]: the initial states, then those of all rows
    real* c;
    const real* hMask;
    const real* cMask;
    const real* dOutput;
    real* dH;                // [batch, units]
    real* dC;
    real* dInput;
    real* dHidden;
    real* dUnit;
};

#define COUNTER_STRIDE 32    // 128 bytes apart

// Blocks that share rows wait for each other, and see what the others wrote (with __ldcg, which asks no cache of this multiprocessor). One block adds 2^31 - (count - 1), each other one 1: all together flip the
// highest bit, and leave the rest as it was. So nothing has to be reset, neither for the next step nor for the next launch.
DEVICE void blocks_barrier(u32* arrived, u32 count, bool isFirst)
{
    __syncthreads();
    if (threadIdx.x == 0)
    {
        __threadfence();
        const u32 before = atomicAdd(arrived, isFirst ? 0x80000000u - (count - 1) : 1u);
        while (((before ^ *(volatile u32*)arrived) & 0x80000000u) == 0) SPIN();
        __threadfence();
    }

    __syncthreads();
}

// The next rows of the operand into shared memory, [count up to whole tiles, PADDED(INNER)]; rows beyond count and numbers beyond INNER are zeros.
template <int INNER> DEVICE void take_rows(real* to, const real* from, i64 count, i64 tiles)
{
    const int packs = PADDED(INNER) / PACK;
    for (int place = threadIdx.x; place < (int)tiles * TILE_ROWS * packs; place += blockDim.x)
    {
        const int row = place / packs, k = (place - row * packs) * PACK;
        if (INNER % PACK == 0)
        {
            Pack pack = Pack();
            if (row < count && k < INNER) pack = __ldcg((const Pack*)(from + (i64)row * INNER + k));
            ((Pack*)to)[place] = pack;
        }
        else
        {
            for (int next = 0; next < PACK; next++) to[place * PACK + next] = row < count && k + next < INNER ? __ldcg(from + (i64)row * INNER + k + next) : real(0);
        }
    }
}

// sums: those of this lane's row of the tile with the columns of its group. weights: the group's first column, [COLUMNS, SIZE].
template <int COLUMNS, int SIZE> DEVICE void tile_product(const real* weights, const real* operand, int first, int end, real (&sums)[COLUMNS])
{
    const int lane = threadIdx.x & (INNER_LANES - 1);
    real parts[TILE_ROWS][COLUMNS];
#pragma unroll
    for (int row = 0; row < TILE_ROWS; row++)
#pragma unroll
        for (int column = 0; column < COLUMNS; column++) parts[row][column] = real(0);
    for (int k = first * INNER_LANES + lane; k < end * INNER_LANES; k += INNER_LANES)
    {
        Pack w[COLUMNS];
#pragma unroll
        for (int column = 0; column < COLUMNS; column++) w[column] = ((const Pack*)weights)[column * (SIZE / PACK) + k];
#pragma unroll
        for (int row = 0; row < TILE_ROWS; row++)
        {
            const Pack x = ((const Pack*)operand)[row * (SIZE / PACK) + k];
#pragma unroll
            for (int column = 0; column < COLUMNS; column++) add_product(parts[row][column], x, w[column]);
        }
    }

    // Two lanes that differ in one bit each give the other half of the rows that they have: first four, then two, then one.
#pragma unroll
    for (int half = TILE_ROWS / 2; half > 0; half /= 2)
    {
        const bool isUpper = (lane & half) != 0;
#pragma unroll
        for (int row = 0; row < half; row++)
#pragma unroll
            for (int column = 0; column < COLUMNS; column++)
            {
                const real lower = parts[row][column], upper = parts[row + half][column];
                parts[row][column] = (isUpper ? upper : lower) + __shfl_xor_sync(0xFFFFFFFFu, isUpper ? lower : upper, half);
            }
    }

#pragma unroll
    for (int column = 0; column < COLUMNS; column++) sums[column] = parts[0][column];
}

// The products of some tiles of rows with all columns of the block; finish(row, group, sums) takes each row's sums of a group. shares: [tiles, innerParts, COLUMNS, 32], where parts are added up.
template <int COLUMNS, int SIZE, typename Finish> DEVICE void tile_products(const LayerRows& a, const real* weights, const real* operand, real* shares, int rowTiles, int unitTiles, Finish finish)
{
    const int warp = threadIdx.x / 32, warps = blockDim.x / 32, lane = threadIdx.x & 31, parts = (int)a.innerParts, part = warp % parts, turns = SIZE / (INNER_LANES * PACK);
    real sums[COLUMNS];
    for (int tile = warp / parts; tile < rowTiles * unitTiles; tile += warps / parts)
    {
        const int rowTile = tile / unitTiles, group = (tile - rowTile * unitTiles) * TILE_GROUPS + lane / INNER_LANES;
        tile_product<COLUMNS, SIZE>(weights + (i64)group * COLUMNS * SIZE, operand + (i64)rowTile * TILE_ROWS * SIZE, turns * part / parts, turns * (part + 1) / parts, sums);
        if (parts == 1) { finish(rowTile * TILE_ROWS + lane % INNER_LANES, group, sums); continue; }
#pragma unroll
        for (int column = 0; column < COLUMNS; column++) shares[((tile * parts + part) * COLUMNS + column) * 32 + lane] = sums[column];
    }

    if (parts == 1) return;
    __syncthreads();
    for (int tile = warp; tile < rowTiles * unitTiles; tile += warps)
    {
        const int rowTile = tile / unitTiles, group = (tile - rowTile * unitTiles) * TILE_GROUPS + lane / INNER_LANES;
#pragma unroll
        for (int column = 0; column < COLUMNS; column++)
        {
            sums[column] = shares[(tile * parts * COLUMNS + column) * 32 + lane];
            for (int other = 1; other < parts; other++) sums[column] += shares[((tile * parts + other) * COLUMNS + column) * 32 + lane];
        }

        finish(rowTile * TILE_ROWS + lane % INNER_LANES, group, sums);
    }
}

// Where a time step begins and how many rows it has.
DEVICE i64 count_of(const LayerRows& a, i64 t) { return (t + 1 < a.timeSteps ? (i64)a.starts[t + 1] : a.rows) - a.starts[t]; }

// What the gates of a time step take. slots: the numbers of each unit that the tape keeps; parameters: those of one number a unit.
DEVICE CellRows rows_of(const LayerRows& a, i64 t, i64 units, i64 slots, i64 inputGates, i64 hiddenGates, i64 parameters)
{
    const i64 start = a.starts[t], previous = t == 0 ? 0 : a.batch + a.starts[t - 1];
    CellRows rows = CellRows();
    rows.rows = count_of(a, t);
    rows.training = a.training;
    rows.tape = a.tape + start * slots * units;
    rows.inputBias = a.inputBias;
    rows.hiddenBias = a.hiddenBias;
    rows.unitParameters0 = a.unitParameters0;
    rows.unitParameters1 = a.unitParameters1;
    rows.unitParameters2 = a.unitParameters2;
    rows.hPrevious = a.h + previous * units;
    rows.cPrevious = a.c + previous * units;
    rows.h = a.h + (a.batch + start) * units;
    rows.c = a.c + (a.batch + start) * units;
    rows.hMask = a.hMask + start * units;
    rows.cMask = a.cMask + start * units;
    rows.dOutput = a.dOutput + start * units;
    rows.dH = a.dH;
    rows.dC = a.dC;
    rows.dInput = a.dInput + start * inputGates * units;
    rows.dHidden = a.dHidden + start * hiddenGates * units;
    rows.dUnit = a.dUnit + start * parameters * units;
    return rows;
}

// gates(rows, place, row, unit, sums): the gates of one row and unit, from their recurrent sums.
template <int UNITS, int GATES, int SLOTS, typename Gates> DEVICE void layer_forward(const LayerRows& a, Gates gates)
{
    const int SIZE = PADDED(UNITS), units = (int)a.unitsOfBlock;
    const i64 firstUnit = (blockIdx.x % a.unitBlocks) * units, rowBlock = blockIdx.x / a.unitBlocks, firstRow = rowBlock * a.rowsOfBlock;
    DYNAMIC_SHARED(float4, memory);
    real* weights = (real*)memory;                     // [units of the block, GATES, SIZE]
    real* operand = weights + units * GATES * SIZE;    // [rows at once, SIZE]
    real* shares = operand + a.rowsAtOnce * SIZE;
    for (int place = threadIdx.x; place < units * GATES * SIZE; place += blockDim.x)
    {
        const int column = place / SIZE, k = place - column * SIZE, gate = column % GATES;
        const i64 unit = firstUnit + column / GATES;
        weights[place] = unit < UNITS && k < UNITS ? a.weight[(gate * UNITS + unit) * UNITS + k] : real(0);
    }

    for (i64 t = 0; t < a.timeSteps; t++)
    {
        const CellRows rows = rows_of(a, t, UNITS, SLOTS, 0, 0, 0);
        const i64 end = smaller(rows.rows, firstRow + a.rowsOfBlock);
        if (end <= firstRow) return;                   // and so do all later time steps, which have no more rows
        for (i64 first = firstRow; first < end; first += a.rowsAtOnce)
        {
            const i64 count = smaller(a.rowsAtOnce, end - first);
            const int tiles = (int)((count + TILE_ROWS - 1) / TILE_ROWS);
            take_rows<UNITS>(operand, rows.hPrevious + first * UNITS, count, tiles);
            __syncthreads();
            tile_products<GATES, SIZE>(a, weights, operand, shares, tiles, units / TILE_GROUPS, [&](int rowOfTiles, int group, const real* sums)
            {
                const i64 row = first + rowOfTiles, unit = firstUnit + group;
                if (rowOfTiles < count && unit < UNITS) gates(rows, row * UNITS + unit, row, unit, sums);
            });
            __syncthreads();
        }

        if (a.unitBlocks > 1 && t + 1 < a.timeSteps && count_of(a, t + 1) > firstRow) blocks_barrier(a.arrived + rowBlock * COUNTER_STRIDE, (u32)a.unitBlocks, firstUnit == 0);
    }
}

// Back through time: the gradients of the gates of the block's units, then those of h by the gradients of all sums. gates(rows, place, row, unit): the gradients of one row and unit.
template <int UNITS, int GATES, int INPUT_GATES, int SLOTS, int PARAMETERS, typename Gates> DEVICE void layer_backward(const LayerRows& a, Gates gates)
{
    const int INNER = GATES * UNITS, SIZE = PADDED(GATES * UNITS), COLUMNS = 4, units = (int)a.unitsOfBlock;
    const i64 firstUnit = (blockIdx.x % a.unitBlocks) * units, rowBlock = blockIdx.x / a.unitBlocks, firstRow = rowBlock * a.rowsOfBlock;
    DYNAMIC_SHARED(float4, memory);
    real* weights = (real*)memory;                     // [units of the block, SIZE]: the columns of the recurrent weights
    real* operand = weights + units * SIZE;            // [rows at once, SIZE]
    real* shares = operand + a.rowsAtOnce * SIZE;
    for (int place = threadIdx.x; place < units * SIZE; place += blockDim.x)
    {
        // A warp reads eight neighbouring units of four rows: whole sectors, and few threads on one bank of shared memory.
        const int columns = units / 8, turn = place / 32, column = turn % columns * 8 + place % 8, k = turn / columns * 4 + place / 8 % 4;
        const i64 unit = firstUnit + column;
        weights[column * SIZE + k] = unit < UNITS && k < INNER ? a.weight[k * UNITS + unit] : real(0);
    }

    for (i64 t = a.timeSteps - 1; t >= 0; t--)
    {
        const CellRows rows = rows_of(a, t, UNITS, SLOTS, INPUT_GATES, GATES, PARAMETERS);
        const i64 end = smaller(rows.rows, firstRow + a.rowsOfBlock);
        if (end <= firstRow) continue;                 // earlier time steps have more rows
        for (int place = threadIdx.x; place < (int)(end - firstRow) * units; place += blockDim.x)
        {
            const i64 row = firstRow + place / units, unit = firstUnit + place % units;
            if (unit < UNITS) gates(rows, row * UNITS + unit, row, unit);
        }

        if (a.unitBlocks > 1) blocks_barrier(a.arrived + rowBlock * COUNTER_STRIDE, (u32)a.unitBlocks, firstUnit == 0);
        else __syncthreads();
        for (i64 first = firstRow; first < end; first += a.rowsAtOnce)
        {
            const i64 count = smaller(a.rowsAtOnce, end - first);
            const int tiles = (int)((count + TILE_ROWS - 1) / TILE_ROWS);
            take_rows<INNER>(operand, rows.dHidden + first * INNER, count, tiles);
            __syncthreads();
            tile_products<COLUMNS, SIZE>(a, weights, operand, shares, tiles, units / (COLUMNS * TILE_GROUPS), [&](int rowOfTiles, int group, const real* sums)
            {
#pragma unroll
                for (int column = 0; column < COLUMNS; column++)
                {
                    const i64 unit = firstUnit + group * COLUMNS + column;
                    if (rowOfTiles < count && unit < UNITS) a.dH[(first + rowOfTiles) * UNITS + unit] += sums[column];
                }
            });
            __syncthreads();
        }
    }
}

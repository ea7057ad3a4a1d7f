// Products of a whole layer in the numbers as they are: float or double. A warp computes tiles of TILE_ROWS rows and TILE_GROUPS groups of columns. Eight lanes share a group: each takes every eighth pack of
// the inner size, for all rows and columns of the tile; then they add up, so that in the end each has one row's sums. So the order of a sum depends on the inner size and on innerParts alone, not on the batch.

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
#define ROW_WORDS(inner) (((inner) + INNER_LANES * PACK - 1) / (INNER_LANES * PACK) * (INNER_LANES * PACK))
#define COLUMN_WORDS(inner) ROW_WORDS(inner)

// What lies in shared memory.
typedef real Word;

DEVICE void add_product(float& sum, const float4& x, const float4& y) { sum = fma(x.w, y.w, fma(x.z, y.z, fma(x.y, y.y, fma(x.x, y.x, sum)))); }
DEVICE void add_product(double& sum, const double2& x, const double2& y) { sum = fma(x.y, y.y, fma(x.x, y.x, sum)); }

// The recurrent weights of the block's units, [units of the block, GATES, ROW_WORDS(UNITS)].
template <int UNITS, int GATES> DEVICE void take_forward_weights(const LayerRows& a, Word* weights, i64 firstUnit, int units)
{
    const int SIZE = ROW_WORDS(UNITS);
    for (int place = threadIdx.x; place < units * GATES * SIZE; place += blockDim.x)
    {
        const int column = place / SIZE, k = place - column * SIZE, gate = column % GATES;
        const i64 unit = firstUnit + column / GATES;
        weights[place] = unit < UNITS && k < UNITS ? a.weight[(gate * UNITS + unit) * UNITS + k] : real(0);
    }
}

// The columns of the recurrent weights, [units of the block, ROW_WORDS(GATES * UNITS)].
template <int UNITS, int GATES> DEVICE void take_backward_weights(const LayerRows& a, Word* weights, i64 firstUnit, int units)
{
    const int INNER = GATES * UNITS, SIZE = ROW_WORDS(GATES * UNITS);
    for (int place = threadIdx.x; place < units * SIZE; place += blockDim.x)
    {
        // A warp reads eight neighbouring units of four rows: whole sectors, and few threads on one bank of shared memory.
        const int columns = units / 8, turn = place / 32, column = turn % columns * 8 + place % 8, k = turn / columns * 4 + place / 8 % 4;
        const i64 unit = firstUnit + column;
        weights[column * SIZE + k] = unit < UNITS && k < INNER ? a.weight[k * UNITS + unit] : real(0);
    }
}

// The next rows of the operand into shared memory, [count up to whole tiles, ROW_WORDS(INNER)]; rows beyond count and numbers beyond INNER are zeros.
template <int INNER> DEVICE void take_rows(Word* to, const real* from, const u16*, i64 count, int tiles)
{
    const int packs = ROW_WORDS(INNER) / PACK;
    for (int place = threadIdx.x; place < tiles * TILE_ROWS * packs; place += blockDim.x)
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

// The sums of all gates of a unit: finish(row, unit, sums), both counted from the first of the block.
template <int UNITS, int GATES, typename Finish> DEVICE void forward_products(const LayerRows& a, const Word* weights, const Word* operand, real* shares, int tiles, Finish finish)
{
    tile_products<GATES, ROW_WORDS(UNITS)>(a, weights, operand, shares, tiles, (int)a.unitsOfBlock / TILE_GROUPS, finish);
}

// The gradient of h of a unit: finish(row, unit, sum).
template <int UNITS, int GATES, typename Finish> DEVICE void backward_products(const LayerRows& a, const Word* weights, const Word* operand, real* shares, int tiles, Finish finish)
{
    const int COLUMNS = 4;
    tile_products<COLUMNS, ROW_WORDS(GATES * UNITS)>(a, weights, operand, shares, tiles, (int)a.unitsOfBlock / (COLUMNS * TILE_GROUPS), [&](int row, int group, const real* sums)
    {
#pragma unroll
        for (int column = 0; column < COLUMNS; column++) finish(row, group * COLUMNS + column, sums[column]);
    });
}

// Products read the numbers that the gates have written.
template <int INNER> DEVICE const u16* narrow_rows(const LayerRows&, i64, i64) { return nullptr; }
template <int INNER> DEVICE void keep_narrow(const LayerRows&, i64, i64, int, real) {}

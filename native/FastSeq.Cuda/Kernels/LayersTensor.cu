// Products of a whole layer on tensor cores (compute capability 8.0 and later): factors rounded to TensorFloat-32 or, where BFLOAT16 is 1, to bfloat16; sums in float.
//
// An instruction multiplies 16 rows by 8 columns, a piece of the inner size at a time: eight words of a row, of one TensorFloat-32 or two bfloat16 numbers each. A lane gives two words of a row, two of that eight rows
// further, and two of a column. Which numbers of the inner size are multiplied together is free, as long as rows and columns agree: so a lane takes four words that lie side by side in each row and column, and a CHUNK, what
// four lanes take of a row, is two instructions. Rows lie in shared memory in pairs, r and r + 8, as a lane gives them: one load is what an instruction takes (with two loads registers would have to be moved).
//
// A warp computes tiles of TILE_ROWS rows and some groups of 8 columns. The order of a sum depends on the inner size and on innerParts alone, not on the batch.

#define NARROW_PACK (BFLOAT16 ? 8 : 4)          // numbers of four words
#define CHUNK_WORDS 16
#define CHUNKS(inner) (((inner) + 4 * NARROW_PACK - 1) / (4 * NARROW_PACK))
#define ROW_TILES 2
#define TILE_ROWS (16 * ROW_TILES)
#define COLUMNS_OF_TILE 8
#define BACKWARD_GROUPS 2
#define NARROW_STRIDE(inner) (((inner) + 7) / 8 * 8)

// Eight lanes load 16 bytes each at the same time, four of each of two columns or pairs of rows, which must lie in different banks: 64 bytes and an odd multiple of that apart.
#define COLUMN_WORDS(inner) ((CHUNKS(inner) | 1) * CHUNK_WORDS)
#define PAIR_PACKS(inner) (CHUNKS(inner) * 8 + 4)
#define ROW_WORDS(inner) (PAIR_PACKS(inner) * 2)

// What lies in shared memory.
typedef u32 Word;

union FloatBits
{
    float number;
    u32 bits;
};

// To the nearest number of fewer bits, of two that are as near the even one; what is not a number stays none.
DEVICE u32 rounded_bits(float x, int dropped)
{
    FloatBits value;
    value.number = x;
    return x == x ? value.bits + (1u << (dropped - 1)) - 1 + (value.bits >> dropped & 1) : 0x7FFFFFFFu;
}

DEVICE u32 bfloat16_of(float x) { return rounded_bits(x, 16) >> 16; }

#if BFLOAT16
DEVICE Word word_of(const float* numbers) { return bfloat16_of(numbers[0]) | bfloat16_of(numbers[1]) << 16; }
#else
DEVICE Word word_of(const float* numbers) { return rounded_bits(numbers[0], 13) & 0xFFFFE000u; }
#endif

// sums += rows * columns. rows: a word of the lane's row, one of that eight rows further, then the next word of each; column, columnNext: the same words of the lane's column. sums: of two neighbouring columns with the one row, then
// with the other.
DEVICE void tensor_product(float (&sums)[4], const uint4& rows, u32 column, u32 columnNext)
{
#ifdef TENSOR_PRODUCT
    TENSOR_PRODUCT(sums, rows.x, rows.y, rows.z, rows.w, column, columnNext);
#else
#if BFLOAT16
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
#else
    asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
#endif
        : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
        : "r"(rows.x), "r"(rows.y), "r"(rows.z), "r"(rows.w), "r"(column), "r"(columnNext));
#endif
}

// The recurrent weights of the block's units, a group of columns for each gate of eight units: [units of the block / 8, GATES, 8, COLUMN_WORDS(UNITS)].
template <int UNITS, int GATES> DEVICE void take_forward_weights(const LayerRows& a, Word* weights, i64 firstUnit, int units)
{
    const int SIZE = COLUMN_WORDS(UNITS), NUMBERS = NARROW_PACK / 4;
    for (int place = threadIdx.x; place < units * GATES * SIZE; place += blockDim.x)
    {
        const int column = place / SIZE, k = (place - column * SIZE) * NUMBERS, gate = column / COLUMNS_OF_TILE % GATES;
        const i64 unit = firstUnit + column / (COLUMNS_OF_TILE * GATES) * COLUMNS_OF_TILE + column % COLUMNS_OF_TILE;
        float numbers[NUMBERS];
#pragma unroll
        for (int next = 0; next < NUMBERS; next++) numbers[next] = unit < UNITS && k + next < UNITS ? a.weight[(gate * UNITS + unit) * UNITS + k + next] : 0.0f;
        weights[place] = word_of(numbers);
    }
}

// The columns of the recurrent weights, [units of the block, COLUMN_WORDS(GATES * UNITS)].
template <int UNITS, int GATES> DEVICE void take_backward_weights(const LayerRows& a, Word* weights, i64 firstUnit, int units)
{
    const int INNER = GATES * UNITS, SIZE = COLUMN_WORDS(GATES * UNITS), NUMBERS = NARROW_PACK / 4;
    for (int place = threadIdx.x; place < units * SIZE; place += blockDim.x)
    {
        // Neighbouring threads read neighbouring units: whole sectors.
        const int word = place / units, column = place - word * units, k = word * NUMBERS;
        const i64 unit = firstUnit + column;
        float numbers[NUMBERS];
#pragma unroll
        for (int next = 0; next < NUMBERS; next++) numbers[next] = unit < UNITS && k + next < INNER ? a.weight[(i64)(k + next) * UNITS + unit] : 0.0f;
        weights[column * SIZE + word] = word_of(numbers);
    }
}

// Four words of a row, from number k on: of numbers that were kept as bfloat16, or of the numbers themselves; zeros beyond INNER.
template <int INNER> DEVICE uint4 words_of(const real* from, const u16* narrow, i64 row, int k)
{
    if (BFLOAT16 && narrow) return __ldcg((const uint4*)(narrow + row * NARROW_STRIDE(INNER) + k));
    float numbers[NARROW_PACK];
#pragma unroll
    for (int next = 0; next < NARROW_PACK; next += 4)
    {
        if (INNER % 4 == 0)
        {
            const float4 four = k + next < INNER ? __ldcg((const float4*)(from + row * INNER + k + next)) : float4();
            numbers[next] = four.x; numbers[next + 1] = four.y; numbers[next + 2] = four.z; numbers[next + 3] = four.w;
        }
        else
        {
#pragma unroll
            for (int one = next; one < next + 4; one++) numbers[one] = k + one < INNER ? __ldcg(from + row * INNER + k + one) : 0.0f;
        }
    }

    uint4 words;
    words.x = word_of(numbers);
    words.y = word_of(numbers + NARROW_PACK / 4);
    words.z = word_of(numbers + NARROW_PACK / 2);
    words.w = word_of(numbers + NARROW_PACK / 4 * 3);
    return words;
}

// The next rows of the operand into shared memory, count up to whole tiles: [pairs of rows, chunks, 2 instructions, 4 lanes] of four words. Rows beyond count are zeros.
template <int INNER> DEVICE void take_rows(Word* to, const real* from, const u16* narrow, i64 count, int tiles)
{
    const int packs = CHUNKS(INNER) * 4;
    for (int place = threadIdx.x; place < tiles * (TILE_ROWS / 2) * packs; place += blockDim.x)
    {
        const int pair = place / packs, pack = place - pair * packs, row = pair / 8 * 16 + pair % 8, k = pack * NARROW_PACK;
        const uint4 upper = row < count && k < INNER ? words_of<INNER>(from, narrow, row, k) : uint4(), lower = row + 8 < count && k < INNER ? words_of<INNER>(from, narrow, row + 8, k) : uint4();
        uint4 first, second;
        first.x = upper.x; first.y = lower.x; first.z = upper.y; first.w = lower.y;
        second.x = upper.z; second.y = lower.z; second.z = upper.w; second.w = lower.w;
        uint4* const packsOfChunk = (uint4*)to + pair * PAIR_PACKS(INNER) + pack / 4 * 8 + pack % 4;

        // Four lanes have one chunk and four the next, 128 bytes further: in the same banks, if they did not take turns.
        const bool isOdd = (pack / 4 & 1) != 0;
        packsOfChunk[isOdd ? 4 : 0] = isOdd ? second : first;
        packsOfChunk[isOdd ? 0 : 4] = isOdd ? first : second;
    }
}

// sums[rows of 16][group of columns]: what the instruction gives. weights: the first column; operand: the first row.
template <int GROUPS, int INNER> DEVICE void tile_product(const Word* weights, const Word* operand, int first, int end, float (&sums)[ROW_TILES][GROUPS][4])
{
    const int lane = threadIdx.x & 31, outer = lane / 4, inner = lane % 4;
    const uint4* columns = (const uint4*)weights + outer * (COLUMN_WORDS(INNER) / 4) + inner;
    const uint4* pairs = (const uint4*)operand + outer * PAIR_PACKS(INNER) + inner;
#pragma unroll
    for (int tile = 0; tile < ROW_TILES; tile++)
#pragma unroll
        for (int group = 0; group < GROUPS; group++)
#pragma unroll
            for (int place = 0; place < 4; place++) sums[tile][group][place] = 0.0f;
#pragma unroll 2
    for (int chunk = first; chunk < end; chunk++)
    {
        uint4 column[GROUPS];
#pragma unroll
        for (int group = 0; group < GROUPS; group++) column[group] = columns[group * COLUMNS_OF_TILE * (COLUMN_WORDS(INNER) / 4) + chunk * 4];
#pragma unroll
        for (int tile = 0; tile < ROW_TILES; tile++)
        {
            const uint4 rows = pairs[tile * 8 * PAIR_PACKS(INNER) + chunk * 8], rowsNext = pairs[tile * 8 * PAIR_PACKS(INNER) + chunk * 8 + 4];
#pragma unroll
            for (int group = 0; group < GROUPS; group++) tensor_product(sums[tile][group], rows, column[group].x, column[group].y);
#pragma unroll
            for (int group = 0; group < GROUPS; group++) tensor_product(sums[tile][group], rowsNext, column[group].z, column[group].w);
        }
    }
}

// Hands on what a lane has of eight rows of a tile, its part of them being numbered 0 to 2 * ROW_TILES - 1: finish(row, unit, sums) for each of its units.
template <int GATES, int UNIT_GROUPS, typename Finish> DEVICE void finish_rows(int rowTile, int unitTile, int part, const float (&sums)[GATES * UNIT_GROUPS][2], Finish finish)
{
    const int lane = threadIdx.x & 31, row = rowTile * TILE_ROWS + part * 8 + lane / 4;
#pragma unroll
    for (int group = 0; group < UNIT_GROUPS; group++)
#pragma unroll
        for (int one = 0; one < 2; one++)
        {
            float gates[GATES];
#pragma unroll
            for (int gate = 0; gate < GATES; gate++) gates[gate] = sums[group * GATES + gate][one];
            finish(row, (unitTile * UNIT_GROUPS + group) * COLUMNS_OF_TILE + lane % 4 * 2 + one, gates);
        }
}

// The products of some tiles of rows with all columns of the block. shares: [tiles, innerParts, 2 * ROW_TILES, GROUPS, 2, 32], where parts are added up and rows are given to all warps.
template <int GATES, int UNIT_GROUPS, int INNER, typename Finish> DEVICE void tile_products(const LayerRows& a, const Word* weights, const Word* operand, real* shares, int rowTiles, Finish finish)
{
    const int GROUPS = GATES * UNIT_GROUPS, PARTS = 2 * ROW_TILES, NUMBERS = GROUPS * 2 * 32;
    const int warp = threadIdx.x / 32, warps = blockDim.x / 32, lane = threadIdx.x & 31, innerParts = (int)a.innerParts, innerPart = warp % innerParts;
    const int unitTiles = (int)a.unitsOfBlock / (COLUMNS_OF_TILE * UNIT_GROUPS);
    for (int tile = warp / innerParts; tile < rowTiles * unitTiles; tile += warps / innerParts)
    {
        const int rowTile = tile / unitTiles, unitTile = tile - rowTile * unitTiles;
        float sums[ROW_TILES][GROUPS][4];
        tile_product<GROUPS, INNER>(
            weights + (i64)unitTile * GROUPS * COLUMNS_OF_TILE * COLUMN_WORDS(INNER),
            operand + (i64)rowTile * TILE_ROWS * ROW_WORDS(INNER),
            CHUNKS(INNER) * innerPart / innerParts,
            CHUNKS(INNER) * (innerPart + 1) / innerParts,
            sums);
#pragma unroll
        for (int part = 0; part < PARTS; part++)
        {
            float numbers[GROUPS][2];
#pragma unroll
            for (int group = 0; group < GROUPS; group++)
#pragma unroll
                for (int one = 0; one < 2; one++)
                {
                    numbers[group][one] = sums[part / 2][group][part % 2 * 2 + one];
                    if (innerParts > 1) shares[((tile * innerParts + innerPart) * PARTS + part) * NUMBERS + (group * 2 + one) * 32 + lane] = numbers[group][one];
                }

            if (innerParts == 1) finish_rows<GATES, UNIT_GROUPS>(rowTile, unitTile, part, numbers, finish);
        }
    }

    if (innerParts == 1) return;
    __syncthreads();
    for (int job = warp; job < rowTiles * unitTiles * PARTS; job += warps)
    {
        const int tile = job / PARTS, part = job - tile * PARTS, rowTile = tile / unitTiles;
        float numbers[GROUPS][2];
#pragma unroll
        for (int group = 0; group < GROUPS; group++)
#pragma unroll
            for (int one = 0; one < 2; one++)
            {
                const float* from = shares + (tile * innerParts * PARTS + part) * NUMBERS + (group * 2 + one) * 32 + lane;
                numbers[group][one] = from[0];
                for (int other = 1; other < innerParts; other++) numbers[group][one] += from[other * PARTS * NUMBERS];
            }

        finish_rows<GATES, UNIT_GROUPS>(rowTile, tile - rowTile * unitTiles, part, numbers, finish);
    }
}

// The sums of all gates of a unit: finish(row, unit, sums), both counted from the first of the block.
template <int UNITS, int GATES, typename Finish> DEVICE void forward_products(const LayerRows& a, const Word* weights, const Word* operand, real* shares, int tiles, Finish finish)
{
    tile_products<GATES, 1, UNITS>(a, weights, operand, shares, tiles, finish);
}

// The gradient of h of a unit: finish(row, unit, sum).
template <int UNITS, int GATES, typename Finish> DEVICE void backward_products(const LayerRows& a, const Word* weights, const Word* operand, real* shares, int tiles, Finish finish)
{
    tile_products<1, BACKWARD_GROUPS, GATES * UNITS>(a, weights, operand, shares, tiles, [&](int row, int unit, const real* sums) { finish(row, unit, sums[0]); });
}

// What the products of a time step read, from a row on: half the bytes of the numbers themselves. Two time steps in turn are enough: whoever writes the next but one has met all who read this one.
#if BFLOAT16
template <int INNER> DEVICE u16* narrow_place(const LayerRows& a, i64 t, i64 row) { return a.narrow + ((t & 1) * a.batch + row) * NARROW_STRIDE(INNER); }
template <int INNER> DEVICE const u16* narrow_rows(const LayerRows& a, i64 t, i64 first) { return narrow_place<INNER>(a, t, first); }
template <int INNER> DEVICE void keep_narrow(const LayerRows& a, i64 t, i64 row, int column, real x) { narrow_place<INNER>(a, t, row)[column] = (u16)bfloat16_of(x); }
#else
template <int INNER> DEVICE const u16* narrow_rows(const LayerRows&, i64, i64) { return nullptr; }
template <int INNER> DEVICE void keep_narrow(const LayerRows&, i64, i64, int, real) {}
#endif

// Rows from one place to another.

struct Numbers { i64 count; const int* places; const real* from; real* to; };

// The parameters as PyTorch has them, from the model's flat buffer; gradients the other way.
KERNEL(gather_numbers, Numbers) { EACH(i, a.count) a.to[i] = a.from[a.places[i]]; }

KERNEL(scatter_numbers, Numbers) { EACH(i, a.count) a.to[a.places[i]] = a.from[i]; }

struct Addition { i64 count; const real* from; real* to; };

KERNEL(add_numbers, Addition) { EACH(i, a.count) a.to[i] += a.from[i]; }

struct Filling { i64 count; double value; real* to; };

KERNEL(fill_numbers, Filling) { EACH(i, a.count) a.to[i] = real(a.value); }

// Each row of "to" is one of "from", or zeros where its number is negative; those of "from" that are in no row stay unread.
struct RowSpread { i64 rows; i64 size; i64 add; const int* places; const real* from; real* to; };

KERNEL(spread_rows, RowSpread)
{
    EACH(i, a.rows * a.size)
    {
        const i64 row = i / a.size, from = a.places[row];
        const real value = from < 0 ? real(0) : a.from[from * a.size + (i - row * a.size)];
        a.to[i] = a.add ? a.to[i] + value : value;
    }
}

// All sequences begin with one state.
struct StateBegin { i64 rows; i64 size; const real* state; real* to; };

KERNEL(begin_states, StateBegin) { EACH(i, a.rows * a.size) a.to[i] = a.state[i % a.size]; }

// Rows of a table, by token; a token is dropped wherever it occurs.
struct Embedding { i64 rows; i64 size; const int* tokens; const real* table; real* to; i64 drops; Mask mask; };

KERNEL(embedding_rows, Embedding)
{
    EACH(i, a.rows * a.size)
    {
        const i64 row = i / a.size, token = a.tokens[row];
        const real factor = a.drops ? mask_of(a.mask, *a.mask.step, token) : real(1);
        a.to[i] = a.table[token * a.size + (i - row * a.size)] * factor;
    }
}

// The gradients of a table: for each token that occurs the sum over its rows, in their order, so that results repeat bit by bit.
struct EmbeddingSum { const int* tokens; i64 size; i64 column; i64 stride; const int* token; const int* first; const int* rows; const real* d; real* gradient; i64 drops; Mask mask; };

KERNEL(embedding_gradient, EmbeddingSum)
{
    EACH(i, *a.tokens * a.size)
    {
        const i64 number = i / a.size, column = i - number * a.size;
        real sum = real(0);
        for (int place = a.first[number]; place < a.first[number + 1]; place++) sum += a.d[a.rows[place] * a.stride + a.column + column];
        const real factor = a.drops ? mask_of(a.mask, *a.mask.step, a.token[number]) : real(1);
        a.gradient[a.token[number] * a.size + column] += sum * factor;
    }
}

// y = x merged with the rows of another layer, each row of which is given by its place.
struct MergeRows { i64 rows; i64 size; i64 otherSize; i64 merge; const int* places; const real* x; const real* other; real* y; };

KERNEL(merge_rows, MergeRows)
{
    const i64 width = a.merge == 0 ? a.size + a.otherSize : a.size;
    EACH(i, a.rows * width)
    {
        const i64 row = i / width, column = i - row * width, otherRow = a.places ? a.places[row] : row;
        if (a.merge == 0) { a.y[i] = column < a.size ? a.x[row * a.size + column] : a.other[otherRow * a.otherSize + column - a.size]; continue; }
        const real x = a.x[i], other = a.other[otherRow * a.size + column];
        a.y[i] = a.merge == 1 ? x + other : a.merge == 2 ? (x + other) * real(0.5) : x * other;
    }
}

// The gradient of one of the layers that were merged: its row and that of the other layer are given by the places of the merged row.
struct MergeBack { i64 rows; i64 size; i64 width; i64 column; i64 merge; i64 add; const int* places; const int* otherPlaces; const real* other; const real* dy; real* dx; };

KERNEL(merge_back, MergeBack)
{
    EACH(i, a.rows * a.size)
    {
        const i64 row = i / a.size, column = i - row * a.size, place = (a.places ? a.places[row] : row) * a.size + column;
        const real dy = a.dy[row * a.width + a.column + column];
        const real value = a.merge == 2 ? dy * real(0.5) : a.merge == 3 ? dy * a.other[(a.otherPlaces ? a.otherPlaces[row] : row) * a.size + column] : dy;
        a.dx[place] = a.add ? a.dx[place] + value : value;
    }
}

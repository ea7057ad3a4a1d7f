// Layers that read several time steps of a sequence: pooling and the windows of convolutions.
// Row starts[t] + b is time step t of sequence b; "state" is what a stream keeps, for each sequence.

struct Pooling { i64 sequences; i64 size; const int* lengths; const int* starts; const real* x; real* state; real* y; };

// state: the sum of the rows, then their count.
KERNEL(pool_mean, Pooling)
{
    EACH_ROW(b, a.sequences)
    {
        real* state = a.state + b * (a.size + 1);
        const real count = state[a.size] + real(a.lengths[b]), divisor = count > real(1) ? count : real(1);
        EACH_COLUMN(k, a.size)
        {
            real sum = state[k];
            for (int t = 0; t < a.lengths[b]; t++) sum += a.x[(i64)(a.starts[t] + b) * a.size + k];
            state[k] = sum;
            a.y[b * a.size + k] = sum / divisor;
        }

        block_barrier();
        EACH_COLUMN(k, 1) state[a.size] = count;
        block_barrier();
    }
}

// state: the largest of the rows, then 1 once there is one. NaN where any is.
KERNEL(pool_maximum, Pooling)
{
    EACH_ROW(b, a.sequences)
    {
        real* state = a.state + b * (a.size + 1);
        const bool begins = state[a.size] == real(0);
        EACH_COLUMN(k, a.size)
        {
            real largest = state[k];
            for (int t = 0; t < a.lengths[b]; t++)
            {
                const real x = a.x[(i64)(a.starts[t] + b) * a.size + k];
                if ((begins && t == 0) || (largest == largest && !(x <= largest))) largest = x;
            }

            a.y[b * a.size + k] = state[k] = largest;
        }

        block_barrier();
        EACH_COLUMN(k, 1) if (a.lengths[b] > 0) state[a.size] = real(1);
        block_barrier();
    }
}

struct PoolingBack { i64 sequences; i64 size; i64 add; const int* lengths; const int* starts; const real* x; const real* state; const real* y; const real* dy; real* dx; };

DEVICE void take_or_add(real& to, real value, i64 add) { to = add ? to + value : value; }

KERNEL(pool_mean_back, PoolingBack)
{
    EACH(i, a.sequences * a.size)
    {
        const i64 b = i / a.size, k = i - b * a.size;
        const real dx = a.dy[i] / a.state[b * (a.size + 1) + a.size];
        for (int t = 0; t < a.lengths[b]; t++) take_or_add(a.dx[(i64)(a.starts[t] + b) * a.size + k], dx, a.add);
    }
}

// The first of the rows that have the maximum takes its gradient.
KERNEL(pool_maximum_back, PoolingBack)
{
    EACH(i, a.sequences * a.size)
    {
        const i64 b = i / a.size, k = i - b * a.size;
        real left = a.dy[i];
        for (int t = 0; t < a.lengths[b]; t++)
        {
            const i64 place = (i64)(a.starts[t] + b) * a.size + k;
            const bool takes = a.x[place] == a.y[i];
            take_or_add(a.dx[place], takes ? left : real(0), a.add);
            if (takes) left = real(0);
        }
    }
}

// Softmax over time of scores query·x, in one pass (Milakov and Gimelshein 2018). state: the weighted sum of the rows, the sum of the weights, the largest score.
struct Attention { i64 sequences; i64 size; const int* lengths; const int* starts; const real* query; const real* x; real* scores; real* state; real* y; };

DEVICE real attention_weight(real difference) { const real weight = exp(difference); return flush_tiny(weight, weight); }

KERNEL(pool_attention, Attention)
{
    EACH_ROW(b, a.sequences)
    {
        real* state = a.state + b * (a.size + 2);
        real sum = state[a.size], largest = state[a.size + 1];
        for (int t = 0; t < a.lengths[b]; t++)
        {
            const i64 row = a.starts[t] + b;
            const real* x = a.x + row * a.size;
            real score = real(0), kept = real(1), weight = real(1);
            EACH_COLUMN(k, a.size) score += a.query[k] * x[k];
            score = block_sum(score);
            if (sum == real(0)) { kept = real(0); largest = score; }
            else if (score > largest) { kept = attention_weight(largest - score); largest = score; }
            else weight = attention_weight(score - largest);
            EACH_COLUMN(k, a.size) { const real value = state[k] * kept + weight * x[k]; state[k] = flush_tiny(value, value); }
            sum = sum * kept + weight;
            EACH_COLUMN(k, 1) a.scores[row] = score;
        }

        EACH_COLUMN(k, a.size) a.y[b * a.size + k] = state[k] / (sum == real(0) ? real(1) : sum);
        block_barrier();
        EACH_COLUMN(k, 1) { state[a.size] = sum; state[a.size + 1] = largest; }
        block_barrier();
    }
}

// scores: their gradients out. dx may be null.
struct AttentionBack { i64 sequences; i64 size; i64 add; const int* lengths; const int* starts; const real* query; const real* x; real* scores; const real* state; const real* y; const real* dy; real* dx; };

KERNEL(pool_attention_back, AttentionBack)
{
    EACH_ROW(b, a.sequences)
    {
        const real* dy = a.dy + b * a.size;
        const real sum = a.state[b * (a.size + 2) + a.size], largest = a.state[b * (a.size + 2) + a.size + 1];
        real mean = real(0);
        EACH_COLUMN(k, a.size) mean += dy[k] * a.y[b * a.size + k];
        mean = block_sum(mean);
        for (int t = 0; t < a.lengths[b]; t++)
        {
            const i64 row = a.starts[t] + b;
            real product = real(0);
            EACH_COLUMN(k, a.size) product += dy[k] * a.x[row * a.size + k];
            product = block_sum(product);
            const real share = attention_weight(a.scores[row] - largest) / sum, score = share * (product - mean);
            block_barrier();
            EACH_COLUMN(k, 1) a.scores[row] = score;
            if (!a.dx) continue;
            EACH_COLUMN(k, a.size) take_or_add(a.dx[row * a.size + k], share * dy[k] + score * a.query[k], a.add);
        }
    }
}

// The rows that each output of a convolution reads, side by side. zeros: for each sequence the time steps before its first one.
struct Windows
{
    i64 rows; i64 size; i64 taps; i64 dilation; i64 stride; i64 kept; i64 stateSize;
    const int* steps; const int* sequences; const int* zeros; const int* lengths; const int* starts;
    const real* before; const real* x; real* windows;
};

KERNEL(take_windows, Windows)
{
    const i64 width = a.taps * a.size;
    EACH(i, a.rows * width)
    {
        const i64 row = i / width, tap = (i - row * width) / a.size, k = (i - row * width) - tap * a.size, b = a.sequences[row];
        const i64 source = a.steps[row] * a.stride - a.zeros[b] + tap * a.dilation;
        a.windows[i] = source >= 0 && source < a.lengths[b] ? a.x[(a.starts[source] + b) * a.size + k]
            : source < 0 && a.kept > 0 ? a.before[b * a.stateSize + (a.kept + source) * a.size + k] : real(0);
    }
}

// The rows before the last time step, or before the one after "most" where a window goes on, take the place of those before the first; then, with a stride, the time steps to the next output.
struct KeptRows { i64 sequences; i64 size; i64 stride; i64 kept; i64 stateSize; i64 most; const int* lengths; const int* starts; const real* x; real* before; };

KERNEL(keep_rows, KeptRows)
{
    EACH(i, a.sequences * a.size)
    {
        const i64 b = i / a.size, k = i - b * a.size, length = a.lengths[b] < a.most ? a.lengths[b] : a.most;
        real* before = a.before + b * a.stateSize;
        for (i64 row = 0; row < a.kept; row++)
        {
            const i64 source = length - a.kept + row;
            before[row * a.size + k] = source < 0 ? before[(a.kept + source) * a.size + k] : a.x[(a.starts[source] + b) * a.size + k];
        }

        if (k == 0 && a.stateSize > a.kept * a.size) before[a.kept * a.size] = real((a.stride - length % a.stride) % a.stride);
    }
}

// Each row takes up what the windows that hold it have of it.
struct WindowsBack
{
    i64 rows; i64 size; i64 taps; i64 dilation; i64 stride; i64 add;
    const int* steps; const int* sequences; const int* zeros; const int* lengths; const int* starts; // of the windows: lengths and starts
    const real* dWindows; real* dx;
};

KERNEL(spread_windows, WindowsBack)
{
    EACH(i, a.rows * a.size)
    {
        const i64 row = i / a.size, k = i - row * a.size, b = a.sequences[row];
        real sum = real(0);
        for (i64 tap = a.taps - 1; tap >= 0; tap--)
        {
            const i64 begin = a.steps[row] + a.zeros[b] - tap * a.dilation, window = begin / a.stride;
            if (begin >= 0 && begin % a.stride == 0 && window < a.lengths[b]) sum += a.dWindows[((a.starts[window] + b) * a.taps + tap) * a.size + k];
        }

        take_or_add(a.dx[i], sum, a.add);
    }
}

// Stretches of columns from rows of one width to rows of another; and rows of a table by a column that holds tokens.
struct Columns { i64 rows; i64 count; i64 from; i64 fromWidth; i64 to; i64 toWidth; const real* x; real* y; };

KERNEL(copy_columns, Columns)
{
    EACH(i, a.rows * a.count)
    {
        const i64 row = i / a.count, k = i - row * a.count;
        a.y[row * a.toWidth + a.to + k] = a.x[row * a.fromWidth + a.from + k];
    }
}

struct TableColumns { i64 rows; i64 size; i64 column; i64 fromWidth; i64 to; i64 toWidth; const real* x; const real* table; real* y; };

KERNEL(table_columns, TableColumns)
{
    EACH(i, a.rows * a.size)
    {
        const i64 row = i / a.size, k = i - row * a.size, token = (i64)a.x[row * a.fromWidth + a.column];
        a.y[row * a.toWidth + a.to + k] = a.table[token * a.size + k];
    }
}

// Losses, their gradients and their metrics, row by row or number by number as on the processor. Kernels write pairs of sums in double, of the loss and of the metric,
// which are then added up in a fixed order and without atomics, so that they repeat bit by bit.

// The pairs of a block, summed by the threads of one block in their order, whatever the grid.
struct PairSums { i64 blocks; i64 size; i64 count; const double* pairs; double* sums; };

KERNEL(sum_pairs, PairSums)
{
    EACH_ROW(block, a.blocks)
    {
        const double* pairs = a.pairs + block * a.size * 2;
        const i64 left = a.count - block * a.size;
        double loss = 0, metric = 0;
        EACH_COLUMN(i, left < a.size ? left : a.size) { loss += pairs[i * 2]; metric += pairs[i * 2 + 1]; }
        loss = block_sum(loss);
        metric = block_sum(metric);
        EACH_COLUMN(first, 1) { a.sums[block * 2] = loss; a.sums[block * 2 + 1] = metric; }
    }
}

// The softmax cross-entropy of each row: loss = (1 - smoothing) w_k (log sum - x_k) + smoothing / classes (w log sum - sum of w_j x_j), all x less the largest of them, k the label and w the sum of
// all w_j; and whether the label's x is the first largest. "scale" is 1 / the weight of all rows that count, 0 where none does.
struct ClassRows
{
    i64 rows;
    i64 classes;
    i64 ignores;
    i64 ignored;
    double smoothing;
    double weightSum;
    const double* scale;
    const int* targets;
    const real* weights; // none: all count 1
    const real* x;
    real* dx;            // none outside training
    double* pairs;       // [rows]
};

DEVICE double weight_of(const real* weights, i64 label) { return weights ? double(weights[label]) : 1.0; }

KERNEL(class_rows, ClassRows)
{
    const double scale = *a.scale, spread = a.smoothing / double(a.classes);
    EACH_ROW(row, a.rows)
    {
        const i64 label = a.targets[row];
        const real* x = a.x + row * a.classes;
        real* dx = a.dx ? a.dx + row * a.classes : a.dx;
        if (a.ignores && label == a.ignored)
        {
            if (dx) { EACH_COLUMN(j, a.classes) dx[j] = real(0); }
            EACH_COLUMN(first, 1) a.pairs[row * 2] = a.pairs[row * 2 + 1] = 0;
            continue;
        }

        const real ofLabel = x[label];
        real largest = x[0], ahead = real(0);
        EACH_COLUMN(j, a.classes)
        {
            largest = maximum(largest, x[j]);
            if (x[j] > ofLabel || (x[j] == ofLabel && j < label)) ahead = real(1);
        }

        largest = block_maximum(largest);
        ahead = block_maximum(ahead);
        double sum = 0, weighted = 0;
        EACH_COLUMN(j, a.classes)
        {
            sum += exp(x[j] - largest);
            if (a.smoothing > 0) weighted += weight_of(a.weights, j) * double(x[j] - largest);
        }

        sum = block_sum(sum);
        if (a.smoothing > 0) weighted = block_sum(weighted);
        const double own = (1 - a.smoothing) * weight_of(a.weights, label), logSum = log(sum);
        if (dx)
        {
            const real factor = real(scale * (own + spread * a.weightSum) / sum);
            EACH_COLUMN(j, a.classes)
            {
                real d = exp(x[j] - largest) * factor;
                if (a.smoothing > 0) d -= real(spread * weight_of(a.weights, j)) * real(scale);
                if (j == label) d -= real(scale * own);
                dx[j] = scale == 0 ? real(0) : d;
            }
        }

        EACH_COLUMN(first, 1)
        {
            a.pairs[row * 2] = own * (logSum - double(ofLabel - largest)) + (a.smoothing > 0 ? spread * (a.weightSum * logSum - weighted) : 0);
            a.pairs[row * 2 + 1] = ahead > real(0) ? 0 : 1;
        }
    }
}

// Losses that are a mean of a term for each number y with a target t; several numbers in turn may have the same target. The kinds are numbered as LossKind.
enum { MEAN_SQUARED_ERROR = 1, BINARY_CROSS_ENTROPY = 2, MEAN_ABSOLUTE_ERROR = 3, HUBER = 4, QUANTILE = 5 };

struct NumberLoss
{
    i64 kind;
    i64 blocks;
    i64 size;
    i64 count;
    i64 sharing;         // how many numbers have the same target
    i64 counted;         // the one of them that the metric counts
    i64 options;         // the numbers of a row of options
    double delta;        // where Huber's loss becomes linear
    double scale;        // multiplies the gradients: 1 / count
    const real* option;  // weights of positives, or quantiles; none: all are 1
    const real* y;
    const real* t;
    real* dy;            // none outside training
    double* pairs;       // [blocks]
};

struct LossTerm { double loss; real slope; double metric; };

DEVICE LossTerm loss_term(const NumberLoss& a, real y, real t, real option)
{
    const real e = y - t;
    switch (a.kind)
    {
        case MEAN_SQUARED_ERROR: return {double(e) * double(e), e + e, fabs(e)};
        case BINARY_CROSS_ENTROPY:
        {
            const real w = multiply_add(option - real(1), t, real(1)), rest = real(1) - t;
            const real loss = multiply_add(real(log1p(exp(-fabs(y)))), w, rest * y) - minimum(y, real(0)) * w;
            return {double(loss), rest - sigmoid_of(-y) * w, (y > real(0)) == (t > real(0.5)) ? 1.0 : 0.0};
        }
        case HUBER:
        {
            // Both branches are c (e - c / 2), where c is e kept from -delta to delta.
            const real delta = real(a.delta), c = e > delta ? delta : e < -delta ? -delta : e;    // NaN stays NaN
            return {double(c * (e - c * real(0.5))), c, fabs(e)};
        }
        default:
        {
            const real up = a.kind == QUANTILE ? real(1) - option : real(1), down = a.kind == QUANTILE ? -option : real(-1);
            return {double(maximum(e * up, e * down)), e > real(0) ? up : e < real(0) ? down : e, fabs(e)};
        }
    }
}

KERNEL(number_loss, NumberLoss)
{
    EACH_ROW(block, a.blocks)
    {
        const i64 start = block * a.size, left = a.count - start;
        double loss = 0, metric = 0;
        EACH_COLUMN(k, left < a.size ? left : a.size)
        {
            const i64 i = start + k, target = a.sharing == 1 ? i : i / a.sharing;
            const LossTerm term = loss_term(a, a.y[i], a.t[target], a.option ? a.option[i % a.options] : real(1));
            loss += term.loss;
            if (i - target * a.sharing == a.counted) metric += term.metric;
            if (a.dy) a.dy[i] = term.slope * real(a.scale);
        }

        loss = block_sum(loss);
        metric = block_sum(metric);
        EACH_COLUMN(first, 1) { a.pairs[block * 2] = loss; a.pairs[block * 2 + 1] = metric; }
    }
}

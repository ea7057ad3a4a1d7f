// The end of a training step: the norm of the gradients, then clipping and the optimizer's step in one pass, number by number as on the processor.

// The squares of a block of numbers, summed in double: each block by the threads of one block in their order, whatever the grid, so that the norm repeats bit by bit.
struct SquareSums { i64 blocks; i64 size; i64 count; const real* x; double* sums; };

KERNEL(sum_squares, SquareSums)
{
    EACH_ROW(block, a.blocks)
    {
        const i64 start = block * a.size, left = a.count - start;
        double sum = 0;
        EACH_COLUMN(i, left < a.size ? left : a.size) { const double x = a.x[start + i]; sum += x * x; }
        sum = block_sum(sum);
        EACH_COLUMN(first, 1) a.sums[block] = sum;
    }
}

struct SumNorm { i64 blocks; const double* sums; double* norm; };

KERNEL(norm_of_sums, SumNorm)
{
    EACH_ROW(row, 1)
    {
        double sum = 0;
        EACH_COLUMN(block, a.blocks) sum += a.sums[block];
        sum = block_sum(sum);
        EACH_COLUMN(first, 1) a.norm[row] = sqrt(sum);
    }
}

// A gradient scaled to the largest norm, then limited; a limit of 0 is none.
DEVICE real clipped(real gradient, double scale, double limit)
{
    const real scaled = gradient * real(scale);
    return limit > 0 ? minimum(maximum(scaled, -real(limit)), real(limit)) : scaled;
}

struct Descent { i64 count; real* p; const real* g; double scale; double limit; double rate; double decay; };

KERNEL(descend, Descent)
{
    EACH(i, a.count)
    {
        const real p = a.p[i], g = clipped(a.g[i], a.scale, a.limit) + p * real(a.decay);
        a.p[i] = p - g * real(a.rate);
    }
}

struct MomentumDescent { i64 count; real* p; const real* g; real* m; double scale; double limit; double rate; double decay; double momentum; i64 nesterov; };

KERNEL(descend_with_momentum, MomentumDescent)
{
    EACH(i, a.count)
    {
        const real p = a.p[i], g = clipped(a.g[i], a.scale, a.limit) + p * real(a.decay);
        const real m = a.m[i] * real(a.momentum) + g;
        a.m[i] = m;
        a.p[i] = p - (a.nesterov ? g + m * real(a.momentum) : m) * real(a.rate);
    }
}

// Adam's step, and AdamW's, which shrinks the parameter where Adam adds to the gradient.
struct AdamStep
{
    i64 count;
    real* p;
    const real* g;
    real* m;
    real* v;
    double scale;
    double limit;
    double rate;
    double decay;
    double shrink;
    double beta1;
    double beta2;
    double rootScale;
    double epsilon;
};

KERNEL(adam_step, AdamStep)
{
    EACH(i, a.count)
    {
        const real p = a.p[i] * real(a.shrink), g = clipped(a.g[i], a.scale, a.limit) + p * real(a.decay);
        const real m = a.m[i] * real(a.beta1) + g * real(1 - a.beta1);
        const real v = a.v[i] * real(a.beta2) + g * g * real(1 - a.beta2);
        a.m[i] = m;
        a.v[i] = v;
        a.p[i] = p - m / (sqrt(v) * real(a.rootScale) + real(a.epsilon)) * real(a.rate);
    }
}

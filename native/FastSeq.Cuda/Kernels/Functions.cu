// Functions of rows: activations, softmax, layer normalisation.

enum { NONE, RELU, TANH, SIGMOID, GELU, GELU_TANH };

DEVICE real function_of(i64 function, real x)
{
    const real slope = real(0.7978845608028654), cube = real(0.044715); // sqrt(2 / pi); Hendrycks and Gimpel 2016
    switch (function)
    {
        case RELU: return relu_of(x);
        case TANH: return tanh_of(x);
        case SIGMOID: return sigmoid_of(x);
        case GELU: return real(0.5) * x * (real(1) + erf(x * real(0.7071067811865476)));
        case GELU_TANH: return real(0.5) * x * (real(1) + tanh(slope * (x + cube * x * x * x)));
        default: return x;
    }
}

// By x for the functions that need it, by y for the others.
DEVICE real derivative_of(i64 function, real x, real y)
{
    const real slope = real(0.7978845608028654), cube = real(0.044715);
    switch (function)
    {
        case RELU: return y > real(0) ? real(1) : real(0);
        case TANH: return real(1) - y * y;
        case SIGMOID: return y * (real(1) - y);
        case GELU: return real(0.5) * (real(1) + erf(x * real(0.7071067811865476))) + x * real(0.3989422804014327) * exp(real(-0.5) * x * x);
        case GELU_TANH:
        {
            const real t = tanh(slope * (x + cube * x * x * x));
            return real(0.5) * (real(1) + t) + real(0.5) * x * (real(1) - t * t) * slope * (real(1) + real(3) * cube * x * x);
        }
        default: return real(1);
    }
}

// y = f(y + b) of the sums of a product.
struct BiasFunction { i64 rows; i64 size; i64 function; const real* bias; real* y; };

KERNEL(bias_function, BiasFunction) { EACH(i, a.rows * a.size) a.y[i] = function_of(a.function, a.bias ? a.y[i] + a.bias[i % a.size] : a.y[i]); }

struct FunctionRows { i64 count; i64 function; const real* x; real* y; };

KERNEL(function_rows, FunctionRows) { EACH(i, a.count) a.y[i] = function_of(a.function, a.x[i]); }

struct FunctionBack { i64 count; i64 function; i64 add; const real* x; const real* y; const real* dy; real* dx; };

KERNEL(function_back, FunctionBack)
{
    EACH(i, a.count)
    {
        const real value = a.dy[i] * derivative_of(a.function, a.x ? a.x[i] : real(0), a.y[i]);
        a.dx[i] = a.add ? a.dx[i] + value : value;
    }
}

struct SoftmaxRows { i64 rows; i64 size; const real* x; real* y; };

KERNEL(softmax_rows, SoftmaxRows)
{
    EACH_ROW(row, a.rows)
    {
        const real* x = a.x + row * a.size;
        real* y = a.y + row * a.size;
        real largest = x[0], sum = real(0);
        EACH_COLUMN(k, a.size) largest = maximum(largest, x[k]);
        largest = block_maximum(largest);
        EACH_COLUMN(k, a.size) sum += y[k] = exp(x[k] - largest);
        sum = block_sum(sum);
        EACH_COLUMN(k, a.size) y[k] /= sum;
    }
}

struct SoftmaxBack { i64 rows; i64 size; i64 add; const real* y; const real* dy; real* dx; };

KERNEL(softmax_back, SoftmaxBack)
{
    EACH_ROW(row, a.rows)
    {
        const real* y = a.y + row * a.size;
        const real* dy = a.dy + row * a.size;
        real* dx = a.dx + row * a.size;
        real sum = real(0);
        EACH_COLUMN(k, a.size) sum += y[k] * dy[k];
        sum = block_sum(sum);
        EACH_COLUMN(k, a.size) { const real value = y[k] * (dy[k] - sum); dx[k] = a.add ? dx[k] + value : value; }
    }
}

// Layer normalisation of columns first to first + size - 1 of rows that are stride apart. statistics: the mean of each row and 1 / sqrt(variance + epsilon).
struct NormRows { i64 rows; i64 size; i64 first; i64 stride; double epsilon; const real* x; const real* weight; const real* bias; real* y; real* statistics; };

KERNEL(norm_rows, NormRows)
{
    const real* weight = a.weight + a.first;
    const real* bias = a.bias ? a.bias + a.first : a.bias;
    EACH_ROW(row, a.rows)
    {
        const real* x = a.x + row * a.stride + a.first;
        real* y = a.y + row * a.stride + a.first;
        real sum = real(0), squares = real(0);
        EACH_COLUMN(k, a.size) sum += x[k];
        const real mean = block_sum(sum) / real(a.size);
        EACH_COLUMN(k, a.size) squares += (x[k] - mean) * (x[k] - mean);
        const real scale = real(1) / sqrt(block_sum(squares) / real(a.size) + real(a.epsilon));
        EACH_COLUMN(k, a.size) y[k] = (x[k] - mean) * scale * weight[k] + (bias ? bias[k] : real(0));
        EACH_COLUMN(k, 1) { a.statistics[row * 2] = mean; a.statistics[row * 2 + 1] = scale; }
    }
}

// dx, which may be dy itself or nowhere; and each row's share of the weight's gradient, dy * (x - mean) * scale, where shares is not null.
struct NormBack { i64 rows; i64 size; i64 first; i64 stride; i64 add; const real* x; const real* weight; const real* statistics; const real* dy; real* dx; real* shares; };

KERNEL(norm_back, NormBack)
{
    const real* weight = a.weight + a.first;
    EACH_ROW(row, a.rows)
    {
        const i64 start = row * a.stride + a.first;
        const real* x = a.x + start;
        const real* dy = a.dy + start;
        const real mean = a.statistics[row * 2], scale = a.statistics[row * 2 + 1];
        real sum = real(0), product = real(0);
        EACH_COLUMN(k, a.size)
        {
            const real normalised = (x[k] - mean) * scale, d = dy[k] * weight[k];
            sum += d;
            product += d * normalised;
            if (a.shares) a.shares[start + k] = dy[k] * normalised;
        }

        if (!a.dx) continue;
        sum = block_sum(sum) / real(a.size);
        product = block_sum(product) / real(a.size);
        real* dx = a.dx + start;
        EACH_COLUMN(k, a.size)
        {
            const real value = scale * (dy[k] * weight[k] - sum - (x[k] - mean) * scale * product);
            dx[k] = a.add ? dx[k] + value : value;
        }
    }
}

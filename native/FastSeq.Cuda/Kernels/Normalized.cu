// Layer-normalised cells: z = LN(W_ih·x) + LN(W_hh·h), so that each row is reduced within a time step; a block a row.

struct NormalizedRows
{
    i64 rows;
    i64 units;
    double epsilon;
    const real* input;      // [rows, gates * units]: LN(W_ih·x)
    const real* hidden;     // LN(W_hh·h)
    const real* weight;     // of the normalisation of c
    const real* bias;
    const real* hPrevious;
    const real* cPrevious;
    real* gates;            // [rows, gates * units], kept for backward
    real* tanhC;            // [rows, units]
    real* statistics;       // [rows, 2]: of c
    real* h;
    real* c;
};

// i | f | g | o; c = f*c_(t-1) + i*g; h = o*tanh(LN(c))
KERNEL(normalized_lstm, NormalizedRows)
{
    const i64 u = a.units;
    EACH_ROW(row, a.rows)
    {
        const real* input = a.input + row * 4 * u;
        const real* hidden = a.hidden + row * 4 * u;
        real* gates = a.gates + row * 4 * u;
        real* c = a.c + row * u;
        real sum = real(0), squares = real(0);
        EACH_COLUMN(k, u)
        {
            const real i = gates[k] = sigmoid_of(input[k] + hidden[k]);
            const real f = gates[u + k] = sigmoid_of(input[u + k] + hidden[u + k]);
            const real g = gates[2 * u + k] = tanh_of(input[2 * u + k] + hidden[2 * u + k]);
            gates[3 * u + k] = sigmoid_of(input[3 * u + k] + hidden[3 * u + k]);
            const real next = multiply_add(f, a.cPrevious[row * u + k], i * g);
            c[k] = flush_tiny(next, next);
            sum += c[k];
        }

        const real mean = block_sum(sum) / real(u);
        EACH_COLUMN(k, u) squares += (c[k] - mean) * (c[k] - mean);
        const real scale = real(1) / sqrt(block_sum(squares) / real(u) + real(a.epsilon));
        EACH_COLUMN(k, u)
        {
            const real tanhC = a.tanhC[row * u + k] = tanh_of((c[k] - mean) * scale * a.weight[k] + a.bias[k]);
            const real h = gates[3 * u + k] * tanhC;
            a.h[row * u + k] = flush_tiny(h, h);
        }

        EACH_COLUMN(k, 1) { a.statistics[row * 2] = mean; a.statistics[row * 2 + 1] = scale; }
    }
}

// r | z | n; n = tanh(LN(W_in·x) + r*LN(W_hn·h)); h = (1 - z)*n + z*h_(t-1)
KERNEL(normalized_gru, NormalizedRows)
{
    const i64 u = a.units;
    EACH(place, a.rows * u)
    {
        const i64 row = place / u, k = place - row * u;
        const real* input = a.input + row * 3 * u;
        const real* hidden = a.hidden + row * 3 * u;
        real* gates = a.gates + row * 3 * u;
        const real r = gates[k] = sigmoid_of(input[k] + hidden[k]);
        const real z = gates[u + k] = sigmoid_of(input[u + k] + hidden[u + k]);
        const real n = gates[2 * u + k] = tanh_of(multiply_add(r, hidden[2 * u + k], input[2 * u + k]));
        const real h = multiply_add(z, a.hPrevious[place] - n, n);
        a.h[place] = flush_tiny(h, h);
    }
}

struct NormalizedBack
{
    i64 rows;
    i64 units;
    const real* hidden;
    const real* weight;
    const real* hPrevious;
    const real* cPrevious;
    const real* c;
    const real* gates;
    const real* tanhC;
    const real* statistics;
    const real* dOutput;
    real* dH;               // in: by the next h; out: by the previous one, without the product's share
    real* dC;
    real* dInput;           // [rows, gates * units]: by LN(W_ih·x)
    real* dHidden;          // by LN(W_hh·h)
    real* dNorm;            // [rows, units]: by LN(c)
    real* shares;           // dNorm times the normalised c: the weight's gradient by row
};

KERNEL(normalized_lstm_back, NormalizedBack)
{
    const i64 u = a.units;
    EACH_ROW(row, a.rows)
    {
        const real* gates = a.gates + row * 4 * u;
        real* dInput = a.dInput + row * 4 * u;
        const real mean = a.statistics[row * 2], scale = a.statistics[row * 2 + 1];
        real sum = real(0), product = real(0);
        EACH_COLUMN(k, u)
        {
            const i64 place = row * u + k;
            const real dH = a.dOutput[place] + a.dH[place], tanhC = a.tanhC[place], o = gates[3 * u + k], normalised = (a.c[place] - mean) * scale;
            dInput[3 * u + k] = dH * tanhC * (o * (real(1) - o));
            const real dNorm = dH * o * (real(1) - tanhC * tanhC);
            a.dNorm[place] = dNorm;
            a.shares[place] = dNorm * normalised;
            sum += dNorm * a.weight[k];
            product += dNorm * a.weight[k] * normalised;
        }

        sum = block_sum(sum) / real(u);
        product = block_sum(product) / real(u);
        EACH_COLUMN(k, u)
        {
            const i64 place = row * u + k;
            const real i = gates[k], f = gates[u + k], g = gates[2 * u + k];
            const real dC = a.dC[place] + scale * (a.dNorm[place] * a.weight[k] - sum - (a.c[place] - mean) * scale * product);
            dInput[k] = dC * g * (i * (real(1) - i));
            dInput[u + k] = dC * a.cPrevious[place] * (f * (real(1) - f));
            dInput[2 * u + k] = dC * i * (real(1) - g * g);
            a.dC[place] = dC * f;
            a.dH[place] = real(0);
        }
    }
}

KERNEL(normalized_gru_back, NormalizedBack)
{
    const i64 u = a.units;
    EACH(place, a.rows * u)
    {
        const i64 row = place / u, k = place - row * u;
        const real* gates = a.gates + row * 3 * u;
        real* dInput = a.dInput + row * 3 * u;
        real* dHidden = a.dHidden + row * 3 * u;
        const real dH = a.dOutput[place] + a.dH[place], r = gates[k], z = gates[u + k], n = gates[2 * u + k];
        const real dN = dH * (real(1) - z) * (real(1) - n * n);
        dInput[k] = dHidden[k] = dN * a.hidden[row * 3 * u + 2 * u + k] * (r * (real(1) - r));
        dInput[u + k] = dHidden[u + k] = dH * (a.hPrevious[place] - n) * (z * (real(1) - z));
        dInput[2 * u + k] = dN;
        dHidden[2 * u + k] = dN * r;
        a.dH[place] = dH * z;
    }
}

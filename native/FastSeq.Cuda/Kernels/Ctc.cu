// Connectionist temporal classification (Graves et al. 2006): the loss of labels without places in time, in logarithms and double, as the processor's CtcLattice. First each row by itself, then a block for each
// sequence: it goes through the paths of the labels with a blank before, between and after them (state s is a blank where it is even), forward, then back.

// The logarithm of each row's sum of exponentials, its first largest class, and what the gradient is before paths are taken off: softmax by the weight of the row's sequence.
struct CtcRows
{
    i64 rows;
    i64 classes;
    i64 sequences;
    const int* sequence;     // [rows]
    const int* labelStarts;  // [sequences + 1]
    const real* x;
    real* dx;                // none outside training
    double* logSums;         // [rows]
    int* best;               // [rows]
};

// What the gradients of a sequence are multiplied by: the loss is divided by the number of labels, and the mean is over the sequences.
DEVICE double ctc_scale(i64 labels, i64 sequences) { return 1.0 / (double(labels > 0 ? labels : 1) * double(sequences)); }

KERNEL(ctc_rows, CtcRows)
{
    EACH_ROW(row, a.rows)
    {
        const real* x = a.x + row * a.classes;
        real largest = x[0];
        EACH_COLUMN(k, a.classes) largest = maximum(largest, x[k]);
        largest = block_maximum(largest);
        double sum = 0;
        real first = -real(a.classes);
        EACH_COLUMN(k, a.classes)
        {
            sum += exp(x[k] - largest);
            if (x[k] == largest && -real(k) > first) first = -real(k);
        }

        sum = block_sum(sum);
        first = block_maximum(first);
        EACH_COLUMN(one, 1)
        {
            a.logSums[row] = double(largest) + log(sum);
            a.best[row] = -first < real(a.classes) ? int(-first) : 0;   // the first, as on the processor, of a row without numbers
        }

        if (!a.dx) continue;
        const int b = a.sequence[row];
        const real factor = real(ctc_scale(a.labelStarts[b + 1] - a.labelStarts[b], a.sequences) / sum);
        EACH_COLUMN(k, a.classes) a.dx[row * a.classes + k] = exp(x[k] - largest) * factor;
    }
}

struct CtcSequences
{
    i64 sequences;
    i64 classes;
    i64 blank;
    i64 zeroesInfinity;
    i64 maxTimeSteps;        // of the outputs
    i64 maxLabels;
    const int* starts;       // [time steps]: the first row of each
    const int* lengths;      // [sequences]
    const int* labelStarts;  // [sequences + 1]
    const int* labels;
    const real* x;
    real* dx;
    const double* logSums;
    const int* best;
    double* numbers;         // [blocks, CTC_NUMBERS]: what a block works with
    int* integers;           // [blocks, CTC_INTEGERS]
    double* pairs;           // [sequences]: loss and edits
};

// Of each block: alpha of all time steps, beta of two, the shares of one; the labels found, the next equal label of each, three diagonals of edits.
#define CTC_NUMBERS(T) ((T) * ((T) + 1) + 3 * (2 * (T) + 1))
#define CTC_INTEGERS(T, labels) ((T) + 2 * (labels) + 3 * ((T) + 1))

// The logarithm of 0.
DEVICE double log_of_nothing()
{
    union { u64 bits; double number; } value;
    value.bits = 0xFFF0000000000000ull;
    return value.number;
}

// One sequence, as the threads of its block see it.
struct CtcPaths
{
    i64 steps;
    i64 count;               // of labels
    i64 states;              // 2 * count + 1
    i64 stride;
    i64 blank;
    const int* labels;
    double* alphas;
};

// The states that can be on a whole path at a time step.
DEVICE i64 first_state(const CtcPaths& p, i64 t) { const i64 least = p.states - 2 * (p.steps - t); return least > 0 ? least : 0; }
DEVICE i64 end_of_states(const CtcPaths& p, i64 t) { return p.states < 2 * (t + 1) ? p.states : 2 * (t + 1); }
DEVICE bool is_on_path(const CtcPaths& p, i64 t, i64 s) { return s >= first_state(p, t) && s < end_of_states(p, t); }
DEVICE i64 symbol_of(const CtcPaths& p, i64 s) { return (s & 1) == 0 ? p.blank : (i64)p.labels[s / 2]; }

// Whether a path may come to a state past the blank before it.
DEVICE bool skips_blank(const CtcPaths& p, i64 s) { return (s & 1) == 1 && s > 1 && p.labels[s / 2] != p.labels[s / 2 - 1]; }
DEVICE double& alpha_at(const CtcPaths& p, i64 t, i64 s) { return p.alphas[t * p.stride + s - first_state(p, t)]; }
DEVICE double alpha_or_nothing(const CtcPaths& p, i64 t, i64 s) { return is_on_path(p, t, s) ? alpha_at(p, t, s) : log_of_nothing(); }

// log(exp x + exp y + exp z); what is not a number stays none.
DEVICE double log_of_sum(double x, double y, double z)
{
    const double larger = x > y ? x : y, largest = larger > z ? larger : z;
    return largest == log_of_nothing() ? x + y + z : largest + log(exp(x - largest) + exp(y - largest) + exp(z - largest));
}

// The fewest insertions, deletions and substitutions between two sequences (Levenshtein 1966), along the diagonals of the table: place i of diagonal d stands for the first i found and the first d - i wanted.
DEVICE int ctc_edits(const int* found, int count, const int* wanted, int wantedCount, int* diagonals, i64 size)
{
    for (int d = 0; d <= count + wantedCount; d++)
    {
        int* now = diagonals + (d % 3) * size;
        const int* before = diagonals + ((d + 2) % 3) * size;
        const int* twice = diagonals + ((d + 1) % 3) * size;
        const int least = d > wantedCount ? d - wantedCount : 0, most = d < count ? d : count;
        for (int i = least + (int)threadIdx.x; i <= most; i += (int)blockDim.x)
        {
            const int j = d - i;
            int edits = i + j;
            if (i > 0 && j > 0)
            {
                const int replaced = twice[i - 1] + (found[i - 1] == wanted[j - 1] ? 0 : 1), one = 1 + (before[i - 1] < before[i] ? before[i - 1] : before[i]);
                edits = replaced < one ? replaced : one;
            }

            now[i] = edits;
        }

        block_barrier();
    }

    return diagonals[(count + wantedCount) % 3 * size + count];
}

ROOMY_KERNEL(ctc_sequences, CtcSequences)
{
    const i64 T = a.maxTimeSteps;
    double* const numbers = a.numbers + blockIdx.x * CTC_NUMBERS(T);
    double* const betas = numbers + T * (T + 1);
    double* const shares = betas + 2 * (2 * T + 1);
    int* const found = a.integers + blockIdx.x * CTC_INTEGERS(T, a.maxLabels);
    int* const nextEqual = found + T;
    int* const isFirst = nextEqual + a.maxLabels;
    int* const diagonals = isFirst + a.maxLabels;
    const double nothing = log_of_nothing();
    __shared__ int foundCount;
    EACH_ROW(b, a.sequences)
    {
        CtcPaths p;
        p.steps = a.lengths[b];
        p.count = a.labelStarts[b + 1] - a.labelStarts[b];
        p.states = 2 * p.count + 1;
        p.blank = a.blank;
        p.labels = a.labels + a.labelStarts[b];
        p.alphas = numbers;
        p.stride = p.states < 2 * p.steps + 2 - p.states ? p.states : 2 * p.steps + 2 - p.states;
        double repeats = 0;
        EACH_COLUMN(i, p.count)
        {
            int earlier = (int)i - 1, later = (int)i + 1;
            while (earlier >= 0 && p.labels[earlier] != p.labels[i]) earlier--;
            while (later < p.count && p.labels[later] != p.labels[i]) later++;
            isFirst[i] = earlier < 0 ? 1 : 0;
            nextEqual[i] = later < p.count ? later : -1;
            if (i > 0 && p.labels[i] == p.labels[i - 1]) repeats += 1;
        }

        // The labels of the likeliest path: repetitions joined, blanks taken out.
        EACH_COLUMN(one, 1)
        {
            int count = 0, previous = -1;
            for (i64 t = 0; t < p.steps; t++)
            {
                const int next = a.best[a.starts[t] + b];
                if (next != a.blank && next != previous) found[count++] = next;
                previous = next;
            }

            foundCount = count;
        }

        const bool fits = (double)p.count + block_sum(repeats) <= (double)p.steps;
        const int edits = ctc_edits(found, foundCount, p.labels, (int)p.count, diagonals, T + 1);
        double logP = fits ? 0.0 : nothing;
        if (fits && p.steps > 0)
        {
            for (i64 t = 0; t < p.steps; t++)
            {
                const i64 row = a.starts[t] + b, first = first_state(p, t), end = end_of_states(p, t);
                const real* x = a.x + row * a.classes;
                for (i64 s = first + threadIdx.x; s < end; s += blockDim.x)
                {
                    const double before = t == 0 ? 0.0
                        : log_of_sum(alpha_or_nothing(p, t - 1, s), alpha_or_nothing(p, t - 1, s - 1), skips_blank(p, s) ? alpha_or_nothing(p, t - 1, s - 2) : nothing);
                    alpha_at(p, t, s) = before + double(x[symbol_of(p, s)]) - a.logSums[row];
                }

                block_barrier();
            }

            logP = log_of_sum(alpha_or_nothing(p, p.steps - 1, p.states - 1), alpha_or_nothing(p, p.steps - 1, p.states - 2), nothing);
        }

        const double divisor = double(p.count > 0 ? p.count : 1);
        EACH_COLUMN(one, 1)
        {
            a.pairs[b * 2] = logP == nothing ? (a.zeroesInfinity ? 0.0 : -nothing) : -logP / divisor;
            a.pairs[b * 2 + 1] = edits;
        }

        if (!a.dx) continue;
        const double scale = ctc_scale(p.count, a.sequences);
        for (i64 t = p.steps - 1; t >= 0; t--)
        {
            const i64 row = a.starts[t] + b;
            real* dx = a.dx + row * a.classes;
            if (logP == nothing)
            {
                EACH_COLUMN(k, a.classes) dx[k] = real(0);
                continue;
            }

            // beta with the emissions of its own time step is what the one before reads.
            const i64 first = first_state(p, t), end = end_of_states(p, t), size = 2 * T + 1;
            const real* x = a.x + row * a.classes;
            double* beta = betas + (t & 1) * size;
            const double* after = betas + ((t + 1) & 1) * size;
            double ofBlank = 0;
            for (i64 s = first + threadIdx.x; s < end; s += blockDim.x)
            {
                double ways = s >= p.states - 2 ? 0.0 : nothing;
                if (t + 1 < p.steps)
                {
                    ways = log_of_sum(
                        is_on_path(p, t + 1, s) ? after[s] : nothing,
                        is_on_path(p, t + 1, s + 1) ? after[s + 1] : nothing,
                        is_on_path(p, t + 1, s + 2) && skips_blank(p, s + 2) ? after[s + 2] : nothing);
                }

                const double share = exp(alpha_at(p, t, s) + ways - logP);
                shares[s] = share;
                if ((s & 1) == 0) ofBlank += share;
                beta[s] = ways + double(x[symbol_of(p, s)]) - a.logSums[row];
            }

            ofBlank = block_sum(ofBlank);
            EACH_COLUMN(i, p.count)
            {
                if (!isFirst[i]) continue;
                double share = 0;
                for (int place = (int)i; place >= 0; place = nextEqual[place])
                {
                    if (2 * place + 1 >= first && 2 * place + 1 < end) share += shares[2 * place + 1];
                }

                dx[p.labels[i]] -= real(scale * share);
            }

            EACH_COLUMN(one, 1) dx[a.blank] -= real(scale * ofBlank);
            block_barrier();
        }

        block_barrier();
    }
}

// Dropout: masks are functions of seed, stream, step and element, so backward draws them again.

// One mask an element.
struct Drop { i64 count; i64 add; const real* x; real* y; Mask mask; };

KERNEL(drop_numbers, Drop)
{
    EACH(i, a.count)
    {
        const real value = a.x[i] * mask_of(a.mask, *a.mask.step, i);
        a.y[i] = a.add ? a.y[i] + value : value;
    }
}

// One mask a sequence, for all its time steps; a sequence is known by its place in the caller's batch.
struct DropSequences { i64 rows; i64 size; i64 add; const int* sequences; const int* order; const real* x; real* y; Mask mask; };

KERNEL(drop_sequences, DropSequences)
{
    EACH(i, a.rows * a.size)
    {
        const i64 row = i / a.size, sequence = a.sequences ? a.sequences[row] : row;
        const real value = a.x[i] * mask_of(a.mask, *a.mask.step, (i64)a.order[sequence] * a.size + (i - row * a.size));
        a.y[i] = a.add ? a.y[i] + value : value;
    }
}

// One mask a time step of a sequence: 1 where a unit keeps its previous value.
struct StepMasks { i64 rows; i64 size; const int* steps; const int* sequences; const int* order; real* masks; Mask mask; };

KERNEL(step_masks, StepMasks)
{
    EACH(i, a.rows * a.size)
    {
        const i64 row = i / a.size;
        const u64 step = *a.mask.step ^ ((u64)a.steps[row] << 40);
        a.masks[i] = mask_of(a.mask, step, (i64)a.order[a.sequences[row]] * a.size + (i - row * a.size)) > real(0) ? real(0) : real(1);
    }
}

// Parameters are known by their places in the flat buffer.
struct DropParameters { i64 count; const int* places; const real* x; real* y; Mask mask; };

KERNEL(drop_parameters, DropParameters) { EACH(i, a.count) a.y[i] = a.x[i] * mask_of(a.mask, *a.mask.step, a.places[i]); }

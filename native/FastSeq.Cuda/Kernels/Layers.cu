// A recurrent layer over all its time steps in one launch. A block owns some units and some rows (sequences). The recurrent weights of its units lie in shared memory from the first time step to
// the last; of each step it multiplies them by its rows of the previous h, which other blocks have written, and computes the gates of its units. Blocks that share rows wait for each other once a step.
// What follows are the rows and where blocks meet; then come the products, of one precision (LayersExact.cu or LayersTensor.cu), and last the time steps (LayersTime.cu).

DEVICE i64 smaller(i64 x, i64 y) { return x < y ? x : y; }

struct LayerRows
{
    i64 timeSteps;
    i64 batch;               // the initial states in a history
    i64 rows;                // of all time steps
    i64 training;
    i64 unitsOfBlock;        // whole tiles
    i64 unitBlocks;          // blocks that share rows
    i64 rowsOfBlock;         // whole tiles
    i64 rowsAtOnce;          // of which so many lie in shared memory, whole tiles
    i64 innerParts;          // 1, 2, 4 or 8 warps share the inner size of a product
    const int* starts;       // [timeSteps]: the first row of each
    u32* arrived;            // [row blocks * COUNTER_STRIDE]: where blocks that share rows meet
    const real* weight;      // [gates * units, units]
    real* tape;              // from here on as in CellRows, but from the first time step on
    const real* inputBias;
    const real* hiddenBias;
    const real* unitParameters0;
    const real* unitParameters1;
    const real* unitParameters2;
    real* h;                 // [batch + rows, units]: the initial states, then those of all rows
    real* c;
    const real* hMask;
    const real* cMask;
    const real* dOutput;
    real* dH;                // [batch, units]
    real* dC;
    real* dInput;
    real* dHidden;
    real* dUnit;
    u16* narrow;             // [2, batch, NARROW_STRIDE(inner)]: what a product takes, as bfloat16, of two time steps in turn; for products of that precision alone
};

#define LAYER_KERNEL(name) ROOMY_KERNEL(name, LayerRows)
#define COUNTER_STRIDE 32    // 128 bytes apart

// Blocks that share rows wait for each other, and see what the others wrote (with __ldcg, which asks no cache of this multiprocessor). One block adds 2^31 - (count - 1), each other one 1: all together flip the
// highest bit, and leave the rest as it was. So nothing has to be reset, neither for the next step nor for the next launch.
DEVICE void blocks_barrier(u32* arrived, u32 count, bool isFirst)
{
    __syncthreads();
    if (threadIdx.x == 0)
    {
        __threadfence();
        const u32 before = atomicAdd(arrived, isFirst ? 0x80000000u - (count - 1) : 1u);
        while (((before ^ *(volatile u32*)arrived) & 0x80000000u) == 0) SPIN();
        __threadfence();
    }

    __syncthreads();
}

// Where a time step begins and how many rows it has.
DEVICE i64 count_of(const LayerRows& a, i64 t) { return (t + 1 < a.timeSteps ? (i64)a.starts[t + 1] : a.rows) - a.starts[t]; }

// What the gates of a time step take. slots: the numbers of each unit that the tape keeps; parameters: those of one number a unit.
DEVICE CellRows rows_of(const LayerRows& a, i64 t, i64 units, i64 slots, i64 inputGates, i64 hiddenGates, i64 parameters)
{
    const i64 start = a.starts[t], previous = t == 0 ? 0 : a.batch + a.starts[t - 1];
    CellRows rows = CellRows();
    rows.rows = count_of(a, t);
    rows.training = a.training;
    rows.tape = a.tape + start * slots * units;
    rows.inputBias = a.inputBias;
    rows.hiddenBias = a.hiddenBias;
    rows.unitParameters0 = a.unitParameters0;
    rows.unitParameters1 = a.unitParameters1;
    rows.unitParameters2 = a.unitParameters2;
    rows.hPrevious = a.h + previous * units;
    rows.cPrevious = a.c + previous * units;
    rows.h = a.h + (a.batch + start) * units;
    rows.c = a.c + (a.batch + start) * units;
    rows.hMask = a.hMask + start * units;
    rows.cMask = a.cMask + start * units;
    rows.dOutput = a.dOutput + start * units;
    rows.dH = a.dH;
    rows.dC = a.dC;
    rows.dInput = a.dInput + start * inputGates * units;
    rows.dHidden = a.dHidden + start * hiddenGates * units;
    rows.dUnit = a.dUnit + start * parameters * units;
    return rows;
}

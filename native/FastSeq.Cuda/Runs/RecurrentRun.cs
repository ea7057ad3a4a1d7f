using System.Collections.Immutable;
using FastSeq.Devices;

namespace FastSeq.Cuda;

/// <summary>
/// What recurrent layers have in common, whatever their cells: the histories of their states, which begin with the initial ones, so that the row of a previous state is the row of that sequence's
/// time step before; the gradients by the states; learned initial states.
/// </summary>
abstract class RecurrentRun : LayerRun
{
    readonly ImmutableArray<CellValue> states;
    readonly CudaKernel begin, spread;
    readonly DevicePointer previousH;

    protected RecurrentRun(RunContext context, LayerRun[] before, DeviceLayer layer, ImmutableArray<CellValue> states)
        : base(context, before, layer)
    {
        this.states = states;
        begin = Kernel("begin_states");
        spread = Kernel("spread_rows");
        Histories = [.. states.Select(state => AllocateHistory(state.Size))];
        if (Learns)
        {
            StateGradients = [.. states.Select(state => context.Memory.Allocate(context.MaxBatch, state.Size))];
            previousH = AllocateRows(Width);
        }
    }

    public sealed override DevicePointer Output => Context.At(Histories[0], (long)Level.Batch * Width);

    public sealed override bool Learns => !Layer.IsFrozen || base.Learns;

    public sealed override IEnumerable<CarriedState> States => states.Select((state, index) =>
        new CarriedState(state.Place, state.Size, Level, Histories[index], Learns ? StateGradients[index] : default, IsInPlace: false));

    /// <summary>The states of all time steps, h first: [B + rows, size].</summary>
    protected DevicePointer[] Histories { get; }

    /// <summary>The gradients by the states of the time step that backward has come to: [B, size]; none where nothing learns.</summary>
    protected DevicePointer[] StateGradients { get; } = [];

    /// <summary>Memory for a history of rows.</summary>
    protected DevicePointer AllocateHistory(long columns) => Context.Memory.Allocate((long)Context.MaxBatch + MaxRowCount, columns);

    /// <summary>All sequences begin with the same states, unless the caller gave others.</summary>
    protected void BeginStates()
    {
        for (int state = 0; state < states.Length && !Context.HasStates; state++)
        {
            CellValue value = states[state];
            DevicePointer start = value.Parameter >= 0 ? Context.Parameter(value.Parameter) : Context.At(Context.Rest, value.Place);
            Queue.Launch(begin, (long)Level.Batch * value.Size, Level.Batch, value.Size, start, Histories[state]);
        }
    }

    /// <summary>Backward begins without gradients by the final states, unless the caller gave some.</summary>
    protected void ClearStateGradients()
    {
        for (int state = 0; state < states.Length && !Context.HasFinalGradients; state++)
        {
            Context.Clear(StateGradients[state], Level.Batch, states[state].Size);
        }
    }

    /// <summary>The gradients of learned initial states: the sums over the sequences that began with them.</summary>
    protected void InitialStateGradients()
    {
        for (int index = 0; index < states.Length; index++)
        {
            CellValue state = states[index];
            if (state.Parameter >= 0 && !Context.HasStates && (Level.TimeSteps > 0 || Context.HasFinalGradients))
            {
                Context.SumRows(StateGradients[index], Level.Batch, state.Size, state.Size, Context.Gradient(state.Parameter));
            }
        }
    }

    /// <summary>For each row the h of the time step before, from a history; where all sequences are as long the rows lie as they must already.</summary>
    protected DevicePointer PreviousRows(DevicePointer history)
    {
        if (Level.IsEven)
        {
            return history;
        }

        Queue.Launch(spread, (long)Level.Rows * Width, Level.Rows, Width, 0, Level.PreviousRows, history, previousH);
        return previousH;
    }

    /// <summary>The rows of a state before a time step.</summary>
    protected DevicePointer PreviousRow(int state, int t) => Context.At(Histories[state], (long)Level.PreviousRow(t) * states[state].Size);

    /// <summary>The rows of a state after a time step.</summary>
    protected DevicePointer CurrentRow(int state, int t) => Context.At(Histories[state], ((long)Level.Batch + Level.Packed.RowStart(t)) * states[state].Size);
}

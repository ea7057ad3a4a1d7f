using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastSeq.Devices;
using FastSeq.Tensors;

namespace FastSeq.Cuda;

/// <summary>
/// A run whose layers and loss are computed on a device. Sequences are packed by the base class on the processor; inputs and targets go to the device, the sums of loss and metric come back, and
/// outputs where somebody reads them. Gradients, and with a trainer parameters and moments, stay there from step to step.
/// </summary>
sealed partial class CudaRun<T, TInput, TTarget> : SequenceRun<T, TInput, TTarget>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    const int ForwardPhase = 0;

    readonly AlignedBuffer<T> rest, outputs, states;
    readonly RunContext context;
    readonly LayerRun[] layers;
    readonly CarriedState[] carried;
    readonly WindowLayer[] waiting;
    readonly BatchMemory inputs;
    readonly DevicePointer stateRows, statePlaces;
    readonly int[] places;
    readonly CudaKernel spreadRows;

    public CudaRun(CudaQueue queue, ModelInfo info, DeviceProgram program, AlignedBuffer<T> parameters, AlignedBuffer<T> rest, int maxBatch, int maxTimeSteps, int maxTokens, bool recordsSteps, bool uploadsAhead)
        : base(info, parameters, maxBatch, maxTimeSteps, 1, maxTokens)
    {
        this.rest = rest;
        this.uploadsAhead = uploadsAhead;
        PackedSequences[] levels = [.. Enumerable.Range(0, 1 + info.TimeChanges.Length).Select(LevelAt)];
        context = new RunContext(queue, info, Unsafe.SizeOf<T>(), rest.Length, maxBatch, levels);
        try
        {
            inputs = typeof(TInput) == typeof(int) ? context.Batches.AllocateIntegers(MaxRows) : context.Batches.Allocate(MaxRows, info.InputSize);
            held = new HeldParameters<T>(context, parameters);
            spreadRows = queue.Kernel("spread_rows");
            layers = new LayerRun[program.Layers.Length];
            for (int index = 0; index < layers.Length; index++)
            {
                layers[index] = LayerRuns.Create(context, layers[..index], program.Layers[index], inputs.Pointer);
                layers[index].AllocateGradient();
            }

            carried = [.. layers.SelectMany(layer => layer.States)];
            waiting = [.. program.Layers.OfType<WindowLayer>().Where(layer => layer.State is not null && layer.Stride > 1)];
            int rows = info.LastStepOnly ? maxBatch : levels[^1].MaxRows, widest = info.States.IsEmpty ? 1 : info.States.Max(state => state.Size);
            outputs = new AlignedBuffer<T>(Elements(rows, info.OutputSize));
            loss = LossRun<T>.Create(context, rows);
            states = new AlignedBuffer<T>(Elements(maxBatch, widest));
            stateRows = context.Memory.Allocate(maxBatch, widest);
            statePlaces = context.Memory.AllocateIntegers(maxBatch);
            places = new int[maxBatch];
            graphs = new StepGraphs(queue, recordsSteps, maxBatch);
            (launchForward, launchBackward, launchBoth) = (LaunchForward, LaunchBackward, LaunchBoth);
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override int ForwardPhases => 1;

    /// <inheritdoc/>
    protected override int BackwardPhases => 1;

    LayerRun Last => layers[^1];

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (!IsDisposed)
        {
            GiveBack();
            context.Dispose();
            graphs.Dispose();
        }

        base.Dispose();
    }

    /// <inheritdoc/>
    protected override void Execute(int phase, int part)
    {
        if (phase == ForwardPhase)
        {
            ForwardOnDevice();
        }
        else
        {
            BackwardOnDevice();
        }
    }

    void UploadInputs(bool training)
    {
        // The rows are known from here on; states that the caller gave were read before.
        TakeLevels();
        foreach (LayerRun layer in layers)
        {
            layer.Take();
        }

        Span<TInput> rows = Inputs.Span[..(InputRows * Info.InputSize)];
        context.Batches.Upload<TInput>(rows, inputs);
        if (!training)
        {
            // Only gradients of tables read the rows by token.
            return;
        }

        if (layers[0] is EmbeddingRun { Learns: true } embedding)
        {
            embedding.Take(MemoryMarshal.Cast<TInput, int>(rows));
        }
        else if (layers.Length > 1 && layers[1] is ColumnsRun { Learns: true } columns)
        {
            columns.Take<T>(MemoryMarshal.Cast<TInput, T>(rows));
        }
    }

    void TakeLevels()
    {
        foreach (LevelRows level in context.Levels)
        {
            level.Take();
        }
    }

    /// <inheritdoc/>
    protected override void ReadStates(ReadOnlySpan<T> given, int stride)
    {
        foreach (WindowLayer layer in waiting)
        {
            // The last number of its state: the time steps to the next output.
            CheckOutputIsNext(given, stride, layer.State!.Value.Place + layer.State.Value.Size - 1, layer.Name);
        }

        foreach (CarriedState state in carried)
        {
            Upload(given, stride, state, state.Rows);
        }
    }

    /// <inheritdoc/>
    protected override void ReadStateGradients(ReadOnlySpan<T> given, int stride)
    {
        foreach (CarriedState state in carried)
        {
            if (state.Gradient != default)
            {
                Upload(given, stride, state, state.Gradient);
            }
        }
    }

    /// <inheritdoc/>
    protected override void WriteStates(Span<T> taken, int stride)
    {
        // States of layers of one level, which follow each other, are in the same rows.
        LevelRows? uploaded = null;
        foreach (CarriedState state in carried)
        {
            DevicePointer rows = state.Rows;
            if (!state.IsInPlace)
            {
                if (uploaded != state.Level)
                {
                    FindLastRows(state.Level.Packed);
                    context.Queue.Upload<int>(places.AsSpan(0, Batch), statePlaces);
                    uploaded = state.Level;
                }

                context.Queue.Launch(spreadRows, (long)Batch * state.Size, Batch, state.Size, 0, statePlaces, state.Rows, stateRows);
                rows = stateRows;
            }

            context.Queue.Download(rows, states.Span[..(Batch * state.Size)]);
            WriteState(taken, stride, state.Place, state.Size, ref states.Reference, inPlace: true);
        }
    }

    /// <inheritdoc/>
    protected override void WriteStateGradients(Span<T> taken, int stride)
    {
        foreach (CarriedState state in carried)
        {
            if (state.Gradient == default)
            {
                ClearState(taken, stride, state.Place, state.Size);
                continue;
            }

            context.Queue.Download(state.Gradient, states.Span[..(Batch * state.Size)]);
            WriteStateGradient(taken, stride, state.Place, state.Size, ref states.Reference);
        }
    }

    void Upload(ReadOnlySpan<T> given, int stride, CarriedState state, DevicePointer rows)
    {
        ReadState(given, stride, state.Place, state.Size, ref states.Reference);
        context.Queue.Upload<T>(states.Span[..(Batch * state.Size)], rows);
    }

    /// <summary>The rows in a history of the sequences' last time steps, or of the first ones of a window that is read again.</summary>
    void FindLastRows(PackedSequences sequences)
    {
        for (int b = 0; b < sequences.Batch; b++)
        {
            int length = Math.Min(sequences.Lengths[b], StatesAfter);
            places[b] = length == 0 ? b : sequences.Batch + sequences.RowStart(length - 1) + b;
        }
    }
}

using FastSeq.Devices;

namespace FastSeq.Cuda;

/// <summary>A recurrent layer: the input sums of all time steps in one product, then step by step the recurrent product and the gates.</summary>
sealed partial class CellRun : RecurrentRun
{
    readonly CellLayer layer;
    readonly CudaKernel[] forward, backward;
    readonly CudaKernel dropSequences, stepMasks, dropParameters, add;
    readonly DevicePointer tape, sums, projected, droppedH, droppedWeights, hMasks, cMasks;
    readonly DevicePointer[] operands;

    public CellRun(RunContext context, LayerRun[] before, CellLayer layer)
        : base(context, before, layer, layer.States)
    {
        this.layer = layer;
        int stages = layer.Stages.Length;
        forward = [.. Enumerable.Range(0, stages).Select(stage => Kernel($"{layer.Kernel}_forward{stage}"))];
        backward = [.. Enumerable.Range(0, stages).Select(stage => Kernel($"{layer.Kernel}_backward{stage}"))];
        dropSequences = Kernel("drop_sequences");
        stepMasks = Kernel("step_masks");
        dropParameters = Kernel("drop_parameters");
        add = Kernel("add_numbers");
        tape = AllocateRows((long)layer.TapeSlots * layer.Units);
        sums = context.Memory.Allocate(context.MaxBatch, (long)layer.Stages.Max(stage => stage.Gates) * layer.Units);
        operands = [.. Enumerable.Range(1, stages - 1).Select(_ => AllocateRows(layer.Units))];
        hMasks = layer.Zoneout is null ? default : AllocateRows(layer.Units);
        cMasks = layer.CellZoneout is null ? default : AllocateRows(layer.Units);
        projected = layer.Projection >= 0 ? AllocateRows(layer.Units) : default;
        droppedH = layer.RecurrentDropout is null ? default : AllocateHistory(Width);
        droppedWeights = layer.WeightDrop is null ? default : context.Memory.Allocate(1, HiddenNumbers);
        if (Learns)
        {
            dInput = AllocateRows((long)layer.InputGates * layer.Units);
            dHidden = layer.SharesGradients ? dInput : AllocateRows((long)layer.HiddenGates * layer.Units);
            dUnit = layer.UnitParameters.IsEmpty ? default : AllocateRows((long)layer.UnitParameters.Length * layer.Units);
            dOperand = stages > 1 ? context.Memory.Allocate(context.MaxBatch, layer.Units) : default;
            dProjected = layer.Projection >= 0 ? context.Memory.Allocate(context.MaxBatch, layer.Units) : default;
            dDropped = layer.RecurrentDropout is null ? default : context.Memory.Allocate(context.MaxBatch, Width);
        }

        forwardLayer = LayerKernel.Forward(context, layer);
        backwardLayer = Learns ? LayerKernel.Backward(context, layer) : null;
    }

    int InputColumns => layer.InputGates * layer.Units;

    int HiddenColumns => layer.HiddenGates * layer.Units;

    int TapeColumns => layer.TapeSlots * layer.Units;

    long HiddenNumbers => (long)HiddenColumns * Width;

    bool DropsH => layer.RecurrentDropout is not null && Context.Training;

    DevicePointer HiddenWeight => layer.WeightDrop is not null && Context.Training ? droppedWeights : Context.Parameter(layer.HiddenWeight);

    /// <summary>What the recurrent product multiplies: h, or what dropout has left of it.</summary>
    DevicePointer UsedH => DropsH ? droppedH : Histories[0];

    public override void Forward()
    {
        BeginStates();
        if (Level.Rows == 0)
        {
            return;
        }

        DrawMasks();
        Queue.Multiply(Level.Rows, InputColumns, layer.InputSize, Source.Output, layer.InputSize, false, Context.Parameter(layer.InputWeight), layer.InputSize, true, 0, tape, TapeColumns);
        if (LaunchLayer(forwardLayer))
        {
            return;
        }

        for (int t = 0; t < Level.TimeSteps; t++)
        {
            int count = Level.Packed.BatchSize(t);
            for (int stage = 0; stage < layer.Stages.Length; stage++)
            {
                DropOperand(stage, t, count);
                CellStage product = layer.Stages[stage];
                int columns = product.Gates * layer.Units;
                Queue.Multiply(count, columns, Width, OperandOf(stage, t), Width, false, RowsOf(product), Width, true, 0, sums, columns);
                LaunchGates(forward[stage], stage, t, count);
            }

            if (layer.Projection >= 0)
            {
                Queue.Multiply(count, Width, layer.Units, RowOf(projected, t, layer.Units), layer.Units, false, Context.Parameter(layer.Projection), layer.Units, true, 0, CurrentRow(0, t), Width);
            }
        }
    }

    /// <summary>The rows of W_hh that a stage multiplies.</summary>
    DevicePointer RowsOf(CellStage stage) => Context.At(HiddenWeight, (long)stage.FirstGate * layer.Units * Width);

    DevicePointer OperandOf(int stage, int t) =>
        stage == 0 ? Context.At(UsedH, (long)Level.PreviousRow(t) * Width) : RowOf(operands[stage - 1], t, layer.Units);

    DevicePointer RowOf(DevicePointer rows, int t, long columns) => rows == default ? default : Context.At(rows, Level.Packed.RowStart(t) * columns);

    void DrawMasks()
    {
        DrawStepMasks(layer.Zoneout, hMasks);
        DrawStepMasks(layer.CellZoneout, cMasks);
        if (layer.WeightDrop is { } drop && Context.Training)
        {
            DropWeights(drop, Context.Parameter(layer.HiddenWeight), droppedWeights);
        }
    }

    void DrawStepMasks(DeviceMask? zoneout, DevicePointer masks)
    {
        if (zoneout is { } drawn && Context.Training)
        {
            MaskArguments mask = Context.MaskOf(drawn);
            Queue.Launch(
                stepMasks, (long)Level.Rows * layer.Units, Level.Rows, layer.Units, Level.Steps, Level.Sequences, Level.Order, masks, mask.Seed, mask.Stream, mask.Step, mask.Threshold, mask.Scale);
        }
    }

    void DropWeights(DeviceMask drop, DevicePointer from, DevicePointer to)
    {
        MaskArguments mask = Context.MaskOf(drop);
        Queue.Launch(dropParameters, HiddenNumbers, HiddenNumbers, Context.PlacesOf(layer.HiddenWeight), from, to, mask.Seed, mask.Stream, mask.Step, mask.Threshold, mask.Scale);
    }

    /// <summary>Drops what a stage multiplies, by the masks of the sequences; what is made of h in place.</summary>
    void DropOperand(int stage, int t, int count)
    {
        if (DropsH)
        {
            DevicePointer to = OperandOf(stage, t);
            DropRows(count, stage == 0 ? PreviousRow(0, t) : to, to, adds: false);
        }
    }

    void DropRows(int count, DevicePointer from, DevicePointer to, bool adds)
    {
        MaskArguments mask = Context.MaskOf(layer.RecurrentDropout!.Value);
        Queue.Launch(dropSequences, (long)count * Width, count, Width, adds ? 1 : 0, default(DevicePointer), Level.Order, from, to, mask.Seed, mask.Stream, mask.Step, mask.Threshold, mask.Scale);
    }

    /// <summary>Starts the pointwise maths of a stage: the fields of CellRows in their order.</summary>
    void LaunchGates(CudaKernel kernel, int stage, int t, int count)
    {
        bool isProjected = layer.Projection >= 0, learns = Learns;
        Queue.Launch(
            kernel,
            (long)count * layer.Units,
            count,
            Context.Training ? 1 : 0,
            RowOf(tape, t, TapeColumns),
            sums,
            Context.Parameter(layer.InputBias),
            Context.Parameter(layer.HiddenBias),
            UnitParameter(0),
            UnitParameter(1),
            UnitParameter(2),
            PreviousRow(0, t),
            layer.States.Length > 1 ? PreviousRow(1, t) : default,
            isProjected ? RowOf(projected, t, layer.Units) : CurrentRow(0, t),
            layer.States.Length > 1 ? CurrentRow(1, t) : default,
            stage < operands.Length ? RowOf(operands[stage], t, layer.Units) : default,
            RowOf(hMasks, t, layer.Units),
            RowOf(cMasks, t, layer.Units),
            !learns ? default : isProjected ? dProjected : RowOf(Gradient, t, Width),
            learns ? StateGradients[0] : default,
            learns && StateGradients.Length > 1 ? StateGradients[1] : default,
            dOperand,
            learns ? RowOf(dInput, t, InputColumns) : default,
            learns ? RowOf(dHidden, t, HiddenColumns) : default,
            learns ? RowOf(dUnit, t, (long)layer.UnitParameters.Length * layer.Units) : default);
    }

    DevicePointer UnitParameter(int index) => index < layer.UnitParameters.Length ? Context.Parameter(layer.UnitParameters[index]) : default;
}

using FastSeq.Devices;

namespace FastSeq.Cuda;

/// <content>Back through time, and the gradients of the parameters once all time steps are done.</content>
sealed partial class CellRun
{
    readonly DevicePointer dInput, dHidden, dUnit, dOperand, dProjected, dDropped;

    public override void Backward()
    {
        ClearStateGradients();
        for (int t = LaunchLayer(backwardLayer) ? -1 : Level.TimeSteps - 1; t >= 0; t--)
        {
            BackwardStep(t, Level.Packed.BatchSize(t));
        }

        if (Source.Learns && Level.Rows > 0)
        {
            Queue.Multiply(
                Level.Rows, layer.InputSize, InputColumns, dInput, InputColumns, false, Context.Parameter(layer.InputWeight), layer.InputSize, false, Source.AddsToGradient() ? 1 : 0, Source.Gradient, layer.InputSize);
        }

        if (!layer.IsFrozen)
        {
            ParameterGradients();
        }
    }

    void BackwardStep(int t, int count)
    {
        if (layer.Projection >= 0)
        {
            // From the gradient of h, which goes out and on to the next step, to that of m; dH is then free for the step before.
            DevicePointer output = RowOf(Gradient, t, Width);
            Queue.Launch(add, (long)count * Width, (long)count * Width, StateGradients[0], output);
            Context.Clear(StateGradients[0], count, Width);
            Queue.Multiply(count, layer.Units, Width, output, Width, false, Context.Parameter(layer.Projection), layer.Units, false, 0, dProjected, layer.Units);
        }

        for (int stage = layer.Stages.Length - 1; stage >= 0; stage--)
        {
            LaunchGates(backward[stage], stage, t, count);
            CellStage product = layer.Stages[stage];
            DevicePointer target = stage > 0 ? dOperand : DropsH ? dDropped : StateGradients[0];
            DevicePointer d = Context.At(RowOf(dHidden, t, HiddenColumns), (long)product.FirstGate * layer.Units);
            Queue.Multiply(count, Width, product.Gates * layer.Units, d, HiddenColumns, false, RowsOf(product), Width, false, stage == 0 && !DropsH ? 1 : 0, target, Width);
            if (DropsH)
            {
                DropRows(count, target, stage == 0 ? StateGradients[0] : target, adds: stage == 0);
            }
        }
    }

    void ParameterGradients()
    {
        if (Level.Rows > 0)
        {
            Queue.Multiply(InputColumns, layer.InputSize, Level.Rows, dInput, InputColumns, true, Source.Output, layer.InputSize, false, 0, Context.Gradient(layer.InputWeight), layer.InputSize);
            HiddenWeightGradients();
            if (layer.Projection >= 0)
            {
                Queue.Multiply(Width, layer.Units, Level.Rows, Gradient, Width, true, projected, layer.Units, false, 0, Context.Gradient(layer.Projection), layer.Units);
            }

            if (layer.InputBias >= 0)
            {
                Context.SumRows(dInput, Level.Rows, InputColumns, InputColumns, Context.Gradient(layer.InputBias));
                Context.SumRows(dHidden, Level.Rows, HiddenColumns, HiddenColumns, Context.Gradient(layer.HiddenBias));
            }

            for (int index = 0, columns = layer.UnitParameters.Length * layer.Units; index < layer.UnitParameters.Length; index++)
            {
                Context.SumRows(Context.At(dUnit, (long)index * layer.Units), Level.Rows, layer.Units, columns, Context.Gradient(layer.UnitParameters[index]));
            }
        }

        InitialStateGradients();
    }

    void HiddenWeightGradients()
    {
        for (int stage = 0; stage < layer.Stages.Length; stage++)
        {
            CellStage product = layer.Stages[stage];
            DevicePointer operand = stage > 0 ? operands[stage - 1] : PreviousRows(UsedH);
            Queue.Multiply(
                product.Gates * layer.Units,
                Width,
                Level.Rows,
                Context.At(dHidden, (long)product.FirstGate * layer.Units),
                HiddenColumns,
                true,
                operand,
                Width,
                false,
                0,
                Context.At(Context.Gradient(layer.HiddenWeight), (long)product.FirstGate * layer.Units * Width),
                Width);
        }

        if (layer.WeightDrop is { } drop)
        {
            DropWeights(drop, Context.Gradient(layer.HiddenWeight), Context.Gradient(layer.HiddenWeight));
        }
    }
}

using FastSeq.Devices;

namespace FastSeq.Cuda;

/// <summary>A recurrent layer whose sums are normalised over all units of a row: z = LN(W_ih·x) + LN(W_hh·h). A GRU normalises r and z together and n by itself.</summary>
sealed class NormalizedRun : RecurrentRun
{
    const int RowThreads = 128;

    readonly NormalizedLayer layer;
    readonly (int First, int Size)[] stretches;
    readonly CudaKernel norm, normBack, gates, gatesBack;
    readonly DevicePointer inputSums, inputNorm, hiddenSums, hiddenNorm, kept, tanhC, statisticsC;
    readonly DevicePointer dInput, dHidden, dNorm, sharesC, shares;
    readonly DevicePointer[] inputStatistics, hiddenStatistics;

    public NormalizedRun(RunContext context, LayerRun[] before, NormalizedLayer layer)
        : base(context, before, layer, layer.States)
    {
        this.layer = layer;
        int units = layer.OutputSize;
        stretches = layer.IsGru ? [(0, 2 * units), (2 * units, units)] : [(0, 4 * units)];
        norm = Kernel("norm_rows");
        normBack = Kernel("norm_back");
        gates = Kernel(layer.IsGru ? "normalized_gru" : "normalized_lstm");
        gatesBack = Kernel(layer.IsGru ? "normalized_gru_back" : "normalized_lstm_back");
        inputSums = AllocateRows(Columns);
        inputNorm = AllocateRows(Columns);
        hiddenSums = AllocateRows(Columns);
        hiddenNorm = AllocateRows(Columns);
        kept = AllocateRows(Columns);
        tanhC = layer.IsGru ? default : AllocateRows(units);
        statisticsC = layer.IsGru ? default : AllocateRows(2);
        inputStatistics = [.. stretches.Select(_ => AllocateRows(2))];
        hiddenStatistics = [.. stretches.Select(_ => AllocateRows(2))];
        if (Learns)
        {
            dInput = AllocateRows(Columns);
            dHidden = AllocateRows(Columns);
            dNorm = layer.IsGru ? default : AllocateRows(units);
            sharesC = layer.IsGru ? default : AllocateRows(units);
            shares = AllocateRows(Columns);
        }
    }

    int Columns => (layer.IsGru ? 3 : 4) * Width;

    public override void Forward()
    {
        BeginStates();
        if (Level.Rows == 0)
        {
            return;
        }

        Queue.Multiply(Level.Rows, Columns, layer.InputSize, Source.Output, layer.InputSize, false, Context.Parameter(layer.InputWeight), layer.InputSize, true, 0, inputSums, Columns);
        Normalise(0, Level.Rows, layer.InputNorm, inputSums, inputNorm, inputStatistics);
        for (int t = 0; t < Level.TimeSteps; t++)
        {
            int count = Level.Packed.BatchSize(t), row = Level.Packed.RowStart(t);
            Queue.Multiply(count, Columns, Width, PreviousRow(0, t), Width, false, Context.Parameter(layer.HiddenWeight), Width, true, 0, At(hiddenSums, row, Columns), Columns);
            Normalise(row, count, layer.HiddenNorm, hiddenSums, hiddenNorm, hiddenStatistics);
            Queue.LaunchRows(
                gates,
                layer.IsGru ? ((long)count * Width / RowThreads) + 1 : count,
                RowThreads,
                count,
                Width,
                layer.Epsilon,
                At(inputNorm, row, Columns),
                At(hiddenNorm, row, Columns),
                Context.Parameter(layer.CellNorm),
                CellBias,
                PreviousRow(0, t),
                layer.IsGru ? default : PreviousRow(1, t),
                At(kept, row, Columns),
                At(tanhC, row, Width),
                At(statisticsC, row, 2),
                CurrentRow(0, t),
                layer.IsGru ? default : CurrentRow(1, t));
        }
    }

    public override void Backward()
    {
        ClearStateGradients();
        for (int t = Level.TimeSteps - 1; t >= 0; t--)
        {
            BackwardStep(t, Level.Packed.BatchSize(t), Level.Packed.RowStart(t));
        }

        if (Level.Rows > 0)
        {
            FinishBackward();
        }

        if (!layer.IsFrozen)
        {
            InitialStateGradients();
        }
    }

    DevicePointer CellBias => layer.CellNorm < 0 ? default : Context.Parameter(layer.CellNorm + 1);

    void BackwardStep(int t, int count, int row)
    {
        // The gradients by both normalisations of an LSTM's sums are the same.
        DevicePointer ofHidden = layer.IsGru ? dHidden : dInput;
        Queue.LaunchRows(
            gatesBack,
            layer.IsGru ? ((long)count * Width / RowThreads) + 1 : count,
            RowThreads,
            count,
            Width,
            At(hiddenNorm, row, Columns),
            Context.Parameter(layer.CellNorm),
            PreviousRow(0, t),
            layer.IsGru ? default : PreviousRow(1, t),
            layer.IsGru ? default : CurrentRow(1, t),
            At(kept, row, Columns),
            At(tanhC, row, Width),
            At(statisticsC, row, 2),
            At(Gradient, row, Width),
            StateGradients[0],
            layer.IsGru ? default : StateGradients[1],
            At(dInput, row, Columns),
            At(dHidden, row, Columns),
            At(dNorm, row, Width),
            At(sharesC, row, Width));
        if (!layer.IsGru)
        {
            Queue.Copy(At(ofHidden, row, Columns), At(dHidden, row, Columns), (long)count * Columns * Context.ElementSize);
        }

        // By the sums that were normalised, then by the previous h; what the weight of the normalisation needs is found again from the normalised sums.
        NormaliseBack(row, count, layer.HiddenNorm, hiddenSums, hiddenStatistics, dHidden, At(hiddenNorm, row, Columns));
        Queue.Multiply(count, Width, Columns, At(hiddenNorm, row, Columns), Columns, false, Context.Parameter(layer.HiddenWeight), Width, false, 1, StateGradients[0], Width);
    }

    void FinishBackward()
    {
        // hiddenNorm holds the gradients by the recurrent sums now, and inputNorm will hold those by the input sums.
        NormaliseBack(0, Level.Rows, layer.InputNorm, inputSums, inputStatistics, dInput, inputNorm);
        if (Source.Learns)
        {
            Queue.Multiply(Level.Rows, layer.InputSize, Columns, inputNorm, Columns, false, Context.Parameter(layer.InputWeight), layer.InputSize, false, Source.AddsToGradient() ? 1 : 0, Source.Gradient, layer.InputSize);
        }

        if (layer.IsFrozen)
        {
            return;
        }

        NormGradients(layer.InputNorm, inputSums, inputStatistics, dInput);
        NormGradients(layer.HiddenNorm, hiddenSums, hiddenStatistics, dHidden);
        if (!layer.IsGru)
        {
            Context.SumRows(sharesC, Level.Rows, Width, Width, Context.Gradient(layer.CellNorm));
            Context.SumRows(dNorm, Level.Rows, Width, Width, Context.Gradient(layer.CellNorm + 1));
        }

        Queue.Multiply(Columns, layer.InputSize, Level.Rows, inputNorm, Columns, true, Source.Output, layer.InputSize, false, 0, Context.Gradient(layer.InputWeight), layer.InputSize);
        Queue.Multiply(Columns, Width, Level.Rows, hiddenNorm, Columns, true, PreviousRows(Histories[0]), Width, false, 0, Context.Gradient(layer.HiddenWeight), Width);
    }

    void Normalise(int row, int count, int weight, DevicePointer sums, DevicePointer y, DevicePointer[] statistics)
    {
        for (int index = 0; index < stretches.Length; index++)
        {
            (int first, int size) = stretches[index];
            Queue.LaunchRows(
                norm, count, RowThreads, count, size, first, Columns, layer.Epsilon, At(sums, row, Columns), Context.Parameter(weight), Context.Parameter(weight + 1), At(y, row, Columns), At(statistics[index], row, 2));
        }
    }

    void NormaliseBack(int row, int count, int weight, DevicePointer sums, DevicePointer[] statistics, DevicePointer dy, DevicePointer dx)
    {
        for (int index = 0; index < stretches.Length; index++)
        {
            (int first, int size) = stretches[index];
            Queue.LaunchRows(
                normBack, count, RowThreads, count, size, first, Columns, 0, At(sums, row, Columns), Context.Parameter(weight), At(statistics[index], row, 2), At(dy, row, Columns), dx, default(DevicePointer));
        }
    }

    /// <summary>The gradients of the weight and the bias of a normalisation.</summary>
    void NormGradients(int weight, DevicePointer sums, DevicePointer[] statistics, DevicePointer dy)
    {
        for (int index = 0; index < stretches.Length; index++)
        {
            (int first, int size) = stretches[index];
            Queue.LaunchRows(
                normBack, Level.Rows, RowThreads, Level.Rows, size, first, Columns, 0, sums, Context.Parameter(weight), statistics[index], dy, default(DevicePointer), shares);
        }

        Context.SumRows(shares, Level.Rows, Columns, Columns, Context.Gradient(weight));
        Context.SumRows(dy, Level.Rows, Columns, Columns, Context.Gradient(weight + 1));
    }

    DevicePointer At(DevicePointer rows, int row, int columns) => rows == default ? default : Context.At(rows, (long)row * columns);
}

using FastSeq.Devices;

namespace FastSeq.Cuda;

/// <summary>The caller's features.</summary>
sealed class InputRun(RunContext context, InputLayer layer, DevicePointer inputs) : LayerRun(context, [], layer)
{
    public override DevicePointer Output => inputs;

    public override bool Learns => false;

    public override void Forward()
    {
    }
}

/// <summary>y = f(W·x + b).</summary>
sealed class LinearRun : LayerRun
{
    readonly LinearLayer layer;
    readonly CudaKernel function, back, reorder, restore;
    readonly DevicePointer tapFirst, gradientTapFirst, tapPlaces;
    readonly int taps;

    public LinearRun(RunContext context, LayerRun[] before, LinearLayer layer)
        : base(context, before, layer)
    {
        this.layer = layer;
        Output = AllocateRows(layer.OutputSize);
        function = Kernel("bias_function");
        back = Kernel("function_back");
        reorder = Kernel("gather_numbers");
        restore = Kernel("scatter_numbers");
        taps = context.Info.Parameters[layer.Weight].Layout.Taps;
        if (taps > 1)
        {
            tapFirst = context.Memory.Allocate(layer.OutputSize, layer.InputSize);
            gradientTapFirst = context.Memory.Allocate(layer.OutputSize, layer.InputSize);
            tapPlaces = UploadTapPlaces();
        }
    }

    public override DevicePointer Output { get; }

    public override bool Learns => !layer.IsFrozen || base.Learns;

    DevicePointer Weight => taps > 1 ? tapFirst : Context.Parameter(layer.Weight);

    public override void Forward()
    {
        if (taps > 1)
        {
            Queue.Launch(reorder, Numbers, Numbers, tapPlaces, Context.Parameter(layer.Weight), tapFirst);
        }

        Queue.Multiply(RowCount, Width, layer.InputSize, Source.Output, layer.InputSize, false, Weight, layer.InputSize, true, 0, Output, Width);
        if (layer.Bias >= 0 || layer.Function != DeviceFunction.None)
        {
            Queue.Launch(function, (long)RowCount * Width, RowCount, Width, (int)layer.Function, Context.Parameter(layer.Bias), Output);
        }
    }

    public override void Backward()
    {
        if (layer.Function != DeviceFunction.None)
        {
            long count = (long)RowCount * Width;
            Queue.Launch(back, count, count, (int)layer.Function, 0, default(DevicePointer), Output, Gradient, Gradient);
        }

        if (Source.Learns)
        {
            Queue.Multiply(RowCount, layer.InputSize, Width, Gradient, Width, false, Weight, layer.InputSize, false, Source.AddsToGradient() ? 1 : 0, Source.Gradient, layer.InputSize);
        }

        if (layer.IsFrozen)
        {
            return;
        }

        DevicePointer gradient = taps > 1 ? gradientTapFirst : Context.Gradient(layer.Weight);
        Queue.Multiply(Width, layer.InputSize, RowCount, Gradient, Width, true, Source.Output, layer.InputSize, false, 0, gradient, layer.InputSize);
        if (taps > 1)
        {
            Queue.Launch(restore, Numbers, Numbers, tapPlaces, gradientTapFirst, Context.Gradient(layer.Weight));
        }

        if (layer.Bias >= 0)
        {
            Context.SumRows(Gradient, RowCount, Width, Width, Context.Gradient(layer.Bias));
        }
    }

    long Numbers => (long)layer.OutputSize * layer.InputSize;

    /// <summary>Where in PyTorch's weight [outputs, inputs, taps] each number of a weight [outputs, taps, inputs] lies.</summary>
    DevicePointer UploadTapPlaces()
    {
        int inputs = layer.InputSize / taps;
        var places = new int[Numbers];
        for (int place = 0; place < places.Length; place++)
        {
            (int output, int column) = Math.DivRem(place, layer.InputSize);
            (int tap, int input) = Math.DivRem(column, inputs);
            places[place] = (output * layer.InputSize) + (input * taps) + tap;
        }

        DevicePointer device = Context.Memory.AllocateIntegers(places.Length);
        Queue.Upload<int>(places, device);
        return device;
    }
}

/// <summary>A function of each row.</summary>
sealed class FunctionRun : LayerRun
{
    readonly FunctionLayer layer;
    readonly CudaKernel forward, back;

    public FunctionRun(RunContext context, LayerRun[] before, FunctionLayer layer)
        : base(context, before, layer)
    {
        this.layer = layer;
        Output = AllocateRows(layer.OutputSize);
        forward = Kernel(IsSoftmax ? "softmax_rows" : "function_rows");
        back = Kernel(IsSoftmax ? "softmax_back" : "function_back");
    }

    public override DevicePointer Output { get; }

    bool IsSoftmax => layer.Function == DeviceFunction.Softmax;

    public override void Forward()
    {
        long count = (long)RowCount * Width;
        if (IsSoftmax)
        {
            Queue.LaunchRows(forward, RowCount, 128, RowCount, Width, Source.Output, Output);
        }
        else
        {
            Queue.Launch(forward, count, count, (int)layer.Function, Source.Output, Output);
        }
    }

    public override void Backward()
    {
        if (!Source.Learns)
        {
            return;
        }

        long count = (long)RowCount * Width;
        int adds = Source.AddsToGradient() ? 1 : 0;
        if (IsSoftmax)
        {
            Queue.LaunchRows(back, RowCount, 128, RowCount, Width, adds, Output, Gradient, Source.Gradient);
        }
        else
        {
            Queue.Launch(back, count, count, (int)layer.Function, adds, Source.Output, Output, Gradient, Source.Gradient);
        }
    }
}

/// <summary>Layer normalisation of each row.</summary>
sealed class LayerNormRun : LayerRun
{
    readonly LayerNormLayer layer;
    readonly CudaKernel forward, back;
    readonly DevicePointer statistics, shares;

    public LayerNormRun(RunContext context, LayerRun[] before, LayerNormLayer layer)
        : base(context, before, layer)
    {
        this.layer = layer;
        Output = AllocateRows(layer.OutputSize);
        statistics = AllocateRows(2);
        shares = layer.IsFrozen ? default : AllocateRows(layer.OutputSize);
        forward = Kernel("norm_rows");
        back = Kernel("norm_back");
    }

    public override DevicePointer Output { get; }

    public override bool Learns => !layer.IsFrozen || base.Learns;

    public override void Forward() => Queue.LaunchRows(
        forward, RowCount, 128, RowCount, Width, 0, Width, layer.Epsilon, Source.Output, Context.Parameter(layer.Weight), Context.Parameter(layer.Bias), Output, statistics);

    public override void Backward()
    {
        bool adds = Source.Learns && Source.AddsToGradient();
        Queue.LaunchRows(back, RowCount, 128, RowCount, Width, 0, Width, adds ? 1 : 0, Source.Output, Context.Parameter(layer.Weight), statistics, Gradient, Source.Gradient, shares);
        if (layer.IsFrozen)
        {
            return;
        }

        Context.SumRows(shares, RowCount, Width, Width, Context.Gradient(layer.Weight));
        if (layer.Bias >= 0)
        {
            Context.SumRows(Gradient, RowCount, Width, Width, Context.Gradient(layer.Bias));
        }
    }
}

/// <summary>The rows of two layers merged.</summary>
sealed class SkipRun : LayerRun
{
    readonly SkipLayer layer;
    readonly LayerRun earlier;
    readonly CudaKernel forward, back;

    public SkipRun(RunContext context, LayerRun[] before, SkipLayer layer)
        : base(context, before, layer)
    {
        this.layer = layer;
        earlier = before[layer.Earlier];
        Output = AllocateRows(layer.OutputSize);
        forward = Kernel("merge_rows");
        back = Kernel("merge_back");
    }

    public override DevicePointer Output { get; }

    public override bool Learns => base.Learns || earlier.Learns;

    public override void Forward() => Queue.Launch(
        forward, (long)RowCount * Width, RowCount, Source.Width, earlier.Width, (int)layer.Merge, default(DevicePointer), Source.Output, earlier.Output, Output);

    public override void Backward()
    {
        Back(Source, earlier, 0);
        Back(earlier, Source, layer.Merge == Merge.Concat ? Source.Width : 0);
    }

    void Back(LayerRun of, LayerRun other, int column)
    {
        if (of.Learns)
        {
            Queue.Launch(
                back, (long)RowCount * of.Width, RowCount, of.Width, Width, column, (int)layer.Merge, of.AddsToGradient() ? 1 : 0, default(DevicePointer), default(DevicePointer), other.Output, Gradient, of.Gradient);
        }
    }
}

/// <summary>Dropout: nothing but another name for its input, except while training.</summary>
sealed class DropoutRun : LayerRun
{
    readonly DropoutLayer layer;
    readonly DevicePointer dropped;
    readonly CudaKernel drop;

    public DropoutRun(RunContext context, LayerRun[] before, DropoutLayer layer)
        : base(context, before, layer)
    {
        this.layer = layer;
        dropped = AllocateRows(layer.OutputSize);
        drop = Kernel(layer.IsVariational ? "drop_sequences" : "drop_numbers");
    }

    public override DevicePointer Output => Context.Training ? dropped : Source.Output;

    public override void Forward()
    {
        if (Context.Training)
        {
            Drop(Source.Output, dropped, adds: false);
        }
    }

    public override void Backward()
    {
        if (Source.Learns)
        {
            Drop(Gradient, Source.Gradient, Source.AddsToGradient());
        }
    }

    void Drop(DevicePointer x, DevicePointer y, bool adds)
    {
        MaskArguments mask = Context.MaskOf(layer.Mask);
        long count = (long)RowCount * Width;
        if (layer.IsVariational)
        {
            Queue.Launch(drop, count, RowCount, Width, adds ? 1 : 0, Level.Sequences, Level.Order, x, y, mask.Seed, mask.Stream, mask.Step, mask.Threshold, mask.Scale);
        }
        else
        {
            Queue.Launch(drop, count, count, adds ? 1 : 0, x, y, mask.Seed, mask.Stream, mask.Step, mask.Threshold, mask.Scale);
        }
    }
}

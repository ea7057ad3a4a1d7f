using FastSeq.Tensors;

namespace FastSeq.Cuda;

/// <summary>
/// The parameters, the gradients and an optimizer's moments on the device, each parameter as PyTorch has it: how they come there from the flat buffers of the processor and go back, and the
/// optimizer's step.
/// </summary>
/// <typeparam name="T">What the model computes in.</typeparam>
sealed class HeldParameters<T> : IMomentHolder
    where T : unmanaged
{
    const int RowThreads = 256;

    readonly RunContext context;
    readonly AlignedBuffer<T> parameters;
    readonly DevicePointer flat, sums;
    readonly CudaKernel gather, scatter, sumSquares, normOfSums, descend, descendWithMomentum, adamStep;
    readonly List<DevicePointer> moments = [];
    readonly double[] norm = new double[1];
    Optimizer? optimizer;
    UpdateRange[] ranges = [];
    bool isNewer;

    /// <summary>Takes the memory, but for the moments.</summary>
    /// <param name="context">What the layers share.</param>
    /// <param name="parameters">The model's.</param>
    public HeldParameters(RunContext context, AlignedBuffer<T> parameters)
    {
        this.context = context;
        this.parameters = parameters;
        flat = context.Memory.Allocate(1, context.Info.BufferLength);

        // The sums of the blocks, then the norm: doubles, whatever the model computes in.
        sums = context.Memory.AllocateIntegers(2 * (Blocks + 1));
        gather = context.Queue.Kernel("gather_numbers");
        scatter = context.Queue.Kernel("scatter_numbers");
        sumSquares = context.Queue.Kernel("sum_squares");
        normOfSums = context.Queue.Kernel("norm_of_sums");
        descend = context.Queue.Kernel("descend");
        descendWithMomentum = context.Queue.Kernel("descend_with_momentum");
        adamStep = context.Queue.Kernel("adam_step");
    }

    /// <summary>Whether an optimizer has stepped here: there is memory for its moments.</summary>
    public bool HasMoments { get; private set; }

    /// <summary>Whether the device has the model's parameters, or newer ones.</summary>
    public bool IsCurrent { get; private set; }

    DevicePointer NormPlace => sums + (Blocks * sizeof(double));

    long Blocks => (context.ParameterCount + Gradients.Block - 1) / Gradients.Block;

    /// <summary>Takes the model's parameters.</summary>
    public void Upload()
    {
        Upload(parameters.Span, context.Parameters);
        (IsCurrent, isNewer) = (true, false);
    }

    /// <summary>Gives the model the parameters, where they are newer.</summary>
    public void Sync()
    {
        if (!isNewer) return;
        Download(context.Parameters, parameters.Span);
        isNewer = false;
    }

    /// <summary>The model's parameters are others by now.</summary>
    public void Forget() => IsCurrent = isNewer = false;

    /// <summary>Takes gradients.</summary>
    public void UploadGradients(ReadOnlySpan<T> from) => Upload(from, context.Gradients);

    /// <summary>Gives the gradients.</summary>
    public void DownloadGradients(Span<T> to) => Download(context.Gradients, to);

    /// <summary>Computes the norm of all gradients.</summary>
    public void LaunchNorm()
    {
        context.Queue.LaunchRows(sumSquares, Blocks, RowThreads, Blocks, Gradients.Block, context.ParameterCount, context.Gradients, sums);
        context.Queue.LaunchRows(normOfSums, 1, RowThreads, Blocks, sums, NormPlace);
    }

    /// <summary>Waits for the norm of all gradients.</summary>
    public double ReadNorm()
    {
        context.Queue.Download<double>(NormPlace, norm);
        return norm[0];
    }

    /// <summary>Brings the moments of an optimizer here, if they are not, and those of another back. The first time it takes memory.</summary>
    public void Take(Optimizer next)
    {
        if (next.IsHeldBy(this)) return;
        GiveMomentsBack();
        next.Prepare<T>(parameters.Length);
        while (moments.Count < next.Moments) moments.Add(context.Memory.Allocate(1, context.ParameterCount));
        for (int index = 0; index < next.Moments; index++) Upload(next.MomentOf<T>(index), moments[index]);
        if (optimizer != next) ranges = ParameterGroups.RangesInOrder(context.Info, next);
        optimizer = next;
        next.LendMoments(this);
        HasMoments = true;
    }

    /// <summary>Brings the moments back to their optimizer, if they are here.</summary>
    public void GiveMomentsBack()
    {
        if (optimizer is not null && optimizer.IsHeldBy(this)) optimizer.TakeMomentsBack();
    }

    /// <summary>The moments are lost.</summary>
    public void LoseMoments()
    {
        if (optimizer is not null && optimizer.IsHeldBy(this)) optimizer.ForgetHolder();
    }

    /// <inheritdoc/>
    void IMomentHolder.ReturnMoments()
    {
        for (int index = 0; index < optimizer!.Moments; index++) Download(moments[index], optimizer.MomentOf<T>(index));
    }

    /// <summary>The step of the optimizer whose moments are here.</summary>
    /// <param name="rule">The step in numbers.</param>
    /// <param name="scale">Multiplies each gradient.</param>
    /// <param name="limit">Limits each gradient after that; 0 for no limit.</param>
    public void Step(in UpdateRule rule, double scale, double limit)
    {
        (IsCurrent, isNewer) = (true, true);
        foreach (UpdateRange range in ranges)
        {
            int count = range.End - range.Start;
            double decay = range.Decays ? rule.Decay : 0;
            DevicePointer p = At(context.Parameters, range), g = At(context.Gradients, range);
            switch (rule.Formula)
            {
                case UpdateFormula.Descent:
                    context.Queue.Launch(descend, count, count, p, g, scale, limit, rule.Rate, decay);
                    break;
                case UpdateFormula.Momentum:
                    context.Queue.Launch(descendWithMomentum, count, count, p, g, At(moments[0], range), scale, limit, rule.Rate, decay, rule.Keep1, rule.Nesterov ? 1 : 0);
                    break;
                default:
                    context.Queue.Launch(
                        adamStep, count, count, p, g, At(moments[0], range), At(moments[1], range), scale, limit, rule.Rate, decay, range.Decays ? rule.Shrink : 1, rule.Keep1, rule.Keep2,
                        rule.RootScale, rule.Epsilon);
                    break;
            }
        }
    }

    DevicePointer At(DevicePointer pointer, UpdateRange range) => context.At(pointer, range.Start);

    void Upload(ReadOnlySpan<T> from, DevicePointer to)
    {
        context.Queue.Upload(from, flat);
        context.Queue.Launch(gather, context.ParameterCount, context.ParameterCount, context.ParameterPlaces, flat, to);
    }

    // What is no parameter, between those of the flat buffer, is zero.
    void Download(DevicePointer from, Span<T> to)
    {
        context.Clear(flat, 1, context.Info.BufferLength);
        context.Queue.Launch(scatter, context.ParameterCount, context.ParameterCount, context.ParameterPlaces, from, flat);
        context.Queue.Download(flat, to);
    }
}

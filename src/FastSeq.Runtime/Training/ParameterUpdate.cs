using System.Numerics;
using System.Numerics.Tensors;
using FastSeq.Kernels;
using FastSeq.Tensors;

namespace FastSeq;

/// <summary>
/// The end of a training step: norm, clipping and the optimizer's update, over fixed blocks of the flat buffers, shared by threads.
/// The norm adds the blocks in their order and an update is alone with its element, so the threads do not show in the result.
/// </summary>
sealed class ParameterUpdate<TModel, T, TInput, TTarget>(TModel model, TrainerOptions options) : IParallelWork
    where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    const int NormPhase = 0, UpdatePhase = 1;

    // Fewer elements than this are done sooner than other threads wake.
    const int SharedLength = 1 << 16;

    readonly double[] blockSums = new double[(model.Parameters.Length + Gradients.Block - 1) / Gradients.Block];
    readonly int parts = model.Parameters.Length < SharedLength ? 1 : options.Threads;
    SequenceRun<T, TInput, TTarget>? run;
    T scale;

    /// <summary>The norm of the gradients of a run.</summary>
    public double Norm(SequenceRun<T, TInput, TTarget> run)
    {
        this.run = run;
        run.Pool.Run(this, NormPhase, parts);
        double sum = 0;
        foreach (double ofBlock in blockSums) sum += ofBlock;
        return Math.Sqrt(sum);
    }

    /// <summary>Clips the gradients of a run and moves the parameters.</summary>
    public void Step(SequenceRun<T, TInput, TTarget> run, double norm)
    {
        this.run = run;
        scale = options.ClipNorm is { } maxNorm ? T.CreateChecked(Gradients.NormScale(norm, maxNorm)) : T.One;
        options.Optimizer.BeginStep();
        run.Pool.Run(this, UpdatePhase, parts);
    }

    void IParallelWork.Execute(int phase, int part)
    {
        int first = (int)((long)blockSums.Length * part / parts), end = (int)((long)blockSums.Length * (part + 1) / parts);
        Span<T> gradients = run!.Gradients, parameters = model.Parameters;
        for (int block = first; block < end; block++)
        {
            int start = block * Gradients.Block;
            int count = Math.Min(Gradients.Block, gradients.Length - start);
            if (phase == NormPhase) blockSums[block] = Reductions.SumOfSquares<T>(gradients.Slice(start, count));
            else UpdateBlock(parameters, gradients, start, count);
        }
    }

    void UpdateBlock(Span<T> parameters, Span<T> gradients, int start, int count)
    {
        if (options.ClipValue is { } maxValue)
        {
            Span<T> block = gradients.Slice(start, count);
            TensorPrimitives.Multiply(block, scale, block);
            Gradients.ClipByValue(block, maxValue);
            options.Optimizer.Update<T>(parameters, gradients, start, count, T.One);
        }
        else
        {
            options.Optimizer.Update<T>(parameters, gradients, start, count, scale);
        }
    }
}

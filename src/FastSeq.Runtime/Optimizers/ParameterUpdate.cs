using System.Numerics;
using System.Numerics.Tensors;
using FastSeq.Kernels;
using FastSeq.Tensors;

namespace FastSeq;

/// <summary>
/// The end of a training step: the norm, then clipping and the optimizer's update in one pass, over fixed blocks of the flat buffers, shared by threads.
/// The norm adds the blocks in their order and an update is alone with its element, so the threads do not show in the result.
/// </summary>
sealed class ParameterUpdate<T>(AlignedBuffer<T> parameters, AlignedBuffer<T> gradients, WorkerPool pool) : IParallelWork
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const int NormPhase = 0, UpdatePhase = 1;

    // Fewer elements than this are done sooner than other threads wake.
    const int SharedLength = 1 << 14;

    readonly double[] blockSums = new double[(parameters.Length + Gradients.Block - 1) / Gradients.Block];
    readonly int parts = parameters.Length < SharedLength ? 1 : pool.Threads;
    Optimizer? optimizer;
    T scale;
    double? maxValue;

    /// <summary>The norm of all gradients.</summary>
    public double Norm()
    {
        pool.Run(this, NormPhase, parts);
        double sum = 0;
        foreach (double ofBlock in blockSums) sum += ofBlock;
        return Math.Sqrt(sum);
    }

    /// <summary>Clips the gradients and moves the parameters.</summary>
    /// <param name="optimizer">Moves the parameters.</param>
    /// <param name="norm">The norm of the gradients.</param>
    /// <param name="maxNorm">The norm that they are scaled down to, if theirs is larger.</param>
    /// <param name="maxValue">Limits every gradient, after the norm.</param>
    public void Step(Optimizer optimizer, double norm, double? maxNorm, double? maxValue)
    {
        optimizer.Prepare<T>(parameters.Length);
        this.optimizer = optimizer;
        this.maxValue = maxValue;
        scale = maxNorm is { } most ? T.CreateChecked(Gradients.NormScale(norm, most)) : T.One;
        optimizer.BeginStep();
        pool.Run(this, UpdatePhase, parts);
        this.optimizer = null;
    }

    void IParallelWork.Execute(int phase, int part)
    {
        int first = (int)((long)blockSums.Length * part / parts), end = (int)((long)blockSums.Length * (part + 1) / parts);
        for (int block = first; block < end; block++)
        {
            int start = block * Gradients.Block;
            int count = Math.Min(Gradients.Block, gradients.Length - start);
            if (phase == NormPhase) blockSums[block] = Reductions.SumOfSquares<T>(gradients.Span.Slice(start, count));
            else UpdateBlock(start, count);
        }
    }

    void UpdateBlock(int start, int count)
    {
        if (maxValue is { } limit)
        {
            Span<T> block = gradients.Span.Slice(start, count);
            TensorPrimitives.Multiply(block, scale, block);
            Gradients.ClipByValue(block, limit);
            optimizer!.Update<T>(parameters.Span, gradients.Span, start, count, T.One);
        }
        else
        {
            optimizer!.Update<T>(parameters.Span, gradients.Span, start, count, scale);
        }
    }
}

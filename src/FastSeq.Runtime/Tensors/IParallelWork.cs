namespace FastSeq.Tensors;

/// <summary>Work in numbered parts that may run at the same time on different threads.</summary>
public interface IParallelWork
{
    /// <summary>Does one part of one phase. Parts of a phase must not depend on each other.</summary>
    /// <param name="phase">What to do; the number given to <see cref="WorkerPool.Run"/>.</param>
    /// <param name="part">Which part of it, from 0.</param>
    void Execute(int phase, int part);
}

namespace FastSeq.Benchmarks.Workloads;

/// <summary>One library set up for one workload.</summary>
abstract class Contender(string name, int threads) : IDisposable
{
    /// <summary>The name the column of the first contender carries.</summary>
    public const string Ours = "FastSeq";

    public string Name { get; } = name;
    public int Threads { get; } = threads;

    /// <summary>What must hold before a sample and may have been changed by another contender, for instance the number of threads.</summary>
    public virtual void Prepare()
    {
    }

    /// <summary>Does the work <paramref name="calls"/> times; this is what is timed.</summary>
    public abstract void Run(int calls);

    /// <summary>Numbers that every contender must agree on: outputs, or losses of the first steps. Called once, before <see cref="Run"/>.</summary>
    public abstract float[] Check();

    public virtual void Dispose()
    {
    }
}

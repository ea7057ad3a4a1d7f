namespace FastSeq;

/// <content>Moments that are elsewhere for a while: runs on a device keep them there from step to step.</content>
public abstract partial class Optimizer
{
    IMomentHolder? holder;

    /// <summary>The step in numbers, once it has begun.</summary>
    internal abstract UpdateRule Rule { get; }

    /// <summary>How many moments there are of each parameter.</summary>
    internal int Moments => MomentCount;

    /// <summary>All numbers of a moment, as the processor keeps them.</summary>
    internal Span<T> MomentOf<T>(int index)
        where T : unmanaged
        => Moment<T>(index, 0, length);

    /// <summary>Whether somebody has the moments.</summary>
    internal bool IsHeldBy(IMomentHolder other) => holder == other;

    /// <summary>From now on somebody else has the moments; nobody had them before.</summary>
    internal void LendMoments(IMomentHolder to) => holder = to;

    /// <summary>Brings the moments back from whoever has them.</summary>
    internal void TakeMomentsBack()
    {
        holder?.ReturnMoments();
        holder = null;
    }

    /// <summary>The moments that somebody else has are lost or of no use: those kept here count.</summary>
    internal void ForgetHolder() => holder = null;
}

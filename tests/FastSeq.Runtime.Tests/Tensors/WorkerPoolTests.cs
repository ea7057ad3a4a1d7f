using FastSeq.Tensors;
using Xunit;

namespace FastSeq.Tests.Tensors;

public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 5)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(3, 40)]
    [InlineData(4, 0)]
    public void EveryPart_RunsOnceInItsPhase(int threads, int parts)
    {
        using var pool = new WorkerPool(threads);
        var work = new Counting(Math.Max(parts, 1));
        for (int round = 1; round <= 2000; round++)
        {
            pool.Run(work, round, parts);
            for (int part = 0; part < parts; part++)
            {
                Assert.Equal(round, work.Runs[part]);
                Assert.Equal(round, work.Phases[part]);
            }
        }
    }

    [Fact]
    public void PartZero_RunsOnTheCaller()
    {
        using var pool = new WorkerPool(3);
        int thread = -1;
        var work = new Delegating((_, part) =>
        {
            if (part == 0) thread = Environment.CurrentManagedThreadId;
        });
        for (int i = 0; i < 100; i++)
        {
            pool.Run(work, 0, 3);
            Assert.Equal(Environment.CurrentManagedThreadId, thread);
        }
    }

    [Fact]
    public void ParkedWorkers_TakePartInTheNextRun()
    {
        using var pool = new WorkerPool(2);
        using var both = new Barrier(2);
        var work = new Delegating((_, _) => both.SignalAndWait(TestContext.Current.CancellationToken));
        for (int i = 0; i < 5; i++)
        {
            Thread.Sleep(20);
            pool.Run(work, 0, 2);
        }

        Assert.Equal(5, both.CurrentPhaseNumber);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Failure_SurfacesInTheCallerAndThePoolGoesOn(int failing)
    {
        using var pool = new WorkerPool(3);
        var bad = new Delegating((_, part) =>
        {
            if (part == failing) throw new InvalidTimeZoneException($"part {part}");
        });
        for (int i = 0; i < 50; i++)
        {
            var thrown = Assert.Throws<InvalidTimeZoneException>(() => pool.Run(bad, 0, 4));
            Assert.Equal($"part {failing}", thrown.Message);
            var good = new Counting(4);
            pool.Run(good, 7, 4);
            Assert.All(good.Runs, runs => Assert.Equal(1, runs));
        }
    }

    [Fact]
    public void SeveralFailures_TheLowestPartIsThrown()
    {
        using var pool = new WorkerPool(2);
        using var both = new Barrier(2);
        var work = new Delegating((_, part) =>
        {
            both.SignalAndWait(TestContext.Current.CancellationToken);
            throw new InvalidTimeZoneException($"part {part}");
        });
        for (int i = 0; i < 50; i++) Assert.Equal("part 0", Assert.Throws<InvalidTimeZoneException>(() => pool.Run(work, 0, 2)).Message);
    }

    [Fact]
    public void RunWithinAPart_IsAnError()
    {
        using var pool = new WorkerPool(2);
        var inner = new Counting(2);
        using var both = new Barrier(2);
        int refused = 0;
        var work = new Delegating((_, _) =>
        {
            both.SignalAndWait(TestContext.Current.CancellationToken);
            try
            {
                pool.Run(inner, 0, 2);
            }
            catch (InvalidOperationException)
            {
                Interlocked.Increment(ref refused);
            }
        });
        pool.Run(work, 0, 2);
        Assert.Equal(2, refused);
    }

    [Fact]
    public void Run_AllocatesNothing()
    {
        using var pool = new WorkerPool(3);
        var work = new Counting(3);
        Assert.Equal(0, LeastAllocation.Of(() =>
        {
            for (int i = 0; i < 3000; i++)
            {
                pool.Run(work, 0, 3);
                if (i % 1000 == 0) Thread.Sleep(2);
            }
        }));
    }

    [Fact]
    public void Dispose_EndsTheThreadsAndTwiceIsFine()
    {
        var pool = new WorkerPool(4);
        pool.Run(new Counting(4), 0, 4);
        pool.Dispose();
        pool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pool.Run(new Counting(1), 0, 1));
    }

    sealed class Counting(int parts) : IParallelWork
    {
        public int[] Runs { get; } = new int[parts];

        public int[] Phases { get; } = new int[parts];

        public void Execute(int phase, int part)
        {
            Interlocked.Increment(ref Runs[part]);
            Phases[part] = phase;
        }
    }

    sealed class Delegating(Action<int, int> action) : IParallelWork
    {
        public void Execute(int phase, int part) => action(phase, part);
    }
}

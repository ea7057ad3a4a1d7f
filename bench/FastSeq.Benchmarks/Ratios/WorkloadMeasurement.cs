using System.Diagnostics;
using FastSeq.Benchmarks.Peers;
using FastSeq.Benchmarks.Workloads;

namespace FastSeq.Benchmarks.Ratios;

/// <summary>All contenders of one workload, checked against each other and then timed in turn.</summary>
sealed class WorkloadMeasurement : IDisposable
{
    /// <summary>On a machine busy with other things a workload is cut short after this time, so that a run stays under ten minutes.</summary>
    static readonly TimeSpan s_longest = TimeSpan.FromSeconds(20);
    const int FewestRounds = 3;

    readonly Workload _workload;
    readonly int[] _threads;
    readonly Dictionary<(WeightPrecision Precision, int Threads), Cell> _ours = [];
    readonly List<Cell> _peers = [];
    readonly Dictionary<WeightPrecision, double> _differences = [];
    readonly Dictionary<WeightPrecision, ReadProbe> _readProbes = [];
    readonly Dictionary<WeightPrecision, double> _readPeaks = [];

    public WorkloadMeasurement(Workload workload, bool torch, int? onlyThreads)
    {
        // Contenders start their threads when they are made: those of a pinned thread would stay on its core.
        CorePinning.Set(pinned: false);
        _workload = workload;
        _threads = [.. workload.Threads.Where(threads => onlyThreads is null || threads == onlyThreads)];
        var weights = new NetworkWeights(workload.Network);
        var data = new BatchData(workload.Network, workload.Batch, workload.TimeSteps);
        foreach (int threads in workload.Threads.Where(threads => torch && threads <= _threads.Max()))
            _peers.Add(new Cell(NewTorch(workload, weights, data, threads)));
        foreach (int threads in _threads)
        {
            foreach (WeightPrecision precision in Enum.GetValues<WeightPrecision>())
            {
                if (workload.Ours(precision, weights, data, threads) is { } contender)
                {
                    _ours.Add((precision, threads), new Cell(contender));
                    if (workload.Work == Work.Step)
                        _readProbes[precision] = new ReadProbe((long)WeightBytes(precision));
                }
            }
        }

        if (workload.Work == Work.Step)
            _peers.Add(new Cell(new OnnxStep(workload.Network, weights, data)));
        else if (workload.Work == Work.Predict)
            _peers.Add(new Cell(new OnnxPredict(workload.Network, weights, data)));
    }

    IEnumerable<Cell> Cells => _ours.Values.Concat(_peers);

    public void Run(int rounds, ref double bestPeak)
    {
        Check();
        Cell[] cells = [.. Cells];
        foreach (Cell cell in cells)
            cell.WarmUp();
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; round < rounds && (round < FewestRounds || Stopwatch.GetElapsedTime(start) < s_longest); round++)
        {
            foreach (Cell cell in cells)
                cell.Measure(ref bestPeak);
            foreach ((WeightPrecision precision, ReadProbe probe) in _readProbes)
                _readPeaks[precision] = Math.Max(probe.Measure(), _readPeaks.GetValueOrDefault(precision));
        }
    }

    /// <summary>Bytes of weights a second of a step, as a share of what the core reads from a block of that size.</summary>
    double? ReadShare(WeightPrecision precision, Cell? ours) => ours is null || !_readProbes.ContainsKey(precision)
        ? null
        : WeightBytes(precision) / (ours.Microseconds * 1e3) / _readPeaks[precision];

    double WeightBytes(WeightPrecision precision) =>
        _workload.Network.RecurrentWeights * precision switch { WeightPrecision.F32 => 4, WeightPrecision.BF16 => 2, _ => 1 };

    public bool IsDisturbed(double bestPeak) => Cells.Any(cell => cell.IsDisturbed(bestPeak));

    public IEnumerable<RatioRow> Rows(double bestPeak)
    {
        // Without a model of ours the peers are still worth a row.
        var precisions = _ours.Keys.Select(key => key.Precision).DefaultIfEmpty(WeightPrecision.F32).Distinct().Order().ToArray();
        foreach (WeightPrecision precision in precisions)
        {
            foreach (int threads in _threads)
            {
                Cell? ours = _ours.GetValueOrDefault((precision, threads));

                // A peer may use fewer threads than it is allowed to, where that is faster.
                Cell? best = _peers.Where(peer => peer.Contender.Threads <= threads).MinBy(peer => peer.Microseconds);
                yield return new RatioRow
                {
                    Table = _workload.Table,
                    Workload = _workload.Name,
                    Precision = precision.ToString().ToLowerInvariant(),
                    Threads = threads,
                    OursMicroseconds = ours?.Microseconds,
                    BestPeer = best is null ? null : best.Contender.Name + (best.Contender.Threads == threads ? "" : " (1 thread)"),
                    PeerMicroseconds = best?.Microseconds,
                    FmaShare = ours?.ShareOfPeak(_workload.Flops),
                    ReadShare = ReadShare(precision, ours),
                    Allocated = ours?.Allocated(),
                    TorchMicroseconds = PeerTime("TorchSharp", threads),
                    OnnxMicroseconds = PeerTime("ONNX Runtime", threads),
                    Difference = ours is null ? null : _differences.GetValueOrDefault(precision),
                    Disturbed = IsDisturbed(bestPeak),
                };
            }
        }
    }

    double? PeerTime(string name, int threads) =>
        _peers.Find(peer => peer.Contender.Name == name && peer.Contender.Threads == threads)?.Microseconds;

    /// <summary>Everybody computes the same numbers before anybody is timed.</summary>
    void Check()
    {
        if (_peers.Count == 0)
            return;
        float[] expected = Numbers(_peers[0]);
        foreach (Cell peer in _peers.Skip(1))
            Compare(peer.Contender.Name, expected, Numbers(peer), 1e-4);
        foreach (((WeightPrecision precision, int threads), Cell cell) in _ours)
        {
            double tolerance = precision switch { WeightPrecision.F32 => 1e-4, WeightPrecision.BF16 => 0.03, _ => 0.1 };
            double difference = Compare($"{cell.Contender.Name} ({precision}, {threads} threads)", expected, Numbers(cell), tolerance);
            _differences[precision] = Math.Max(difference, _differences.GetValueOrDefault(precision));
        }
    }

    static float[] Numbers(Cell cell)
    {
        cell.Contender.Prepare();
        return cell.Contender.Check();
    }

    double Compare(string who, float[] expected, float[] actual, double tolerance)
    {
        if (actual.Length != expected.Length)
            throw new CheckException($"{_workload.Name}: {who} gives {actual.Length} numbers, {_peers[0].Contender.Name} {expected.Length}");
        double worst = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs(expected[i] - actual[i]);
            if (!(difference <= tolerance * (1 + Math.Abs(expected[i]))))
                throw new CheckException($"{_workload.Name}: {who} gives {actual[i]} where {_peers[0].Contender.Name} gives {expected[i]} (number {i})");
            worst = Math.Max(worst, difference);
        }

        return worst;
    }

    static Contender NewTorch(Workload workload, NetworkWeights weights, BatchData data, int threads) => workload.Work switch
    {
        Work.Step => new TorchStep(workload.Network, weights, data),
        Work.Predict => new TorchPredict(workload.Network, weights, data),
        Work.TrainingStep => new TorchTraining(workload.Network, weights, data, threads, update: true),
        _ => new TorchTraining(workload.Network, weights, data, threads, update: false),
    };

    public void Dispose()
    {
        foreach (Cell cell in Cells)
            cell.Dispose();
    }
}

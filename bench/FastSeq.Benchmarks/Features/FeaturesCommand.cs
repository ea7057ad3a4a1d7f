using System.CommandLine;
using FastSeq.Benchmarks.Ratios;
using FastSeq.Benchmarks.Shared;
using FastSeq.Benchmarks.Streams;
using FastSeq.Benchmarks.Workloads;

namespace FastSeq.Benchmarks.Features;

/// <summary>
/// What does a feature cost beside its arithmetic? Each against the plain cell in the same rounds: time over time, divided by the operations of products over those of the plain cell.
/// 1.00 is the cost of the arithmetic alone; what is no product (activations, masks, merges) counts as no arithmetic at all. One exception: of a layer-normalised cell the normalisations are the
/// feature, so their operations count with those of its products.
/// </summary>
static class FeaturesCommand
{
    const int Rounds = 15, Batch = 16, TimeSteps = 64, Units = 128;
    const double Goal = 1.15;

    /// <summary>The operations of a normalisation for each number: mean 1, variance 3, (x - mean)·r 2, weight and bias 2.</summary>
    const int NormalisationForward = 8;

    /// <summary>Those of its gradients: by what was normalised 1, its two sums over the row 3, the slope 5, the weight's gradient 2, the bias's 1.</summary>
    const int NormalisationBackward = 12;

    static double s_bestPeak;
    static int s_over;
    static readonly List<(string Name, Action Measure)> s_rows = [];

    public static Command Create()
    {
        Argument<string> only = BenchOptions.TextArgument("Features whose names have the text.");
        var command = new Command("features", "What each feature costs beside its arithmetic.") { only };
        command.SetAction(parsed => Run(parsed.GetValue(only)!));
        return command;
    }

    static void Run(string only)
    {
        AddRows();
        var rows = Selection.ByName(s_rows, row => row.Name, only, "feature", StringComparison.OrdinalIgnoreCase);
        s_bestPeak = FmaProbe.Measure();
        Console.WriteLine($"{Versions.CpuName}\n\n64 features, {Units} units, {TimeSteps} time steps; training and prediction of {Batch} sequences on one thread, a step of one stream; medians of {Rounds} rounds.\nOperations are those of products; of layer-normalised cells those of the normalisations, too ({NormalisationForward} a number forward, {NormalisationBackward} back).\n");
        Console.WriteLine("| feature | beside | FLOP ratio | training us | per FLOP | prediction us | per FLOP | step us | per FLOP |");
        Console.WriteLine("|---|---|--:|--:|--:|--:|--:|--:|--:|");
        foreach ((_, Action measure) in rows)
            measure();
        Console.WriteLine($"\n{s_over} figures above {Goal}; best FMA probe {s_bestPeak:F1} GFLOP/s.");
    }

    static void AddRows()
    {
        var plainLstm = Plain<PlainLstm, PlainLstm.State>(static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<ReverseLstm, ReverseLstm.State>("Direction.Reverse", plainLstm, null);
        Row<BidirectionalLstm, BidirectionalLstm.State>("Direction.Bidirectional", plainLstm, null);
        Row<SummedLstm, SummedLstm.State>("Bidirectional, Merge.Sum", plainLstm, null);
        Row<LearnedStateLstm, LearnedStateLstm.State>("LearnInitialState", plainLstm, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<UnbiasedLstm, UnbiasedLstm.State>("Bias = false", plainLstm, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<CoupledLstm, CoupledLstm.State>("Coupled", plainLstm, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<PeepholeLstm, PeepholeLstm.State>("Peepholes", plainLstm, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<ProjectedLstm, ProjectedLstm.State>("ProjectionSize = 64", plainLstm, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<CellClipLstm, CellClipLstm.State>("CellClip", plainLstm, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<InputClipLstm, InputClipLstm.State>("InputClip", plainLstm, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<HardSigmoidLstm, HardSigmoidLstm.State>("GateActivation = HardSigmoid", plainLstm, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<SoftsignLstm, SoftsignLstm.State>("Cell and Output Softsign", plainLstm, static (model, x, states, y) => model.Step(x, ref states[0], y));
        var plainGru = Plain<PlainGru, PlainGru.State>(static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<BidirectionalGru, BidirectionalGru.State>("Bidirectional", plainGru, null);
        Row<BeforeProductGru, BeforeProductGru.State>("Reset.BeforeProduct", plainGru, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<InputClipGru, InputClipGru.State>("InputClip", plainGru, static (model, x, states, y) => model.Step(x, ref states[0], y));
        var plainStack = Plain<PlainStack, PlainStack.State>(static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<DropoutStack, DropoutStack.State>("Dropout between layers", plainStack, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<ResidualStack, ResidualStack.State>("[Residual]", plainStack, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<SkipStack, SkipStack.State>("[Skip(\"lstm1\")]", plainStack, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<ConcatStack, ConcatStack.State>("[Skip], Merge.Concat", plainStack, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<NormalizedStack, NormalizedStack.State>("[LayerNorm]", plainStack, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<GeluStack, GeluStack.State>("[Gelu]", plainStack, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<ConvolutionStack, ConvolutionStack.State>("[Conv1d(128, 3)]", plainStack, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<DilatedStack, DilatedStack.State>("[Conv1d(64, 2, Dilation = 4)]", plainStack, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<StridedStack, StridedStack.State>("[Conv1d(128, 3, Stride = 2)]", plainStack, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<PaddedStack, PaddedStack.State>("[Conv1d(128, 3)], Padding.Same", plainStack, null);
        Row<FrozenStack, FrozenStack.State>("first layer Frozen", plainStack, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<MeanStack, MeanStack.State>("[MeanOverTime]", plainStack, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<AttentionStack, AttentionStack.State>("[AttentionPooling]", plainStack, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<LayerNormLstm, LayerNormLstm.State>("LayerNorm = true", plainLstm, static (model, x, states, y) => model.Step(x, ref states[0], y), normalised: 9 * Units);
        Row<LayerNormGru, LayerNormGru.State>("LayerNorm = true", plainGru, static (model, x, states, y) => model.Step(x, ref states[0], y), normalised: 6 * Units);
        Row<VariationalLstm, VariationalLstm.State>("InputDropout, RecurrentDropout", plainLstm, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<ZoneoutLstm, ZoneoutLstm.State>("Zoneout, CellZoneout", plainLstm, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<ZoneoutGru, ZoneoutGru.State>("Zoneout", plainGru, static (model, x, states, y) => model.Step(x, ref states[0], y));
        Row<WeightDropLstm, WeightDropLstm.State>("WeightDrop", plainLstm, static (model, x, states, y) => model.Step(x, ref states[0], y));
    }

    /// <summary>The three ways of one model.</summary>
    sealed record Ways(ModelInfo Info, Cell Training, Cell Prediction, Cell? Step);

    /// <summary>A plain cell, made and warmed up when the first feature is compared with it.</summary>
    static Lazy<Ways> Plain<TModel, TState>(StreamLoop<TModel, TState> step)
        where TModel : class, ISequenceModel<TModel, float, float, float>
        where TState : unmanaged => new(() => WaysOf(step));

    static Ways WaysOf<TModel, TState>(StreamLoop<TModel, TState>? step)
        where TModel : class, ISequenceModel<TModel, float, float, float>
        where TState : unmanaged
    {
        TModel model = TModel.Create(1);
        ModelInfo info = TModel.ModelInfo;
        var ways = new Ways(
            info, new Cell(new BatchWork<TModel>(model, info, isTraining: true)), new Cell(new BatchWork<TModel>(model, info, isTraining: false)),
            step is null ? null : new Cell(new StepWork<TModel, TState>(model, info, step)));
        ways.Training.WarmUp();
        ways.Prediction.WarmUp();
        ways.Step?.WarmUp();
        return ways;
    }

    /// <param name="name">The feature.</param>
    /// <param name="plain">What it is compared with.</param>
    /// <param name="step">A step of one stream, or null where the model has none.</param>
    /// <param name="normalised">The numbers that the cell normalises in a time step.</param>
    static void Row<TModel, TState>(string name, Lazy<Ways> plain, StreamLoop<TModel, TState>? step, int normalised = 0)
        where TModel : class, ISequenceModel<TModel, float, float, float>
        where TState : unmanaged => s_rows.Add((name, () => Measure(name, plain.Value, step, normalised)));

    static void Measure<TModel, TState>(string name, Ways plain, StreamLoop<TModel, TState>? step, int normalised)
        where TModel : class, ISequenceModel<TModel, float, float, float>
        where TState : unmanaged
    {
        Ways ways = WaysOf(step);
        double products = ways.Info.FlopsPerStep, ofPlain = plain.Info.FlopsPerStep;
        double forward = (products + (normalised * NormalisationForward)) / ofPlain;

        // Back there are two products for each one forward.
        double training = ((3 * products) + (normalised * (NormalisationForward + NormalisationBackward))) / (3 * ofPlain);
        Console.WriteLine($"| {name} | {plain.Info.Name} | {training:F2} | {Compare(ways.Training, plain.Training, training)} | {Compare(ways.Prediction, plain.Prediction, forward)} | {(ways.Step is null ? "- | -" : Compare(ways.Step, plain.Step!, forward))} |");
        ways.Training.Dispose();
        ways.Prediction.Dispose();
        ways.Step?.Dispose();
    }

    /// <summary>The time, and the ratio of times by that of the operations.</summary>
    static string Compare(Cell cell, Cell plain, double flops)
    {
        var ratios = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            double of = cell.Measure(ref s_bestPeak), beside = plain.Measure(ref s_bestPeak);
            ratios[round] = of / beside / flops;
        }

        double ratio = Statistics.Median(ratios);
        if (ratio > Goal)
            s_over++;
        return $"{cell.Microseconds:F2} | {ratio:F2}{(ratio > Goal ? " !" : "")}";
    }

    sealed class BatchWork<TModel> : Contender
        where TModel : class, ISequenceModel<TModel, float, float, float>
    {
        readonly SequenceRun<float, float, float> _run;
        readonly bool _isTraining;
        readonly float[] _x, _targets, _y;
        readonly int[] _lengths = [.. Enumerable.Repeat(TimeSteps, Batch)];

        public BatchWork(TModel model, ModelInfo info, bool isTraining)
            : base(Ours, 1)
        {
            _run = model.NewRun(Batch, TimeSteps, 1);
            _isTraining = isTraining;
            int rows = info.LastStepOnly ? Batch : Batch * info.OutputSteps(TimeSteps);
            _x = [.. Enumerable.Range(0, Batch * TimeSteps * info.InputSize).Select(i => MathF.Sin(i))];
            _targets = [.. Enumerable.Range(0, rows * info.OutputSize).Select(i => MathF.Cos(i))];
            _y = new float[rows * info.OutputSize];
        }

        public override void Run(int calls)
        {
            for (int i = 0; i < calls; i++)
            {
                if (_isTraining)
                {
                    _run.Forward(new(_x, _lengths, _targets), training: true);
                    _run.Backward();
                }
                else
                {
                    _run.Predict(_x, _lengths, _y);
                }
            }
        }

        public override float[] Check() => _y;

        public override void Dispose() => _run.Dispose();
    }

    sealed class StepWork<TModel, TState>(TModel model, ModelInfo info, StreamLoop<TModel, TState> step) : Contender(Ours, 1)
        where TState : unmanaged
    {
        readonly float[] _x = [.. Enumerable.Range(0, info.InputSize).Select(i => MathF.Sin(i))];
        readonly float[] _y = new float[info.OutputSize];
        readonly TState[] _states = new TState[1];

        public override void Run(int calls)
        {
            for (int i = 0; i < calls; i++)
                step(model, _x, _states, _y);
        }

        public override float[] Check() => _y;
    }
}

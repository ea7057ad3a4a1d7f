using FastSeq.Benchmarks.Ours;

namespace FastSeq.Benchmarks.Workloads;

/// <summary>Every workload of the tables.</summary>
static class WorkloadCatalog
{
    static readonly Network s_simpleRnn = new(CellKind.Rnn, 10, 20) { HeadSize = 5 };
    static readonly Network s_timeSeriesPredictor = new(CellKind.Lstm, 5, 64) { Layers = 2, HeadSize = 1, LastStepOnly = true };
    static readonly Network s_charLM = new(CellKind.Lstm, 64, 256) { Vocabulary = 64, Layers = 2, HeadSize = 64, CrossEntropy = true };
    static readonly Network s_textClassifier = new(CellKind.Lstm, 128, 256)
    {
        Vocabulary = 10_000,
        HeadSize = 5,
        LastStepOnly = true,
        CrossEntropy = true,
        Dropout = 0.5f,
    };

    public static IReadOnlyList<Workload> All { get; } = [.. Steps(), .. Sequences(), .. TrainingSteps()];

    public static IEnumerable<string> Names(string table) => All.Where(workload => workload.Table == table).Select(workload => workload.Name);

    public static Workload Find(string table, string name) => All.Single(workload => workload.Table == table && workload.Name == name);

    /// <summary>Table A. Each loop names its model, so that the call of <c>Step</c> is as direct as in a user's code.</summary>
    static IEnumerable<Workload> Steps() =>
    [
        Step<SimpleRnn, SimpleRnn.State>("RNN 10->20 + Linear 5", s_simpleRnn, static (model, calls, x, ref state, y) =>
        {
            for (int i = 0; i < calls; i++) model.Step(x, ref state, y);
        }),
        Step<Lstm10To20, Lstm10To20.State>("LSTM 10->20", new(CellKind.Lstm, 10, 20), static (model, calls, x, ref state, y) =>
        {
            for (int i = 0; i < calls; i++) model.Step(x, ref state, y);
        }),
        Step<Gru10To20, Gru10To20.State>("GRU 10->20", new(CellKind.Gru, 10, 20), static (model, calls, x, ref state, y) =>
        {
            for (int i = 0; i < calls; i++) model.Step(x, ref state, y);
        }),
        Step<Lstm1To16To1, Lstm1To16To1.State>("LSTM 1->16 + Linear 1", new(CellKind.Lstm, 1, 16) { HeadSize = 1 }, static (model, calls, x, ref state, y) =>
        {
            for (int i = 0; i < calls; i++) model.Step(x, ref state, y);
        }),
        Step<Lstm64To64, Lstm64To64.State>("LSTM 64->64", new(CellKind.Lstm, 64, 64), static (model, calls, x, ref state, y) =>
        {
            for (int i = 0; i < calls; i++) model.Step(x, ref state, y);
        }).Also<Lstm64To64BFloat16, Lstm64To64BFloat16.State>(WeightPrecision.BF16, static (model, calls, x, ref state, y) =>
        {
            for (int i = 0; i < calls; i++) model.Step(x, ref state, y);
        }).Also<Lstm64To64Int8, Lstm64To64Int8.State>(WeightPrecision.Int8, static (model, calls, x, ref state, y) =>
        {
            for (int i = 0; i < calls; i++) model.Step(x, ref state, y);
        }),
        Step<Lstm128To256, Lstm128To256.State>("LSTM 128->256", new(CellKind.Lstm, 128, 256), static (model, calls, x, ref state, y) =>
        {
            for (int i = 0; i < calls; i++) model.Step(x, ref state, y);
        }).Also<Lstm128To256BFloat16, Lstm128To256BFloat16.State>(WeightPrecision.BF16, static (model, calls, x, ref state, y) =>
        {
            for (int i = 0; i < calls; i++) model.Step(x, ref state, y);
        }).Also<Lstm128To256Int8, Lstm128To256Int8.State>(WeightPrecision.Int8, static (model, calls, x, ref state, y) =>
        {
            for (int i = 0; i < calls; i++) model.Step(x, ref state, y);
        }),
        Step<Gru128To256, Gru128To256.State>("GRU 128->256", new(CellKind.Gru, 128, 256), static (model, calls, x, ref state, y) =>
        {
            for (int i = 0; i < calls; i++) model.Step(x, ref state, y);
        }).Also<Gru128To256BFloat16, Gru128To256BFloat16.State>(WeightPrecision.BF16, static (model, calls, x, ref state, y) =>
        {
            for (int i = 0; i < calls; i++) model.Step(x, ref state, y);
        }).Also<Gru128To256Int8, Gru128To256Int8.State>(WeightPrecision.Int8, static (model, calls, x, ref state, y) =>
        {
            for (int i = 0; i < calls; i++) model.Step(x, ref state, y);
        }),
        Step<Lstm256To512, Lstm256To512.State>("LSTM 256->512", new(CellKind.Lstm, 256, 512), static (model, calls, x, ref state, y) =>
        {
            for (int i = 0; i < calls; i++) model.Step(x, ref state, y);
        }).Also<Lstm256To512BFloat16, Lstm256To512BFloat16.State>(WeightPrecision.BF16, static (model, calls, x, ref state, y) =>
        {
            for (int i = 0; i < calls; i++) model.Step(x, ref state, y);
        }).Also<Lstm256To512Int8, Lstm256To512Int8.State>(WeightPrecision.Int8, static (model, calls, x, ref state, y) =>
        {
            for (int i = 0; i < calls; i++) model.Step(x, ref state, y);
        }),
    ];

    /// <summary>Table B.</summary>
    static IEnumerable<Workload> Sequences() =>
    [
        Predict<TextClassifier, int, int>("TextClassifier batch 1", s_textClassifier, 1, 100)
            .Also<TextClassifierBFloat16, int>(WeightPrecision.BF16).Also<TextClassifierInt8, int>(WeightPrecision.Int8),
        Predict<TextClassifier, int, int>("TextClassifier batch 32", s_textClassifier, 32, 100),
        Predict<TimeSeriesPredictor, float, float>("TimeSeriesPredictor batch 1", s_timeSeriesPredictor, 1, 50),
        Predict<TimeSeriesPredictor, float, float>("TimeSeriesPredictor batch 16", s_timeSeriesPredictor, 16, 50),
    ];

    /// <summary>Table C.</summary>
    static IEnumerable<Workload> TrainingSteps() =>
    [
        Train<SimpleRnn, float, float>("SimpleRnn", s_simpleRnn, 32, 50),
        Train<TimeSeriesPredictor, float, float>("TimeSeriesPredictor", s_timeSeriesPredictor, 16, 50),
        Train<TextClassifier, int, int>("TextClassifier", s_textClassifier, 32, 100),
        Train<CharLM, int, int>("CharLM", s_charLM, 32, 64),
        Layer<Lstm128To256>("layer LSTM 128->256", new(CellKind.Lstm, 128, 256), 32, 100),
        Layer<Gru128To256>("layer GRU 128->256", new(CellKind.Gru, 128, 256), 32, 100),
        Layer<Lstm5To64To64>("layer LSTM 5->64->64", new(CellKind.Lstm, 5, 64) { Layers = 2 }, 16, 50),
        Layer<Rnn10To20>("layer RNN 10->20", new(CellKind.Rnn, 10, 20), 32, 50),
    ];

    static Workload Step<TModel, TState>(string name, Network network, StepLoop<TModel, TState> loop)
        where TModel : class, ISequenceModel<TModel, float, float, float>
        where TState : struct =>
        new("A", name, Work.Step, network, 1, 1, (precision, weights, data, _) => precision != WeightPrecision.F32
            ? null
            : new OurStep<TModel, TState>(OurWeights.NewModel<TModel, float, float>(weights), data, network.OutputSize, loop));

    /// <summary>The same step with quantised weights.</summary>
    static Workload Also<TModel, TState>(this Workload workload, WeightPrecision precision, StepLoop<TModel, TState> loop)
        where TModel : class, IQuantizedModel<TModel, float>
        where TState : struct =>
        workload.Also(precision, (weights, data, _) =>
            new OurStep<TModel, TState>(OurWeights.NewQuantized<TModel, float>(weights), data, workload.Network.OutputSize, loop));

    static Workload Predict<TModel, TInput, TTarget>(string name, Network network, int batch, int timeSteps)
        where TModel : class, ISequenceModel<TModel, float, TInput, TTarget>
        where TInput : unmanaged
        where TTarget : unmanaged =>
        new("B", name, Work.Predict, network, batch, timeSteps, (precision, weights, data, threads) => precision != WeightPrecision.F32
            ? null
            : new OurPredict<TInput>(OurWeights.NewModel<TModel, TInput, TTarget>(weights).NewRun(batch, timeSteps, threads), network, data));

    /// <summary>The same sequences with quantised weights.</summary>
    static Workload Also<TModel, TInput>(this Workload workload, WeightPrecision precision)
        where TModel : class, IQuantizedModel<TModel, TInput>
        where TInput : unmanaged =>
        workload.Also(precision, (weights, data, threads) => new OurPredict<TInput>(
            OurWeights.NewQuantized<TModel, TInput>(weights).NewRun(workload.Batch, workload.TimeSteps, threads), workload.Network, data));

    static Workload Also(this Workload workload, WeightPrecision precision, Func<NetworkWeights, BatchData, int, Contender> make) => workload with
    {
        Ours = (asked, weights, data, threads) => asked == precision ? make(weights, data, threads) : workload.Ours(asked, weights, data, threads),
    };

    static Workload Train<TModel, TInput, TTarget>(string name, Network network, int batch, int timeSteps, Work work = Work.TrainingStep)
        where TModel : class, ISequenceModel<TModel, float, TInput, TTarget>
        where TInput : unmanaged
        where TTarget : unmanaged =>
        new("C", name, work, network, batch, timeSteps, (precision, weights, data, threads) => precision != WeightPrecision.F32
            ? null
            : new OurTraining<TModel, TInput, TTarget>(OurWeights.NewModel<TModel, TInput, TTarget>(weights), network, data, threads, update: work == Work.TrainingStep));

    static Workload Layer<TModel>(string name, Network network, int batch, int timeSteps)
        where TModel : class, ISequenceModel<TModel, float, float, float> =>
        Train<TModel, float, float>(name, network, batch, timeSteps, Work.LayerGradients);
}

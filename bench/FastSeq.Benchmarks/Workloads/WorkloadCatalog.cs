namespace FastSeq.Benchmarks.Workloads;

/// <summary>Every workload of the tables.</summary>
static class WorkloadCatalog
{
    static readonly Network s_textClassifier = new(CellKind.Lstm, 128, 256)
    {
        Vocabulary = 10_000,
        HeadSize = 5,
        LastStepOnly = true,
        CrossEntropy = true,
        Dropout = 0.5f,
    };

    static readonly Network s_timeSeriesPredictor = new(CellKind.Lstm, 5, 64) { Layers = 2, HeadSize = 1, LastStepOnly = true };
    static readonly Network s_simpleRnn = new(CellKind.Rnn, 10, 20) { HeadSize = 5 };
    static readonly Network s_charLm = new(CellKind.Lstm, 64, 256) { Vocabulary = 64, Layers = 2, HeadSize = 64, CrossEntropy = true };

    public static IReadOnlyList<Workload> All { get; } =
    [
        Step("RNN 10->20 + Linear 5", s_simpleRnn),
        Step("LSTM 10->20", new(CellKind.Lstm, 10, 20)),
        Step("GRU 10->20", new(CellKind.Gru, 10, 20)),
        Step("LSTM 1->16 + Linear 1", new(CellKind.Lstm, 1, 16) { HeadSize = 1 }),
        Step("LSTM 64->64", new(CellKind.Lstm, 64, 64)),
        Step("LSTM 128->256", new(CellKind.Lstm, 128, 256)),
        Step("GRU 128->256", new(CellKind.Gru, 128, 256)),
        Step("LSTM 256->512", new(CellKind.Lstm, 256, 512)),

        new("B", "TextClassifier batch 1", Work.Predict, s_textClassifier, 1, 100, None),
        new("B", "TextClassifier batch 32", Work.Predict, s_textClassifier, 32, 100, None),
        new("B", "TimeSeriesPredictor batch 1", Work.Predict, s_timeSeriesPredictor, 1, 50, None),
        new("B", "TimeSeriesPredictor batch 16", Work.Predict, s_timeSeriesPredictor, 16, 50, None),

        new("C", "SimpleRnn", Work.TrainingStep, s_simpleRnn, 32, 50, None),
        new("C", "TimeSeriesPredictor", Work.TrainingStep, s_timeSeriesPredictor, 16, 50, None),
        new("C", "TextClassifier", Work.TrainingStep, s_textClassifier, 32, 100, None),
        new("C", "CharLM", Work.TrainingStep, s_charLm, 32, 64, None),
        new("C", "layer LSTM 128->256", Work.LayerGradients, new(CellKind.Lstm, 128, 256), 32, 100, None),
        new("C", "layer GRU 128->256", Work.LayerGradients, new(CellKind.Gru, 128, 256), 32, 100, None),
        new("C", "layer LSTM 5->64->64", Work.LayerGradients, new(CellKind.Lstm, 5, 64) { Layers = 2 }, 16, 50, None),
        new("C", "layer RNN 10->20", Work.LayerGradients, new(CellKind.Rnn, 10, 20), 32, 50, None),
    ];

    public static IEnumerable<string> Names(string table) => All.Where(workload => workload.Table == table).Select(workload => workload.Name);

    public static Workload Find(string table, string name) => All.Single(workload => workload.Table == table && workload.Name == name);

    static Workload Step(string name, Network network) => new("A", name, Work.Step, network, 1, 1, None);

    static Contender? None(WeightPrecision precision, NetworkWeights weights, BatchData data, int threads) => null;
}

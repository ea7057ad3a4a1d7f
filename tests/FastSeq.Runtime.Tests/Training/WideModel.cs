using FastSeq.Tensors;

namespace FastSeq.Tests.Training;

/// <summary>Many parameters and no use: the gradients of every backward are random numbers, for the end of a training step.</summary>
sealed class WideModel : ISequenceModel<WideModel, float, float, float>
{
    const int Count = 200_003;

    readonly AlignedBuffer<float> parameters = new(Count);

    public static ModelInfo ModelInfo { get; } = new()
    {
        Name = nameof(WideModel),
        InputSize = 1,
        OutputSize = 1,
        LastStepOnly = true,
        Loss = new MeanSquaredErrorLoss(),
        BufferLength = Count,
        Parameters = [new ParameterInfo("weight", [Count], ParameterLayout.Plain(0, Count, 1))],
    };

    public ModelInfo Info => ModelInfo;

    public Span<float> Parameters => parameters.Span;

    public static Devices.DeviceProgram DeviceProgram => throw new NotSupportedException("A model of tests is on no device.");

    public static WideModel Create(ulong seed) => new();

    public static ITrainingEngine<WideModel> CreateTrainingEngine(WideModel model, TrainerOptions options) =>
        new TrainingEngine<WideModel, float, float, float>(model, options);

    public SequenceRun<float, float, float> NewRun(int maxBatch, int maxTimeSteps, int threads, int maxTokens = int.MaxValue, ISequenceDevice? device = null) => new Run(parameters, maxBatch, maxTimeSteps, threads, maxTokens);

    sealed class Run(AlignedBuffer<float> parameters, int maxBatch, int maxTimeSteps, int threads, int maxTokens)
        : SequenceRun<float, float, float>(ModelInfo, parameters, maxBatch, maxTimeSteps, threads, maxTokens)
    {
        readonly Random random = new(4);
        readonly float[] rows = new float[2 * maxBatch];

        protected override int ForwardPhases => 1;

        protected override int BackwardPhases => 1;

        protected override Span<float> OutputRows => rows.AsSpan(0, OutputRowCount);

        protected override Span<float> OutputGradientRows => rows.AsSpan(rows.Length / 2, OutputRowCount);

        protected override void Execute(int phase, int part)
        {
            if (phase == 0 || part > 0) return;
            foreach (ref float g in Gradients) g = random.NextSingle() - 0.5f;
        }
    }
}

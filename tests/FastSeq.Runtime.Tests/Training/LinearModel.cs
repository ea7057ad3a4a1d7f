using FastSeq.Tensors;

namespace FastSeq.Tests.Training;

/// <summary>y = w·x_T + b by hand, x_T the last of the time steps: enough of a model to train before there is a generator.</summary>
sealed class LinearModel : ISequenceModel<LinearModel, float, float, float>
{
    public const int Inputs = 2;

    readonly AlignedBuffer<float> parameters = new(ModelInfo.BufferLength);

    public LinearModel(ulong seed = 0)
    {
        var random = new SplitMix64(seed);
        ModelInfo.Parameters[0].CopyFrom<float>([(float)random.Next() / ulong.MaxValue - 0.5f, (float)random.Next() / ulong.MaxValue - 0.5f], Parameters);
    }

    public static ModelInfo ModelInfo { get; } = new()
    {
        Name = nameof(LinearModel),
        InputSize = Inputs,
        OutputSize = 1,
        LastStepOnly = true,
        Loss = new MeanSquaredErrorLoss(),
        BufferLength = 32,
        Parameters =
        [
            new ParameterInfo("linear.weight", [1, Inputs], ParameterLayout.Panels(1, Inputs, 64, new GateRegion(0, 1, 0))),
            new ParameterInfo("linear.bias", [1], ParameterLayout.Panels(1, 1, 64, new GateRegion(16, 1, 0))),
        ],
    };

    public ModelInfo Info => ModelInfo;

    public Span<float> Parameters => parameters.Span;

    public static Devices.DeviceProgram DeviceProgram => throw new NotSupportedException("A model of tests is on no device.");

    internal AlignedBuffer<float> Buffer => parameters;

    /// <summary>How many runs were made, to see that they are kept.</summary>
    public int Runs { get; private set; }

    public static LinearModel Create(ulong seed) => new(seed);

    public static ITrainingEngine<LinearModel> CreateTrainingEngine(LinearModel model, TrainerOptions options) =>
        new TrainingEngine<LinearModel, float, float, float>(model, options);

    public SequenceRun<float, float, float> NewRun(int maxBatch, int maxTimeSteps, int threads, int maxTokens = int.MaxValue, ISequenceDevice? device = null)
    {
        Runs++;
        return new LinearRun(this, maxBatch, maxTimeSteps, threads, maxTokens);
    }
}

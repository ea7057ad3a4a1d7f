using FastSeq.Cells;
using Xunit;

namespace FastSeq.Tests.Cells;

/// <summary>Every gradient of the reference model against central differences of its loss, in double.</summary>
public sealed class ReferenceGradientTests
{
    // An error of about step² from the differences, and of about 1e-16 / step from rounding.
    private const double Step = 1e-5;
    private const double Tolerance = 2e-9;

    public static TheoryData<string> Models =>
    [
        "rnn tanh", "rnn relu", "lstm", "gru after", "gru before", "stacked lstm with dropout", "stacked gru, last step", "tokens, linear layers",
        "without biases", "coupled lstm", "projected lstm", "peepholes", "coupled peepholes", "clipped cell", "clipped inputs", "clipped gru",
        .. Enum.GetNames<RnnActivation>().Select(name => "f = " + name),
    ];

    [Theory]
    [MemberData(nameof(Models))]
    public void Gradients_MatchCentralDifferences(string name)
    {
        ReferenceModel<double> model = Make(name);
        var random = new Random(name.Length);
        foreach (ReferenceParameter<double> parameter in model.Parameters)
        {
            for (int i = 0; i < parameter.Values.Length; i++)
            {
                parameter.Values[i] = random.NextDouble() - 0.5;
            }
        }

        foreach (DropoutLayer<double> dropout in model.Layers.OfType<DropoutLayer<double>>())
        {
            dropout.Factor = (b, t, j) => (b + t + j) % 3 == 0 ? 0 : 1.5;
        }

        bool lastStep = model.Layers.Any(layer => layer is LastStepLayer<double>);
        bool tokens = name.StartsWith("tokens", StringComparison.Ordinal);
        ReferenceSequence<double>[] batch = [.. new[] { 4, 0, 1, 7 }.Select(length => Sequence(length, lastStep ? 1 : length))];
        ReferenceSequence<double> Sequence(int length, int rows) => new()
        {
            Features = Rows(length, 3),
            Tokens = [.. Enumerable.Range(0, length).Select(_ => random.Next(5))],
            Labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(model.OutputSize))],
            Targets = Rows(rows, model.OutputSize),
        };
        double[][] Rows(int rows, int size) => [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, size).Select(_ => random.NextDouble() - 0.5).ToArray())];
        ReferenceLoss<double> loss = tokens ? ReferenceLoss.CrossEntropy<double>() : ReferenceLoss.MeanSquaredError<double>();
        double Loss() => model.Train(batch, loss).Loss;

        Loss();
        double[][] gradients = [.. model.Parameters.Select(p => p.Gradient.ToArray())];
        Assert.All(gradients, gradient => Assert.Contains(gradient, g => g != 0));
        for (int p = 0; p < gradients.Length; p++)
        {
            double[] values = model.Parameters[p].Values;
            for (int i = 0; i < values.Length; i++)
            {
                double value = values[i];
                values[i] = value + Step;
                double above = Loss();
                values[i] = value - Step;
                double below = Loss();
                values[i] = value;
                Assert.Equal((above - below) / (2 * Step), gradients[p][i], Tolerance);
            }
        }
    }

    private static ReferenceModel<double> Make(string name) => name switch
    {
        "rnn tanh" => new ReferenceModel<double>(3).Rnn("rnn", 4).Linear("linear", 2),
        "rnn relu" => new ReferenceModel<double>(3).Rnn("rnn", 5, layers: 2, options: new CellOptions { Candidate = new CellFunction(RnnActivation.Relu) }),
        "lstm" => new ReferenceModel<double>(3).Lstm("lstm", 4).Linear("linear", 2),
        "gru after" => new ReferenceModel<double>(3).Gru("gru", 4).Linear("linear", 2),
        "gru before" => new ReferenceModel<double>(3).Gru("gru", 4, GruReset.BeforeProduct).Linear("linear", 2),
        "stacked lstm with dropout" => new ReferenceModel<double>(3).Lstm("lstm", 3, layers: 3).Dropout().Linear("linear", 2),
        "stacked gru, last step" => new ReferenceModel<double>(3).Gru("gru", 3, GruReset.BeforeProduct, layers: 2).LastStep().Linear("linear", 2),
        "without biases" => new ReferenceModel<double>(3).Lstm("lstm", 3, options: new CellOptions { Bias = false }).Linear("linear", 2, bias: false),
        "coupled lstm" => new ReferenceModel<double>(3).Lstm("lstm", 4, options: new CellOptions { Coupled = true }),
        "peepholes" => new ReferenceModel<double>(3).Lstm("lstm", 4, options: new CellOptions { Peepholes = true }),
        "coupled peepholes" => new ReferenceModel<double>(3).Lstm("lstm", 4, options: new CellOptions { Peepholes = true, Coupled = true, CellClip = 0.25 }),
        "projected lstm" => new ReferenceModel<double>(3).Lstm("lstm", 4, layers: 2, options: new CellOptions { ProjectionSize = 2, Peepholes = true }),
        "clipped cell" => new ReferenceModel<double>(3).Lstm("lstm", 4, options: new CellOptions { CellClip = 0.25 }),
        "clipped inputs" => new ReferenceModel<double>(3).Lstm("lstm", 4, options: new CellOptions { InputClip = 0.5, Coupled = true }),
        "clipped gru" => new ReferenceModel<double>(3).Gru("gru", 4, options: new CellOptions { InputClip = 0.5 }).Rnn("rnn", 2, options: new CellOptions { InputClip = 0.5 }),
        _ when name.StartsWith("f = ", StringComparison.Ordinal) => new ReferenceModel<double>(3)
            .Lstm("lstm", 4, options: new CellOptions { Gate = new CellFunction(Enum.Parse<RnnActivation>(name[4..]), 0.125, 0.5) })
            .Gru("gru", 3, options: new CellOptions { Candidate = new CellFunction(Enum.Parse<RnnActivation>(name[4..]), 0.125, 0.5) }).Linear("linear", 2),
        _ => new ReferenceModel<double>("embedding", 5, 3).Lstm("lstm", 2).LastStep()
            .Linear("linear1", 4).Activate(Activation.Relu).Linear("linear2", 4).Activate(Activation.Tanh)
            .Linear("linear3", 3).Activate(Activation.Sigmoid),
    };
}

// A stranger's project with both packages: the processor where there is no GPU, and a sentence that says so.
using FastSeq;
using FastSeq.Cuda;

Console.WriteLine(CudaDevice.Missing is { } missing ? $"no GPU: {missing}" : $"GPU: {CudaDevice.Default.Name}");
if (CudaDevice.Missing is not null)
{
    Require(CudaDevice.All.Count == 0 || CudaDevice.Missing.Contains("is missing"), "what is missing is said");
    string message = "";
    try
    {
        new Sums().CreateRun(1, 1, CudaDevice.Default).Dispose();
    }
    catch (InvalidOperationException exception)
    {
        message = exception.Message;
    }

    Require(message == CudaDevice.Missing, "a device that is not there is an error of that sentence");
}

var inputs = new float[64][];
var targets = new float[64];
for (int i = 0; i < inputs.Length; i++)
{
    inputs[i] = [i / 64f, 1 - (i / 64f), 0.5f];
    targets[i] = i / 64f;
}

AutoDevice device = CudaDevice.Auto();
var model = new Sums(seed: 1);
double first = 0, last = 0;
using (var trainer = new Trainer<Sums>(model, new TrainerOptions { Optimizer = new Adam(0.01), BatchSize = 16, Device = device }))
{
    foreach (EpochReport report in trainer.Fit(new ArrayDataset<float, float>(inputs, targets), 30))
    {
        first = report.Epoch == 1 ? report.Loss : first;
        last = report.Loss;
    }
}

Require(device.Choice is not null, "the choice is told");
Require(CudaDevice.Missing is null || (device.Choice!.Device is null && device.Choice.Reason == CudaDevice.Missing), "without a GPU it is the processor, and why");
Require(last < first * 0.5, "training lowers the loss");
Console.WriteLine($"trained on {device.Choice}");
Console.WriteLine("package with GPU: ok");

static void Require(bool condition, string what)
{
    if (!condition)
    {
        throw new InvalidOperationException("Not so: " + what + ".");
    }
}

[SequenceModel]
[Input(1)]
[Gru(8)]
[LastStep]
[Linear(1)]
[MeanSquaredError]
public sealed partial class Sums;

// A stranger's first project: the four models of the README, from the package alone.
using FastSeq;

var tokens = new int[] { 5, 77, 9_999, 0 };
var classifier = new TextClassifier(seed: 1);
using var textRun = classifier.CreateRun(maxBatch: 2, maxTimeSteps: 8);
var logits = new float[TextClassifier.OutputSize];
textRun.Predict(tokens, logits);
var textState = default(TextClassifier.State);
var stepped = new float[TextClassifier.OutputSize];
foreach (int token in tokens)
{
    classifier.Step(token, ref textState, stepped);
}

Require(logits.AsSpan().SequenceEqual(stepped), "Step and Predict give the same bits");

bool refused = false;
try
{
    classifier.Step(-1, ref textState, stepped);
}
catch (ArgumentException)
{
    refused = true;
}

Require(refused, "a token that does not exist is an ArgumentException, in a project that checks arithmetic too");

var model = new TimeSeriesPredictor(seed: 42);
var window = new float[20 * TimeSeriesPredictor.InputSize];
for (int i = 0; i < window.Length; i++)
{
    window[i] = MathF.Sin(i);
}

using var run = model.CreateRun(maxBatch: 1, maxTimeSteps: 20);
var optimizer = new AdamW(learningRate: 1e-2f);
float first = 0, last = 0;
for (int step = 0; step < 50; step++)
{
    last = run.Forward(new SequenceBatch<float, float>(window, [20], [0.5f]), training: true);
    first = step == 0 ? last : first;
    run.Backward();
    Gradients.ClipByNorm(run.Gradients, 1f);
    optimizer.Step(model.Parameters, run.Gradients);
}

Require(last < first * 0.1f, "training lowers the loss");
string path = Path.Combine(Path.GetTempPath(), $"fastseq-package-{Environment.ProcessId}.safetensors");
model.Save(path);
var copy = TimeSeriesPredictor.Load(path);
File.Delete(path);
Require(copy.Parameters.SequenceEqual(model.Parameters), "a saved model loads bit for bit");

var rnn = new SimpleRnn();
var rnnState = default(SimpleRnn.State);
rnn.Step(new float[SimpleRnn.InputSize], ref rnnState, new float[SimpleRnn.OutputSize]);
var gru = new TextbookGru();
var gruState = default(TextbookGru.State);
gru.Step(new double[TextbookGru.InputSize], ref gruState, new double[TextbookGru.OutputSize]);
Console.WriteLine("package: ok");

static void Require(bool condition, string what)
{
    if (!condition)
    {
        throw new InvalidOperationException("Not so: " + what + ".");
    }
}

[SequenceModel]
[Embedding(vocabulary: 10_000, size: 128)]
[Lstm(256)]
[LastStep]
[Dropout(0.5f)]
[Linear(5)]
[CrossEntropy]
public sealed partial class TextClassifier;

[SequenceModel]
[Input(features: 5)]
[Lstm(64, Layers = 2)]
[LastStep]
[Linear(1)]
[MeanSquaredError]
public sealed partial class TimeSeriesPredictor;

[SequenceModel]
[Input(10)]
[Rnn(20)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class SimpleRnn;

[SequenceModel(Precision = Precision.Double)]
[Input(10)]
[Gru(20, Reset = GruReset.BeforeProduct)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class TextbookGru;

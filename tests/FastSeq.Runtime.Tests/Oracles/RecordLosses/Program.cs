// Records what PyTorch's losses compute, for the tests of Losses/: losses.json beside this folder. Everything is computed in float64 from numbers that float32 holds.
//
//     dotnet run -c Release --project tests/FastSeq.Runtime.Tests/Oracles/RecordLosses
//
// The tests need no TorchSharp: the numbers are committed.
using System.Runtime.CompilerServices;
using System.Text.Json;
using FastSeq.Benchmarks.Peers;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

if (TorchLibrary.Load() is { } trouble) throw new InvalidOperationException(trouble);
var random = new Random(20);
var cases = new Dictionary<string, List<Dictionary<string, object?>>>
{
    ["cross_entropy_options"] =
    [
        CrossEntropy("smoothing", 6, 5, 0.1f),
        CrossEntropy("weights", 6, 5, 0, weights: [1, 0.25f, 3, 0, 2]),
        CrossEntropy("ignored", 7, 4, 0, ignored: -100),
        CrossEntropy("ignored class of its own", 7, 4, 0, ignored: 2),
        CrossEntropy("smoothing and weights", 6, 5, 0.3f, weights: [1, 0.25f, 3, 0.5f, 2]),
        CrossEntropy("everything", 9, 20, 0.2f, ignored: -100, weights: Numbers(20, 0.1, 3)),
        CrossEntropy("everything, many classes", 5, 300, 0.05f, ignored: 7, weights: Numbers(300, 0.1, 3)),
    ],
    ["binary_cross_entropy"] = [Binary("soft targets", 13, 1, null), Binary("weights", 20, 4, [1, 2, 0.5f, 10]), Binary("large logits", 12, 3, [3, 1, 0.1f], scale: 300), Binary("many", 1034, 11, null)],
    ["absolute_error"] = [Elementwise("numbers", 13, (y, t) => functional.l1_loss(y, t)), Elementwise("many", 1040, (y, t) => functional.l1_loss(y, t))],
    ["huber"] = [Huber("delta 1", 40, 1), Huber("delta 0.25", 30, 0.25f), Huber("delta 10", 7, 10)],
    ["quantile"] = [Quantile("three quantiles of two targets", 5, 2, [0.1f, 0.5f, 0.9f]), Quantile("one quantile", 30, 1, [0.75f])],
    ["ctc"] =
    [
        Ctc("three sequences", 5, 0, [12, 9, 7], [[1, 2, 3, 3], [4, 4], []]),
        Ctc("another blank", 4, 3, [8, 3], [[0, 1, 2], [1, 1]]),
        Ctc("just long enough", 3, 1, [5, 1], [[0, 0, 2], [2]]),
        Ctc("long", 12, 0, [50, 31], [[.. Enumerable.Range(0, 22).Select(i => 1 + (i * 7 % 11))], [5, 5, 5, 6, 1, 2, 2]]),
        Ctc("too long, zeroed", 4, 0, [3, 6], [[1, 1, 2], [1, 2]], zeroInfinity: true),
    ],
};
string path = Path.Combine(Path.GetDirectoryName(Source())!, "..", "losses.json");
File.WriteAllText(path, "{" + string.Join(",\n", cases.Select(kind => $"\"{kind.Key}\":[\n" + string.Join(",\n", kind.Value.Select(c => JsonSerializer.Serialize(c))) + "]")) + "}\n");
Console.WriteLine($"{Path.GetFullPath(path)}: libtorch {torch.__version__}");

static string Source([CallerFilePath] string path = "") => path;

float[] Numbers(int count, double least, double most) => [.. Enumerable.Range(0, count).Select(_ => (float)(least + ((most - least) * random.NextDouble())))];

static Tensor Leaf(float[] values, params long[] shape) => tensor(values, shape, ScalarType.Float64).requires_grad_();

static double[] Doubles(Tensor x) => x.contiguous().data<double>().ToArray();

static Dictionary<string, object?> Case(string name, Tensor loss, Tensor x, params (string Name, object? Value)[] inputs)
{
    loss.backward();
    var entry = new Dictionary<string, object?> { ["name"] = name };
    foreach ((string key, object? value) in inputs) entry[key] = value is float[] many ? Array.ConvertAll(many, Convert.ToDouble) : value is float one ? (double)one : value;
    entry["loss"] = loss.ToDouble();
    entry["gradients"] = Doubles(x.grad!);
    return entry;
}

Dictionary<string, object?> CrossEntropy(string name, int rows, int classes, float smoothing, int? ignored = null, float[]? weights = null)
{
    float[] logits = Numbers(rows * classes, -3, 3);
    int[] labels = [.. Enumerable.Range(0, rows).Select(row => row % 3 == 1 && ignored is { } mark ? mark : random.Next(classes))];
    Tensor x = Leaf(logits, rows, classes);
    Tensor loss = functional.cross_entropy(
        x, tensor(labels, ScalarType.Int64), weights is null ? null : tensor(weights, ScalarType.Float64), ignore_index: ignored ?? -100, label_smoothing: smoothing);
    return Case(name, loss, x, ("classes", classes), ("smoothing", smoothing), ("ignored", ignored), ("weights", weights), ("logits", logits), ("labels", labels));
}

Dictionary<string, object?> Binary(string name, int count, int size, float[]? weights, double scale = 4)
{
    float[] logits = Numbers(count, -scale, scale), targets = [.. Numbers(count, 0, 1).Select((t, i) => i % 3 == 0 ? t : i % 2)];
    Tensor x = Leaf(logits, count / size, size);
    Tensor loss = functional.binary_cross_entropy_with_logits(
        x, tensor(targets, [count / size, size], ScalarType.Float64), pos_weights: weights is null ? null : tensor(weights, ScalarType.Float64));
    return Case(name, loss, x, ("size", size), ("weights", weights), ("outputs", logits), ("targets", targets));
}

Dictionary<string, object?> Elementwise(string name, int count, Func<Tensor, Tensor, Tensor> loss)
{
    float[] outputs = Numbers(count, -2, 2), targets = Numbers(count, -2, 2);
    outputs[1] = targets[1];
    Tensor x = Leaf(outputs, count);
    return Case(name, loss(x, tensor(targets, ScalarType.Float64)), x, ("outputs", outputs), ("targets", targets));
}

Dictionary<string, object?> Huber(string name, int count, float delta)
{
    Dictionary<string, object?> entry = Elementwise(name, count, (y, t) => functional.huber_loss(y, t, delta: delta));
    entry["delta"] = (double)delta;
    return entry;
}

Dictionary<string, object?> Quantile(string name, int rows, int size, float[] quantiles)
{
    float[] outputs = Numbers(rows * size * quantiles.Length, -2, 2), targets = Numbers(rows * size, -2, 2);
    Tensor x = Leaf(outputs, rows, size, quantiles.Length), tau = tensor(quantiles, ScalarType.Float64);
    Tensor error = tensor(targets, [rows, size, 1], ScalarType.Float64) - x;
    return Case(name, maximum(tau * error, (tau - 1) * error).mean(), x, ("quantiles", quantiles), ("outputs", outputs), ("targets", targets));
}

Dictionary<string, object?> Ctc(string name, int classes, int blank, int[] lengths, int[][] labels, bool zeroInfinity = false)
{
    int steps = lengths.Max();
    float[] logits = Numbers(steps * lengths.Length * classes, -3, 3);
    Tensor x = Leaf(logits, steps, lengths.Length, classes);
    Tensor loss = functional.ctc_loss(
        functional.log_softmax(x, 2), tensor((int[])[.. labels.SelectMany(l => l)], ScalarType.Int64), tensor(lengths, ScalarType.Int64),
        tensor((int[])[.. labels.Select(l => l.Length)], ScalarType.Int64), blank, zeroInfinity, Reduction.Mean);
    return Case(
        name, loss, x, ("classes", classes), ("blank", blank), ("zero_infinity", zeroInfinity ? 1 : 0), ("lengths", lengths),
        ("target_lengths", labels.Select(l => l.Length).ToArray()), ("targets", labels.SelectMany(l => l).ToArray()), ("outputs", logits));
}

using FastSeq.Cells;
using FastSeq.Tests.Equivalence;

namespace FastSeq.Tests.Quantized;

/// <summary>
/// One time step of a quantised model in plain loops: the weights are rounded here, by a search and not by bits; maths is in double. Each layer reads what the model
/// itself has computed below it, so that rounding to integers meets the same numbers.
/// </summary>
public sealed class QuantizedOracle
{
    private readonly LayerAttribute[] _layers;
    private readonly Dictionary<string, OracleProduct> _products = [];
    private readonly ModelInfo _info;
    private readonly float[] _flat;

    public QuantizedOracle(Type model, ModelInfo info, float[] flat)
    {
        _layers = ReferenceFactory.LayersOf(model);
        _info = info;
        _flat = flat;
        foreach (ParameterInfo weight in info.Parameters.Where(p => p.Name.Contains(".weight", StringComparison.Ordinal) && !p.Layout.Gates.IsEmpty))
        {
            string product = weight.SharedName ?? weight.Name, name = product.Replace("weight", "bias", StringComparison.Ordinal);
            ParameterInfo? bias = info.Parameters.FirstOrDefault(p => p.Name == name);
            _products.Add(product, info.Weights == WeightFormat.Int8 ? new Int8OracleProduct(weight, bias, flat) : new BFloat16OracleProduct(weight, bias, flat));
        }
    }

    /// <summary>The outputs and the state after a step.</summary>
    /// <param name="x">The features; null for a token.</param>
    /// <param name="token">The token.</param>
    /// <param name="before">The state before the step.</param>
    /// <param name="after">The state after it, as the model has computed it.</param>
    public (double[] Outputs, double[] State) Step(float[]? x, int token, float[] before, float[] after)
    {
        float[] current = x ?? [.. Enumerable.Range(0, ((EmbeddingAttribute)_layers[0]).Size)
            .Select(k => _flat[(int)_info.Parameters[0].IndexOf(token, k)])];
        if (ReferenceFactory.ColumnsOf(_layers) is { Length: > 0 } columns)
        {
            float[] features = current;
            current =
            [
                .. features.Where((_, column) => columns.All(table => table.Column != column)),
                .. columns.SelectMany(table => Enumerable.Range(0, table.Size).Select(k => _flat[(int)_info.Parameter(table.Name + ".weight").IndexOf((int)features[table.Column], k)])),
            ];
        }

        double[] outputs = [.. current.Select(v => (double)v)];
        var state = new List<double>();
        var graph = new ReferenceGraph(_layers);
        List<float[]> rows = [current];
        for (int i = 1; i < _layers.Length; i++)
        {
            LayerAttribute layer = _layers[i];
            if (layer is EmbeddingAttribute)
            {
                graph.End(i, 0);
                continue;
            }

            string name = ReferenceFactory.NameOf(layer, _layers);
            graph.Begin(i, rows.Count - 1);
            if (layer is RecurrentLayerAttribute recurrent)
            {
                for (int l = 0; l < recurrent.Layers; l++)
                {
                    float[] below = current;
                    int units = recurrent.HiddenSize, first = state.Count;
                    float[] old = before[first..];
                    state.AddRange(Cell(recurrent, name, l, current, old).Select((v, j) => Keep(j < units ? recurrent.Zoneout : ((LstmAttribute)recurrent).CellZoneout, old[j], v)));
                    outputs = [.. state.Skip(first).Take(units)];
                    current = after[first..(first + units)];
                    if (_layers[i - 1] is ResidualAttribute around)
                    {
                        outputs = Merged(ReferenceFactory.NameOf(around, _layers), Merge.Sum, outputs, below);
                        current = Merged(ReferenceFactory.NameOf(around, _layers), Merge.Sum, [.. current.Select(v => (double)v)], below).Select(v => (float)v).ToArray();
                    }
                }

                rows.Add(current);
                graph.End(i, rows.Count - 1);
                continue;
            }

            if (layer is Conv1dAttribute convolution)
            {
                // The stream keeps the inputs of the time steps before, oldest first.
                int size = current.Length, kept = (convolution.KernelSize - 1) * convolution.Dilation * size;
                float[] inputs = [.. before[state.Count..(state.Count + kept)], .. current];
                state.AddRange(inputs[size..].Select(v => (double)v));
                current = [.. Enumerable.Range(0, convolution.KernelSize).SelectMany(tap => inputs.Skip(tap * convolution.Dilation * size).Take(size))];
            }

            if (layer is MeanOverTimeAttribute or MaxOverTimeAttribute or AttentionPoolingAttribute)
            {
                double[] pooled = Pool(layer, name, current, before.AsSpan(state.Count));
                outputs = Pooled(layer, pooled);
                state.AddRange(pooled);
            }

            outputs = layer switch
            {
                Conv1dAttribute => _products[name + ".weight"].Sums(current),
                GeluAttribute gelu => [.. outputs.Select(v => v * (gelu.Approximate == GeluApproximation.Tanh
                    ? (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + (0.044715 * v * v * v)))) / 2
                    : Phi(v)))],
                SoftmaxAttribute => [.. outputs.Select(v => Math.Exp(v) / outputs.Sum(Math.Exp))],
                LayerNormAttribute norm => Normalise(norm, name, outputs),
                LinearAttribute => _products[name + ".weight"].Sums(current),
                ReluAttribute => [.. outputs.Select(v => Math.Max(0, v))],
                TanhAttribute => [.. outputs.Select(Math.Tanh)],
                SigmoidAttribute => [.. outputs.Select(Sigmoid)],
                SkipAttribute skip => Merged(name, skip.Merge, outputs, rows[graph.RowsOf(skip.From)]),
                _ => outputs,
            };
            if (graph.EndsResidual(i) is { } residual)
            {
                outputs = Merged(ReferenceFactory.NameOf(_layers[residual], _layers), Merge.Sum, outputs, rows[graph.RowsBefore(residual)]);
            }

            if (layer is not (DropoutAttribute or LastStepAttribute or ResidualAttribute))
            {
                current = [.. outputs.Select(v => (float)v)];
            }

            rows.Add(current);
            graph.End(i, rows.Count - 1);
        }

        return (outputs, [.. state]);
    }

    private double[] Merged(string name, Merge merge, double[] y, float[] earlier)
    {
        double[] e = merge == Merge.Concat || y.Length == earlier.Length ? [.. earlier.Select(v => (double)v)] : _products[name + ".weight"].Sums(earlier);
        return merge switch
        {
            Merge.Concat => [.. y, .. e],
            Merge.Sum => [.. y.Zip(e, (a, b) => a + b)],
            Merge.Mean => [.. y.Zip(e, (a, b) => (a + b) / 2)],
            _ => [.. y.Zip(e, (a, b) => a * b)],
        };
    }

    /// <summary>The distribution function of N(0, 1), by Simpson's rule.</summary>
    private static double Phi(double x)
    {
        const int Steps = 2000;
        double h = x / Steps;
        double sum = Enumerable.Range(0, Steps + 1).Sum(i => (i is 0 or Steps ? 1 : i % 2 == 0 ? 2 : 4) * Math.Exp(-(i * h) * (i * h) / 2));
        return 0.5 + (sum * h / 3 / Math.Sqrt(2 * Math.PI));
    }

    private static double[] Pooled(LayerAttribute layer, double[] state) => layer switch
    {
        MeanOverTimeAttribute => [.. state[..^1].Select(v => v / state[^1])],
        MaxOverTimeAttribute => state[..^1],
        _ => [.. state[..^2].Select(v => v / state[^2])],
    };

    private double[] Numbers(string parameter)
    {
        ParameterInfo info = _info.Parameter(parameter);
        var values = new float[info.Count];
        info.CopyTo<float>(_flat, values);
        return [.. values.Select(v => (double)v)];
    }

    private double[] Normalise(LayerNormAttribute layer, string name, double[] x)
    {
        double mean = x.Average(), deviation = Math.Sqrt(x.Average(v => (v - mean) * (v - mean)) + layer.Epsilon);
        double[] weight = Numbers(name + ".weight"), bias = layer.Bias ? Numbers(name + ".bias") : new double[x.Length];
        return [.. x.Select((v, j) => ((v - mean) / deviation * weight[j]) + bias[j])];
    }

    /// <summary>What a pooling keeps after a row: docs of <c>TimePooling</c>.</summary>
    private double[] Pool(LayerAttribute layer, string name, float[] x, ReadOnlySpan<float> before)
    {
        double[] old = [.. before[..(x.Length + (layer is AttentionPoolingAttribute ? 2 : 1))].ToArray().Select(v => (double)v)];
        switch (layer)
        {
            case MeanOverTimeAttribute:
                return [.. x.Select((v, j) => old[j] + v), old[^1] + 1];
            case MaxOverTimeAttribute:
                return [.. x.Select((v, j) => old[^1] == 0 ? v : Math.Max(old[j], v)), 1];
            default:
                double score = Numbers(name + ".weight").Zip(x, (w, v) => w * v).Sum(), largest = old[^2] == 0 ? score : Math.Max(old[^1], score);
                double kept = old[^2] == 0 ? 0 : Math.Exp(old[^1] - largest), weight = Math.Exp(score - largest);
                return [.. x.Select((v, j) => (old[j] * kept) + (v * weight)), (old[^2] * kept) + weight, largest];
        }
    }

    /// <summary>The expectation of a unit that keeps its previous value with a probability.</summary>
    private static double Keep(double probability, double previous, double next) => (probability * previous) + ((1 - probability) * next);

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private IEnumerable<double> Cell(RecurrentLayerAttribute layer, string name, int number, float[] x, ReadOnlySpan<float> before)
    {
        int units = layer.HiddenSize;
        OracleProduct recurrent = _products[$"{name}.weight_hh_l{number}"];
        double[] input = _products[$"{name}.weight_ih_l{number}"].Sums(x);
        float[] h = before[..units].ToArray();
        double[] hidden = recurrent.Sums(h);
        double In(int gate, int j) => input[(gate * units) + j];
        double Both(int gate, int j) => input[(gate * units) + j] + hidden[(gate * units) + j];
        int[] all = [.. Enumerable.Range(0, units)];
        CellOptions options = CellOptionsFactory.Of(layer);
        double Gate(double sum) => options.Gate.Value(sum);
        double Candidate(double sum) => options.Candidate.Value(sum);
        switch (layer)
        {
            case RnnAttribute:
                return all.Select(j => Candidate(Both(0, j)));
            case LstmAttribute lstm:
                float[] cPrevious = before.Slice(units, units).ToArray();
                int g = lstm.Coupled ? 1 : 2;
                double Forget(int j) => lstm.Coupled ? 1 - Gate(Both(0, j)) : Gate(Both(1, j));
                double[] c = [.. all.Select(j => (Forget(j) * cPrevious[j]) + (Gate(Both(0, j)) * Candidate(Both(g, j))))];
                return [.. all.Select(j => Gate(Both(g + 1, j)) * options.Output.Value(c[j])), .. c];
            case GruAttribute gru:
                double[] r = [.. all.Select(j => Gate(Both(0, j)))], z = [.. all.Select(j => Gate(Both(1, j)))];
                double[] reset = recurrent.Sums([.. all.Select(j => (float)(r[j] * h[j]))]);
                double[] n = [.. all.Select(j => Candidate(In(2, j) + (gru.Reset == GruReset.AfterProduct ? r[j] * hidden[(2 * units) + j] : reset[(2 * units) + j])))];
                return all.Select(j => ((1 - z[j]) * n[j]) + (z[j] * h[j]));
            default:
                throw new InvalidOperationException(layer.ToString());
        }
    }
}

using System.Numerics;
using FastSeq.Cells;
using Xunit;

namespace FastSeq.Tests.Oracles;

/// <summary>The scalar reference against what PyTorch recorded: outputs, final states, loss and every gradient, in both precisions.</summary>
public sealed class ReferenceMatchesPyTorchTests
{
    public static TheoryData<string> Cases => ["simple_rnn", "relu_rnn", "lstm_cell", "gru_after", "gru_before", "text_classifier", "time_series", "bi_lstm", "bi_gru", "attention_chain", "mean_chain", "max_chain"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Float_MatchesPyTorch(string name) => Compare(name, Make<float>(name), 1e-5);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Double_MatchesPyTorch(string name) => Compare(name, Make<double>(name), 1e-12);

    internal static void Compare<T>(string name, ReferenceModel<T> model, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var file = new VectorFile<T>(name);
        model.SetParameters(model.Parameters.ToDictionary(p => p.Name, p => file.Weights(p.Name, p.Values.Length)));

        bool classes = model.Embedding is not null, lastStep = model.Layers.Any(layer => layer is LastStepLayer<T> or PoolingLayer<T> or AttentionPoolingLayer<T>);
        int size = model.OutputSize;
        T[] features = classes ? [] : file.Features(model.Parameters[0].Shape[1]);
        T[] targets = classes ? [] : file.Targets();
        int[] tokens = classes ? file.Tokens(model.Parameters[0].Rows) : [];
        int[] labels = classes ? file.Labels(size) : [];
        var batch = new List<ReferenceSequence<T>>();
        int step = 0, row = 0;
        foreach (int length in file.Lengths)
        {
            int rows = lastStep ? 1 : length;
            batch.Add(new ReferenceSequence<T>
            {
                Features = classes ? [] : [.. features.Chunk(model.Parameters[0].Shape[1]).Skip(step).Take(length)],
                Targets = classes ? [] : [.. targets.Chunk(size).Skip(row).Take(rows)],
                Tokens = [.. tokens.Skip(step).Take(length)],
                Labels = [.. labels.Skip(row).Take(rows)],
            });
            step += length;
            row += rows;
        }

        (T loss, T[][][] outputs) = model.Train(batch, classes ? ReferenceLoss.CrossEntropy<T>() : ReferenceLoss.MeanSquaredError<T>());

        Agreement.Check("outputs", file["outputs"], [.. outputs.SelectMany(rows => rows).SelectMany(y => y)], tolerance);
        Agreement.Check("loss", file["loss"], [loss], tolerance);
        foreach (ReferenceParameter<T> parameter in model.Parameters)
        {
            file.AssertGradient(parameter.Name, parameter.Gradient, parameter.Columns, tolerance);
        }

        RecurrentLayer<T>[] recurrent = [.. model.Recurrent];
        var h = new T[recurrent.Length][][];
        var c = new T[recurrent.Length][][];
        for (int layer = 0; layer < recurrent.Length; layer++)
        {
            h[layer] = new T[batch.Count][];
            c[layer] = new T[batch.Count][];
        }

        for (int b = 0; b < batch.Count; b++)
        {
            model.Forward(batch[b]);
            for (int layer = 0; layer < recurrent.Length; layer++)
            {
                (h[layer][b], c[layer][b]) = recurrent[layer].FinalState;
            }
        }

        Agreement.Check("final h", file["state.h"], [.. h.SelectMany(b => b).SelectMany(x => x)], tolerance);
        if (file.Has("state.c"))
        {
            Agreement.Check("final c", file["state.c"], [.. c.SelectMany(b => b).SelectMany(x => x)], tolerance);
        }
    }

    private static ReferenceModel<T> Make<T>(string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => name switch
        {
            "simple_rnn" => new ReferenceModel<T>(10).Rnn("rnn", 20).Linear("linear", 5),
            "relu_rnn" => new ReferenceModel<T>(10).Rnn("rnn", 20, options: new CellOptions { Candidate = new CellFunction(RnnActivation.Relu) }).Linear("linear", 5),
            "lstm_cell" => new ReferenceModel<T>(10).Lstm("lstm", 20),
            "gru_after" => new ReferenceModel<T>(10).Gru("gru", 20).Linear("linear", 5),
            "gru_before" => new ReferenceModel<T>(10).Gru("gru", 20, GruReset.BeforeProduct).Linear("linear", 5),
            "text_classifier" => new ReferenceModel<T>("embedding", 10_000, 128).Lstm("lstm", 256).LastStep().Linear("linear", 5),
            "bi_lstm" => new ReferenceModel<T>(5).Lstm("lstm", 17, layers: 2, Direction.Bidirectional).Linear("linear", 3),
            "bi_gru" => new ReferenceModel<T>("embedding", 60, 4).Gru("gru", 15, direction: Direction.Bidirectional).Linear("linear", 7),
            "attention_chain" => new ReferenceModel<T>(6).Conv1d("conv1d", 9, 3, 2).Activate(Activation.Gelu).Gru("gru", 11).LayerNorm("layernorm")
                .Activate(Activation.GeluTanh).AttentionPool("attentionpooling").Activate(Activation.Softmax).Linear("linear", 4),
            "mean_chain" => new ReferenceModel<T>(5).Lstm("lstm", 13).Activate(Activation.Relu).Pool(Pooling.Mean).Linear("linear", 3),
            "max_chain" => new ReferenceModel<T>(5).Conv1d("conv1d", 10, 4).Lstm("lstm", 13).Pool(Pooling.Maximum).Linear("linear", 3),
            "time_series" => new ReferenceModel<T>(5).Lstm("lstm", 64, layers: 2).LastStep().Linear("linear", 1),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such case."),
        };
}

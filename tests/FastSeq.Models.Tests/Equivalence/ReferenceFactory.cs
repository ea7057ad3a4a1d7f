using System.Numerics;
using FastSeq.Cells;

namespace FastSeq.Tests.Equivalence;

/// <summary>Makes the scalar reference of a declared model from its attributes alone, read by reflection and not by the generator.</summary>
public static class ReferenceFactory
{
    /// <summary>The reference of a model.</summary>
    /// <param name="model">The class with the declaration.</param>
    /// <param name="everyStep">Whether to pool at every step what there is so far (to leave [LastStep] out), for the outputs of each step.</param>
    public static ReferenceModel<T> Make<T>(Type model, bool everyStep = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LayerAttribute[] layers = LayersOf(model);
        ReferenceModel<T> reference = layers[0] switch
        {
            InputAttribute input => new ReferenceModel<T>(input.Features),
            EmbeddingAttribute embedding => new ReferenceModel<T>(NameOf(embedding, layers), embedding.Vocabulary, embedding.Size),
            _ => throw new InvalidOperationException($"{model} begins with {layers[0]}."),
        };
        var graph = new ReferenceGraph(layers);
        for (int i = 1; i < layers.Length; i++)
        {
            LayerAttribute layer = layers[i];
            string name = NameOf(layer, layers);
            graph.Begin(i, reference.Layers.Count);
            _ = layer switch
            {
                ResidualAttribute => layers[i + 1] is RecurrentLayerAttribute ? reference.Residual(name) : reference,
                SkipAttribute skip => reference.Skip(name, graph.RowsOf(skip.From), skip.Merge),
                RnnAttribute rnn => reference.Rnn(name, rnn.HiddenSize, rnn.Layers, rnn.Direction, rnn.Merge, rnn.LearnInitialState, CellOptionsFactory.Of(rnn)),
                LstmAttribute lstm => reference.Lstm(name, lstm.HiddenSize, lstm.Layers, lstm.Direction, lstm.Merge, lstm.LearnInitialState, CellOptionsFactory.Of(lstm)),
                GruAttribute gru => reference.Gru(name, gru.HiddenSize, gru.Reset, gru.Layers, gru.Direction, gru.Merge, gru.LearnInitialState, CellOptionsFactory.Of(gru)),
                EmbeddingAttribute => i == 1 ? reference.EmbedColumns(ColumnsOf(layers)) : reference,
                LastStepAttribute => everyStep ? reference : reference.LastStep(),
                DropoutAttribute => reference.Dropout(),
                LinearAttribute linear => reference.Linear(name, linear.Size, linear.Bias, linear.Tied),
                ReluAttribute => reference.Activate(Activation.Relu),
                TanhAttribute => reference.Activate(Activation.Tanh),
                SigmoidAttribute => reference.Activate(Activation.Sigmoid),
                GeluAttribute gelu => reference.Activate(gelu.Approximate == GeluApproximation.None ? Activation.Gelu : Activation.GeluTanh),
                SoftmaxAttribute => reference.Activate(Activation.Softmax),
                LayerNormAttribute norm => reference.LayerNorm(name, norm.Epsilon, norm.Bias),
                MeanOverTimeAttribute => reference.Pool(Pooling.Mean, everyStep),
                MaxOverTimeAttribute => reference.Pool(Pooling.Maximum, everyStep),
                AttentionPoolingAttribute => reference.AttentionPool(name, everyStep),
                Conv1dAttribute convolution => reference.Conv1d(
                    name, convolution.Channels, convolution.KernelSize, convolution.Dilation, convolution.Stride, convolution.Padding, convolution.PaddingSize),
                _ => throw new InvalidOperationException($"{model} has {layer}, which the reference does not know."),
            };
            if (graph.EndsResidual(i) is { } residual)
            {
                reference.Skip(NameOf(layers[residual], layers), graph.RowsBefore(residual), Merge.Sum);
            }

            graph.End(i, reference.Layers.Count);
        }

        foreach (LayerAttribute layer in layers.Where(IsFrozen))
        {
            string prefix = NameOf(layer, layers) + ".";
            foreach (ReferenceParameter<T> parameter in reference.Parameters.Where(parameter => parameter.Name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                parameter.IsFrozen = true;
            }
        }

        return reference;
    }

    /// <summary>The embeddings of features: the column, the name, the vocabulary and the size of each.</summary>
    public static (int Column, string Name, int Vocabulary, int Size)[] ColumnsOf(LayerAttribute[] layers)
        => [.. layers.OfType<EmbeddingAttribute>().Where(embedding => embedding.Column >= 0).Select(embedding => (embedding.Column, NameOf(embedding, layers), embedding.Vocabulary, embedding.Size))];

    private static bool IsFrozen(LayerAttribute layer) => layer switch
    {
        EmbeddingAttribute embedding => embedding.Frozen,
        RecurrentLayerAttribute recurrent => recurrent.Frozen,
        LinearAttribute linear => linear.Frozen,
        Conv1dAttribute convolution => convolution.Frozen,
        LayerNormAttribute normalisation => normalisation.Frozen,
        AttentionPoolingAttribute pooling => pooling.Frozen,
        ResidualAttribute residual => residual.Frozen,
        SkipAttribute skip => skip.Frozen,
        _ => false,
    };

    /// <summary>Whether training draws anything.</summary>
    public static bool DropsOut(Type model)
        => LayersOf(model).Any(layer => layer switch
        {
            EmbeddingAttribute embedding => embedding.Dropout > 0,
            DropoutAttribute dropout => dropout.Probability > 0,
            RecurrentLayerAttribute recurrent => recurrent.Dropout + recurrent.InputDropout + recurrent.RecurrentDropout + recurrent.WeightDrop + recurrent.Zoneout + ((recurrent as LstmAttribute)?.CellZoneout ?? 0) > 0,
            _ => false,
        });

    /// <summary>The attribute of a model's loss.</summary>
    public static LossAttribute LossOf(Type model) => (LossAttribute)model.GetCustomAttributes(typeof(LossAttribute), inherit: false).Single();

    /// <summary>The reference of a loss.</summary>
    public static ReferenceLoss<T> MakeLoss<T>(LossAttribute loss)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => loss switch
        {
            CrossEntropyAttribute entropy => ReferenceLoss.CrossEntropy<T>(entropy.LabelSmoothing, entropy.IgnoreIndex, entropy.ClassWeights),
            BinaryCrossEntropyAttribute binary => ReferenceLoss.BinaryCrossEntropy<T>(binary.PositiveWeights),
            MeanSquaredErrorAttribute => ReferenceLoss.MeanSquaredError<T>(),
            MeanAbsoluteErrorAttribute => ReferenceLoss.MeanAbsoluteError<T>(),
            HuberAttribute huber => ReferenceLoss.Huber<T>(huber.Delta),
            QuantileAttribute quantile => ReferenceLoss.Quantile<T>(quantile.Quantiles),
            CtcAttribute ctc => ReferenceLoss.Ctc<T>(ctc.Blank, ctc.ZeroInfinity),
            _ => throw new InvalidOperationException($"{loss} has no reference."),
        };

    /// <summary>The attributes of the layers, in source order.</summary>
    public static LayerAttribute[] LayersOf(Type model)
        => [.. model.GetCustomAttributes(typeof(LayerAttribute), inherit: false).Cast<LayerAttribute>()];

    /// <summary>The name of a layer, which begins the names of its parameters.</summary>
    public static string NameOf(LayerAttribute layer, LayerAttribute[] layers)
    {
        if (layer.Name is { } name)
        {
            return name;
        }

        string kind = layer.GetType().Name.Replace("Attribute", "", StringComparison.Ordinal).ToLowerInvariant();
        LayerAttribute[] sameKind = [.. layers.Where(other => other.GetType() == layer.GetType())];
        return sameKind.Length == 1 ? kind : kind + (Array.FindIndex(sameKind, other => ReferenceEquals(other, layer)) + 1);
    }
}

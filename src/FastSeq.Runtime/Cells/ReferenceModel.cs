using System.Numerics;

namespace FastSeq.Cells;

/// <summary>
/// A whole sequence model in plain scalar code, its layers known at run time: the oracle of emitted models. A batch is a loop over its sequences.
/// </summary>
/// <remarks>It uses none of the kernels. Clarity is its only virtue: it allocates freely and is slow.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>; all arithmetic is in this type.</typeparam>
public sealed partial class ReferenceModel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly EmbeddingLayer<T>? _embedding;
    private readonly List<ReferenceLayer<T>> _layers = [];
    private int _size;

    /// <summary>A model that reads a row of features a time step; add its layers in order.</summary>
    /// <param name="inputSize">The number of features.</param>
    public ReferenceModel(int inputSize) => _size = _inputSize = inputSize;

    /// <summary>A model that reads a token a time step; add its layers in order.</summary>
    /// <param name="name">The name of the embedding.</param>
    /// <param name="vocabulary">The number of tokens.</param>
    /// <param name="size">The size of the row of a token.</param>
    public ReferenceModel(string name, int vocabulary, int size)
    {
        _embedding = new EmbeddingLayer<T>(name, vocabulary, size);
        _size = _inputSize = size;
    }

    /// <summary>The embedding, where the model reads tokens.</summary>
    public EmbeddingLayer<T>? Embedding => _embedding;

    /// <summary>The layers after the embedding.</summary>
    public IReadOnlyList<ReferenceLayer<T>> Layers => _layers;

    /// <summary>The layers with cells in the order of their states: of a bidirectional one the cell that reads forward, then the other.</summary>
    public IReadOnlyList<RecurrentLayer<T>> Recurrent => [.. _layers.SelectMany(layer => layer switch
    {
        RecurrentLayer<T> one => [one],
        DirectedLayer<T> directed => directed.Directions,
        _ => Enumerable.Empty<RecurrentLayer<T>>(),
    })];

    /// <summary>The size of a row of outputs.</summary>
    public int OutputSize => _size;

    /// <summary>All parameters, in the order of the layers.</summary>
    public IReadOnlyList<ReferenceParameter<T>> Parameters
        => [.. _embedding is null ? [] : new[] { _embedding.Weight }, .. _layers.SelectMany(layer => layer.Parameters)];

    /// <summary>Adds a plain recurrent layer.</summary>
    /// <param name="name">The name of the layer.</param>
    /// <param name="hiddenSize">The number of hidden units.</param>
    /// <param name="layers">The number of layers stacked on one another, each with a <see cref="DropoutLayer{T}"/> before the next.</param>
    /// <param name="direction">The order in which each reads time.</param>
    /// <param name="merge">How the outputs of two directions are joined.</param>
    /// <param name="learnsState">Whether the initial states are parameters.</param>
    /// <param name="options">The options of the cells.</param>
    /// <returns>This model.</returns>
    public ReferenceModel<T> Rnn(string name, int hiddenSize, int layers = 1, Direction direction = Direction.Forward, Merge merge = Merge.Concat, bool learnsState = false, CellOptions? options = null)
        => Stack(layers, direction, merge, learnsState ? name : null, (layer, inputSize) => new RnnCell<T>(name, layer, inputSize, hiddenSize, options));

    /// <summary>Adds a long short-term memory layer.</summary>
    /// <param name="name">The name of the layer.</param>
    /// <param name="hiddenSize">The number of hidden units.</param>
    /// <param name="layers">The number of layers stacked on one another, each with a <see cref="DropoutLayer{T}"/> before the next.</param>
    /// <param name="direction">The order in which each reads time.</param>
    /// <param name="merge">How the outputs of two directions are joined.</param>
    /// <param name="learnsState">Whether the initial states are parameters.</param>
    /// <param name="options">The options of the cells.</param>
    /// <returns>This model.</returns>
    public ReferenceModel<T> Lstm(string name, int hiddenSize, int layers = 1, Direction direction = Direction.Forward, Merge merge = Merge.Concat, bool learnsState = false, CellOptions? options = null)
        => Stack(layers, direction, merge, learnsState ? name : null, (layer, inputSize) => options?.LayerNorm == true
            ? new NormalizedLstmCell<T>(name, layer, inputSize, hiddenSize)
            : new LstmCell<T>(name, layer, inputSize, hiddenSize, options));

    /// <summary>Adds a gated recurrent unit.</summary>
    /// <param name="name">The name of the layer.</param>
    /// <param name="hiddenSize">The number of hidden units.</param>
    /// <param name="reset">Where the reset gate applies.</param>
    /// <param name="layers">The number of layers stacked on one another, each with a <see cref="DropoutLayer{T}"/> before the next.</param>
    /// <param name="direction">The order in which each reads time.</param>
    /// <param name="merge">How the outputs of two directions are joined.</param>
    /// <param name="learnsState">Whether the initial states are parameters.</param>
    /// <param name="options">The options of the cells.</param>
    /// <returns>This model.</returns>
    public ReferenceModel<T> Gru(string name, int hiddenSize, GruReset reset = GruReset.AfterProduct, int layers = 1, Direction direction = Direction.Forward, Merge merge = Merge.Concat, bool learnsState = false, CellOptions? options = null)
        => Stack(layers, direction, merge, learnsState ? name : null, (layer, inputSize) => options?.LayerNorm == true
            ? new NormalizedGruCell<T>(name, layer, inputSize, hiddenSize)
            : new GruCell<T>(name, layer, inputSize, hiddenSize, reset, options));

    /// <summary>Embeddings of columns of the features: the first layer of a model of both.</summary>
    /// <param name="tables">The column of each embedding, its name, its tokens and the size of their rows.</param>
    /// <returns>This model.</returns>
    public ReferenceModel<T> EmbedColumns(IReadOnlyList<(int Column, string Name, int Vocabulary, int Size)> tables) => Add(new EmbeddingColumnsLayer<T>(_size, tables));

    /// <summary>Adds a layer that keeps the last time step.</summary>
    /// <returns>This model.</returns>
    public ReferenceModel<T> LastStep() => Add(new LastStepLayer<T>(_size));

    /// <summary>Adds dropout; give it its mask in <see cref="DropoutLayer{T}.Factor"/>.</summary>
    /// <returns>This model.</returns>
    public ReferenceModel<T> Dropout() => Add(new DropoutLayer<T>(_size));

    /// <summary>Adds a linear layer.</summary>
    /// <param name="name">The name of the layer.</param>
    /// <param name="outputSize">The number of outputs.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="tied">Whether the weight is the table of the embedding.</param>
    /// <returns>This model.</returns>
    public ReferenceModel<T> Linear(string name, int outputSize, bool bias = true, bool tied = false)
        => Add(new LinearLayer<T>(name, _size, outputSize, bias, tied ? _embedding!.Weight : null));

    /// <summary>Adds an activation.</summary>
    /// <param name="activation">The function.</param>
    /// <returns>This model.</returns>
    public ReferenceModel<T> Activate(Activation activation) => Add(new ActivationLayer<T>(activation, _size));

    /// <summary>Adds layer normalisation.</summary>
    /// <param name="name">The name of the layer.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <returns>This model.</returns>
    public ReferenceModel<T> LayerNorm(string name, double epsilon = 1e-5, bool bias = true) => Add(new LayerNormLayer<T>(name, _size, epsilon, bias));

    /// <summary>Adds a pooling over time.</summary>
    /// <param name="pooling">Mean or maximum.</param>
    /// <param name="everyStep">Whether it gives the pooled rows so far at every time step, as a stream does (without gradients).</param>
    /// <returns>This model.</returns>
    public ReferenceModel<T> Pool(Pooling pooling, bool everyStep = false) => Add(new PoolingLayer<T>(pooling, _size, everyStep));

    /// <summary>Adds a pooling over time by attention with one learned query.</summary>
    /// <param name="name">The name of the layer.</param>
    /// <param name="everyStep">Whether it gives the pooled rows so far at every time step, as a stream does (without gradients).</param>
    /// <returns>This model.</returns>
    public ReferenceModel<T> AttentionPool(string name, bool everyStep = false) => Add(new AttentionPoolingLayer<T>(name, _size, everyStep));

    /// <summary>Adds a convolution over time.</summary>
    /// <param name="name">The name of the layer.</param>
    /// <param name="channels">The number of outputs.</param>
    /// <param name="kernelSize">The time steps that an output reads.</param>
    /// <param name="dilation">The time steps from one of them to the next.</param>
    /// <param name="stride">The time steps from one output to the next.</param>
    /// <param name="padding">Where there are zeros.</param>
    /// <param name="paddingSize">How many, where <paramref name="padding"/> does not say it.</param>
    /// <returns>This model.</returns>
    public ReferenceModel<T> Conv1d(string name, int channels, int kernelSize, int dilation = 1, int stride = 1, Padding padding = Padding.Causal, int paddingSize = 0)
        => Add(new Conv1dLayer<T>(name, _size, channels, kernelSize, dilation, stride, padding, paddingSize));

    /// <summary>Copies values into the parameters by name.</summary>
    /// <param name="tensors">PyTorch's names and row-major values; every parameter of this model must be there with its size.</param>
    public void SetParameters(IReadOnlyDictionary<string, T[]> tensors)
    {
        foreach (ReferenceParameter<T> parameter in Parameters)
        {
            tensors[parameter.Name].AsSpan().CopyTo(parameter.Values);
            ArgumentOutOfRangeException.ThrowIfNotEqual(tensors[parameter.Name].Length, parameter.Values.Length, parameter.Name);
        }
    }

    /// <summary>Runs one sequence.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="index">Its number in its batch (for the masks of dropout).</param>
    /// <returns>The rows of outputs: one with <see cref="LastStep"/>, else one a time step.</returns>
    public T[][] Forward(ReferenceSequence<T> sequence, int index = 0)
    {
        IReadOnlyList<RecurrentLayer<T>> recurrent = Recurrent;
        for (int layer = 0; layer < recurrent.Count; layer++)
        {
            recurrent[layer].InitialState = sequence.InitialStates?[layer];
            recurrent[layer].Sequence = index;
            recurrent[layer].FinalGradient = sequence.FinalGradients?[layer];
        }

        T[][] x = Forward(_embedding?.Forward(sequence.Tokens) ?? sequence.Features, index);
        sequence.FinalStates = [.. recurrent.Select(layer => layer.FinalState)];
        return x;
    }

    /// <summary>The mean loss of a batch; overwrites the gradients.</summary>
    /// <param name="batch">The sequences, of any lengths, with the targets that the loss reads.</param>
    /// <param name="loss">The loss; one that nothing counts in is 0.</param>
    /// <returns>The loss, and the rows of outputs of each sequence.</returns>
    public (T Loss, T[][][] Outputs) Train(IReadOnlyList<ReferenceSequence<T>> batch, ReferenceLoss<T> loss)
    {
        foreach (ReferenceParameter<T> parameter in Parameters)
        {
            Array.Clear(parameter.Gradient);
        }

        T weight = batch.Aggregate(T.Zero, (sum, sequence) => sum + loss.WeightOf(sequence));
        T scale = weight == T.Zero ? T.Zero : T.One / weight, mean = T.Zero;
        var outputs = new T[batch.Count][][];
        for (int b = 0; b < batch.Count; b++)
        {
            outputs[b] = Forward(batch[b], b);
            (T term, T[][] dTerm) = loss.OfSequence(batch[b], outputs[b]);
            mean += term * scale;
            Backward(batch[b], [.. dTerm.Select(dRow => Pointwise.Each(OutputSize, j => dRow[j] * scale))]);
        }

        foreach (ReferenceParameter<T> parameter in Parameters.Where(parameter => parameter.IsFrozen))
        {
            Array.Clear(parameter.Gradient);
        }

        return (mean, outputs);
    }

    private void Backward(ReferenceSequence<T> sequence, T[][] dy)
    {
        // Below the lowest layer that learns nothing asks for gradients: states there are constants.
        int lowest = _embedding is { Weight.IsFrozen: false } ? 0 : _layers.FindIndex(layer => layer.Parameters.Any(parameter => !parameter.IsFrozen));
        T[][] dx = Backward(dy, lowest);
        if (lowest == 0)
        {
            _embedding?.Backward(sequence.Tokens, dx);
        }

        sequence.InitialGradients = [.. Recurrent.Select(layer => layer.InitialGradient ?? layer.Cell.ZeroState)];
    }

    private ReferenceModel<T> Stack(int layers, Direction direction, Merge merge, string? learning, Func<string, int, ReferenceCell<T>> cellOf)
    {
        string? residual = _residual;
        _residual = null;
        for (int layer = 0, before = _layers.Count; layer < layers; layer++)
        {
            var cell = new RecurrentLayer<T>(cellOf($"{layer}", _size), learning, $"{layer}");
            Add(direction switch
            {
                Direction.Forward => cell,
                Direction.Reverse => new DirectedLayer<T>(cell),
                _ => new DirectedLayer<T>(cell, new RecurrentLayer<T>(cellOf($"{layer}_reverse", _size), learning, $"{layer}_reverse"), merge),
            });
            if (residual is not null)
            {
                Skip(residual, before, Merge.Sum);
            }

            before = _layers.Count;
            if (layer < layers - 1)
            {
                Add(new DropoutLayer<T>(_size));
            }
        }

        return this;
    }

    private ReferenceModel<T> Add(ReferenceLayer<T> layer)
    {
        _layers.Add(layer);
        _size = layer.OutputSize;
        return this;
    }
}

namespace FastSeq.Generators.Specs;

/// <summary>One layer of a model.</summary>
/// <param name="Name">
/// The resolved name, which begins the names of its parameters: as declared, else the kind in lower case, numbered where the kind repeats.
/// Unique among the layers of a model; letters, digits, '_' and '.'.
/// </param>
/// <param name="Identifier">The name as a part of C# identifiers, unique among the layers of a model: <c>Fc</c>, <c>EncoderLstm1</c>.</param>
/// <param name="Declaration">The attribute as people read it: <c>[Lstm(64, Layers = 2)]</c>.</param>
internal abstract record LayerSpec(string Name, string Identifier, string Declaration)
{
    /// <summary>Whether training leaves its parameters as they are.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>Whether it has parameters.</summary>
    public bool HasParameters =>
        this is EmbeddingSpec or RecurrentSpec or LinearSpec or Conv1dSpec or LayerNormSpec or PoolingSpec { Kind: PoolingKind.Attention } or ResidualSpec { Projects: true } or SkipSpec { Projects: true };
}

/// <summary>The first layer of a model that reads numbers.</summary>
internal sealed record InputSpec(string Name, string Identifier, string Declaration, int Features)
    : LayerSpec(Name, Identifier, Declaration);

/// <summary>The first layer of a model that reads tokens, or one of those below the features of which it reads a column.</summary>
internal sealed record EmbeddingSpec(string Name, string Identifier, string Declaration, int Vocabulary, int Size)
    : LayerSpec(Name, Identifier, Declaration)
{
    /// <summary>The share of tokens whose rows a training step drops.</summary>
    public float Dropout { get; init; }

    /// <summary>The feature of the input that holds the token; null where the model reads tokens and nothing else.</summary>
    public int? Column { get; init; }
}

/// <summary>A stack of recurrent layers of one cell.</summary>
/// <param name="Layers">The number of layers stacked, at least 1.</param>
/// <param name="Dropout">The share of outputs dropped between two of them; 0 where there is nothing between (<paramref name="Layers"/> = 1).</param>
/// <param name="ForgetBias">The initial sum of the forget gate's biases; null as drawn.</param>
internal sealed record RecurrentSpec(
    string Name, string Identifier, string Declaration, CellSpec Cell, int HiddenSize, int Layers, float Dropout, float? ForgetBias)
    : LayerSpec(Name, Identifier, Declaration)
{
    /// <summary>The order in which each layer of the stack reads time.</summary>
    public Direction Direction { get; init; }

    /// <summary>How the outputs of both directions are joined.</summary>
    public Merge Merge { get; init; }

    /// <summary>The share of inputs dropped, by one mask a sequence.</summary>
    public float InputDropout { get; init; }

    /// <summary>The share of the previous h dropped before the recurrent product, by one mask a sequence.</summary>
    public float RecurrentDropout { get; init; }

    /// <summary>The share of the recurrent weights that a training step drops.</summary>
    public float WeightDrop { get; init; }

    /// <summary>Whether the states that sequences begin with are parameters.</summary>
    public bool LearnsInitialState { get; init; }

    /// <summary>The cells of one layer of the stack.</summary>
    public int Cells => Direction == Direction.Bidirectional ? 2 : 1;

    /// <summary>The size of h where a projection makes it; null where it is that of the units.</summary>
    public int? ProjectionSize { get; init; }

    /// <summary>The numbers of a row that one cell gives.</summary>
    public int CellOutputSize => ProjectionSize ?? HiddenSize;

    /// <summary>The numbers of a row that one layer of the stack gives.</summary>
    public int OutputSize => CellOutputSize * (Direction == Direction.Bidirectional && Merge == Merge.Concat ? 2 : 1);

    /// <summary>Whether sums have biases.</summary>
    public bool HasBias { get; init; } = true;
}

/// <summary>From here on only the last time step of each sequence.</summary>
internal sealed record LastStepSpec(string Name, string Identifier, string Declaration)
    : LayerSpec(Name, Identifier, Declaration);

/// <summary>Dropout while training.</summary>
internal sealed record DropoutSpec(string Name, string Identifier, string Declaration, float Probability)
    : LayerSpec(Name, Identifier, Declaration)
{
    /// <summary>Whether all time steps of a sequence have one mask.</summary>
    public bool IsVariational { get; init; }
}

/// <summary>A linear layer.</summary>
internal sealed record LinearSpec(string Name, string Identifier, string Declaration, int Size)
    : LayerSpec(Name, Identifier, Declaration)
{
    /// <summary>Whether there is a bias.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>Whether its weight is the table of the embedding.</summary>
    public bool IsTied { get; init; }
}

/// <summary>A convolution over time.</summary>
/// <param name="Taps">The time steps that an output reads.</param>
/// <param name="Dilation">The time steps from one of them to the next.</param>
internal sealed record Conv1dSpec(string Name, string Identifier, string Declaration, int Channels, int Taps, int Dilation)
    : LayerSpec(Name, Identifier, Declaration)
{
    /// <summary>The time steps from one output to the next.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Where there are zeros. Of one tap all but those of <see cref="PaddingKind.Both"/> are the same.</summary>
    public PaddingKind Padding { get; init; }

    /// <summary>The zeros on either side, where the padding does not say it.</summary>
    public int PaddingSize { get; init; }

    /// <summary>The time steps from the first that an output reads to the last.</summary>
    public int Reach => (Taps - 1) * Dilation;

    /// <summary>Whether outputs are made of their own time step and earlier ones.</summary>
    public bool IsCausal => Padding == PaddingKind.Causal;

    /// <summary>Whether, besides, each time step has an output.</summary>
    public bool HasEveryOutput => IsCausal && Stride == 1;

    /// <summary>What a stream keeps for each number of a row and besides: earlier rows, and the time steps to the next output.</summary>
    public (int Rows, int Others) Kept => IsCausal ? (Reach, Stride > 1 ? 1 : 0) : (0, 0);

    /// <summary>Whether there is another number of outputs than of time steps.</summary>
    public bool ChangesTime => Stride > 1 || Padding == PaddingKind.Valid || (Padding == PaddingKind.Both && 2 * PaddingSize != Reach);
}

/// <summary>Layer normalisation over the features of a row.</summary>
internal sealed record LayerNormSpec(string Name, string Identifier, string Declaration, double Epsilon, bool HasBias)
    : LayerSpec(Name, Identifier, Declaration);

/// <summary>From here on one row a sequence.</summary>
internal sealed record PoolingSpec(string Name, string Identifier, string Declaration, PoolingKind Kind)
    : LayerSpec(Name, Identifier, Declaration);

/// <summary>An activation; one of a linear layer or a convolution directly above it is part of that.</summary>
internal sealed record ActivationSpec(string Name, string Identifier, string Declaration, ActivationKind Function)
    : LayerSpec(Name, Identifier, Declaration);

/// <summary>A residual connection around the layer below it.</summary>
internal sealed record ResidualSpec(string Name, string Identifier, string Declaration)
    : LayerSpec(Name, Identifier, Declaration)
{
    /// <summary>The layers below it that it goes around: one, or two where the second is the activation of the first.</summary>
    public int Covered { get; init; }

    /// <summary>The numbers of a row that they give.</summary>
    public int Size { get; init; }

    /// <summary>Whether they read another number, so that what is added is projected.</summary>
    public bool Projects { get; init; }
}

/// <summary>The rows of the layer above merged with those of an earlier one.</summary>
/// <param name="From">The name of the earlier layer.</param>
internal sealed record SkipSpec(string Name, string Identifier, string Declaration, string From, Merge Merge)
    : LayerSpec(Name, Identifier, Declaration)
{
    /// <summary>The number of the last layer of which the earlier rows are the output.</summary>
    public int Source { get; init; }

    /// <summary>The numbers of an earlier row.</summary>
    public int SourceSize { get; init; }

    /// <summary>Whether that is another number than the layer above gives, so that the earlier row is projected.</summary>
    public bool Projects { get; init; }
}

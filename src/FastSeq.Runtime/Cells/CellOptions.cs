namespace FastSeq.Cells;

/// <summary>The options of a cell, as the attributes of the recurrent layers declare them; those that a cell does not have are not looked at.</summary>
public sealed record CellOptions
{
    /// <summary>Whether sums have biases.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>The bound of what goes into the activations of the gates.</summary>
    public double InputClip { get; init; } = double.PositiveInfinity;

    /// <summary>The bound of the cell state of an LSTM.</summary>
    public double CellClip { get; init; } = double.PositiveInfinity;

    /// <summary>Whether an LSTM has f = 1 - i in place of a forget gate.</summary>
    public bool Coupled { get; init; }

    /// <summary>Whether an LSTM's gates see the cell state of their unit.</summary>
    public bool Peepholes { get; init; }

    /// <summary>Whether the sums of an LSTM or a GRU are normalised: <see cref="NormalizedLstmCell{T}"/>, <see cref="NormalizedGruCell{T}"/>.</summary>
    public bool LayerNorm { get; init; }

    /// <summary>The size of an LSTM's h where a projection makes it; 0 for none.</summary>
    public int ProjectionSize { get; init; }

    /// <summary>The probability that a unit of h keeps its previous value.</summary>
    public float Zoneout { get; init; }

    /// <summary>The probability that a unit of an LSTM's c keeps its previous value.</summary>
    public float CellZoneout { get; init; }

    /// <summary>The activation of the gates i, f, o or r, z.</summary>
    public CellFunction Gate { get; init; } = new(RnnActivation.Sigmoid);

    /// <summary>The activation of g, n, or the h of a plain cell.</summary>
    public CellFunction Candidate { get; init; } = new(RnnActivation.Tanh);

    /// <summary>The activation of an LSTM's cell state on its way into h.</summary>
    public CellFunction Output { get; init; } = new(RnnActivation.Tanh);
}

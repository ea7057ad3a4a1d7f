namespace FastSeq.Generators.Specs;

/// <summary>The cell of a recurrent layer with its options: two of the same value have the same equations.</summary>
internal sealed record CellSpec(CellKind Kind)
{
    /// <summary>The activation of the gates i, f, o (LSTM) and r, z (GRU): ONNX's f.</summary>
    public CellFunction Gate { get; init; } = new(CellActivation.Sigmoid);

    /// <summary>The activation of g (LSTM), n (GRU), h (RNN): ONNX's g, of an RNN its f.</summary>
    public CellFunction Candidate { get; init; } = new(CellActivation.Tanh);

    /// <summary>The activation of an LSTM's c on its way into h: ONNX's h.</summary>
    public CellFunction Output { get; init; } = new(CellActivation.Tanh);

    /// <summary>Whether an LSTM forgets as much as it takes in, f = 1 - i: three gates.</summary>
    public bool IsCoupled { get; init; }

    /// <summary>The bound of an LSTM's c; null for none.</summary>
    public float? CellClip { get; init; }

    /// <summary>Whether an LSTM's gates see c through vectors of weights.</summary>
    public bool HasPeepholes { get; init; }

    /// <summary>Whether an LSTM's h is a product of what its gates give.</summary>
    public bool IsProjected { get; init; }

    /// <summary>Whether the sums of the gates, and an LSTM's c on its way into h, are normalised over the units.</summary>
    public bool IsNormalized { get; init; }

    /// <summary>The probability that a unit of h keeps its previous value; 0 for none.</summary>
    public float Zoneout { get; init; }

    /// <summary>The probability that a unit of an LSTM's c keeps its previous value; 0 for none.</summary>
    public float CellZoneout { get; init; }

    /// <summary>The bound of what goes into the gates' activations; null for none.</summary>
    public float? InputClip { get; init; }
}

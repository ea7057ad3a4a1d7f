namespace FastSeq;

/// <summary>The order in which a recurrent layer reads the time steps of a sequence. The outputs always stand at the time steps that they belong to.</summary>
public enum Direction
{
    /// <summary>From the first time step to the last: such a model can stream.</summary>
    Forward,

    /// <summary>From the last time step of each sequence to its first: y_t depends on x_t and on all that follow.</summary>
    Reverse,

    /// <summary>Two cells with weights of their own (PyTorch's <c>bidirectional=True</c>), one for each order, whose outputs a <see cref="Merge"/> joins.</summary>
    Bidirectional,
}

namespace FastSeq;

/// <summary>The number type that a model computes in.</summary>
public enum Precision
{
    /// <summary>32-bit floating point (<see cref="float"/>).</summary>
    Single = 0,

    /// <summary>64-bit floating point (<see cref="double"/>).</summary>
    Double = 1,
}

namespace FastSeq;

/// <summary>How the outputs f_t and r_t of the two cells of a bidirectional layer become one row.</summary>
public enum Merge
{
    /// <summary>[f_t, r_t] one after the other: 2 × hidden numbers, as in PyTorch.</summary>
    Concat,

    /// <summary>f_t + r_t.</summary>
    Sum,

    /// <summary>(f_t + r_t) / 2; Keras calls it <c>ave</c>.</summary>
    Mean,

    /// <summary>f_t · r_t, element by element; Keras calls it <c>mul</c>.</summary>
    Product,
}

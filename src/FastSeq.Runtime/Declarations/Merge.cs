namespace FastSeq;

/// <summary>How two rows f_t and r_t become one: the outputs of the two cells of a bidirectional layer, or with <see cref="SkipAttribute"/> those of two layers.</summary>
public enum Merge
{
    /// <summary>[f_t, r_t] one after the other: for a bidirectional layer 2 × hidden numbers, as in PyTorch.</summary>
    Concat,

    /// <summary>f_t + r_t.</summary>
    Sum,

    /// <summary>(f_t + r_t) / 2; Keras calls it <c>ave</c>.</summary>
    Mean,

    /// <summary>f_t · r_t, element by element; Keras calls it <c>mul</c>.</summary>
    Product,
}

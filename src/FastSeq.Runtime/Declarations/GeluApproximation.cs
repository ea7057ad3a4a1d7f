namespace FastSeq;

/// <summary>How <see cref="GeluAttribute"/> is computed.</summary>
public enum GeluApproximation
{
    /// <summary><c>x·(1 + erf(x/√2)) / 2</c>: PyTorch's default.</summary>
    None = 0,

    /// <summary><c>x·(1 + tanh(√(2/π)·(x + 0.044715·x³))) / 2</c>: PyTorch's <c>approximate='tanh'</c>.</summary>
    Tanh = 1,
}

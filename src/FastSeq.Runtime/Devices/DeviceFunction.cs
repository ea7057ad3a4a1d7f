namespace FastSeq.Devices;

/// <summary>A function of rows.</summary>
public enum DeviceFunction
{
    /// <summary>The row itself.</summary>
    None,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>1 / (1 + e^-x).</summary>
    Sigmoid,

    /// <summary>x·Φ(x), exactly.</summary>
    Gelu,

    /// <summary>x·Φ(x) by the approximation with tanh.</summary>
    GeluTanh,

    /// <summary>e^x over the sum of the row's.</summary>
    Softmax,
}

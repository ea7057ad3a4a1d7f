namespace FastSeq.Cuda;

/// <summary>How exactly a device multiplies the float32 factors of products; sums are float32 always, and double products stay double.</summary>
public enum ProductPrecision
{
    /// <summary>As float32: 24 bits.</summary>
    Float32,

    /// <summary>On tensor cores, factors rounded to TensorFloat-32: 11 bits.</summary>
    TensorFloat32,

    /// <summary>On tensor cores, factors rounded to bfloat16: 8 bits.</summary>
    BFloat16,
}

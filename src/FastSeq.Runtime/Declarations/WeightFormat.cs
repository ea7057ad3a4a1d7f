namespace FastSeq;

/// <summary>How a model keeps the weights of its products. Biases, embedding tables, states and all maths between products are in the model's <see cref="Precision"/>.</summary>
public enum WeightFormat
{
    /// <summary>As they are trained: the numbers of <see cref="Precision"/>.</summary>
    Float32 = 0,

    /// <summary>16 bits a weight, for inference only: half the memory and close to the accuracy of float32.</summary>
    BFloat16 = 1,

    /// <summary>8 bits a weight, for inference only: a quarter of the memory. What a product multiplies is rounded to 7 bits as well.</summary>
    Int8 = 2,
}

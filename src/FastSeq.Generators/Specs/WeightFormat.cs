namespace FastSeq.Generators.Specs;

/// <summary>How a model keeps the weights of its products.</summary>
internal enum WeightFormat
{
    Float32,
    BFloat16,
    Int8,
}

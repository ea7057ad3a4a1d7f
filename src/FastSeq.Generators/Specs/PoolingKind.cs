namespace FastSeq.Generators.Specs;

/// <summary>How the time steps of a sequence become one row.</summary>
internal enum PoolingKind
{
    Mean,
    Maximum,
    Attention,
}

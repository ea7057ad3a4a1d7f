namespace FastSeq.Generators.Specs;

/// <summary>How the outputs of the two cells of a bidirectional layer become one row.</summary>
internal enum Merge
{
    Concat,
    Sum,
    Mean,
    Product,
}

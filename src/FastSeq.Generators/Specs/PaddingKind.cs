namespace FastSeq.Generators.Specs;

/// <summary>Where a convolution has zeros: <c>FastSeq.Padding</c>, with its numbers.</summary>
internal enum PaddingKind
{
    Causal,
    Valid,
    Same,
    Both,
}

namespace FastSeq.Generators.Specs;

/// <summary>The cell of a recurrent layer.</summary>
internal enum CellKind
{
    Rnn,
    Lstm,
    GruResetAfterProduct,
    GruResetBeforeProduct,
}

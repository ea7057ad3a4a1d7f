namespace FastSeq.Generators.Specs;

/// <summary>The cell of a recurrent layer: each kind is one set of equations.</summary>
internal enum CellKind
{
    RnnTanh,
    RnnRelu,
    Lstm,
    GruResetAfterProduct,
    GruResetBeforeProduct,
}

namespace FastSeq.Kernels;

/// <summary>The registers of one row of a tile: up to four.</summary>
struct TileRow<TVector>
{
    public TVector V0, V1, V2, V3;
}

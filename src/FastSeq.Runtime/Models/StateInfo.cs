namespace FastSeq;

/// <summary>One value of a model's state: the h or c of one cell, or what a pooling or a convolution keeps of earlier time steps.</summary>
/// <param name="Name">The layer, the value and the number in the stack: <c>lstm.h_l0</c>, <c>lstm.c_l1_reverse</c>, <c>meanovertime.pooled</c>, <c>conv1d.before</c>.</param>
/// <param name="Offset">Its first number in the <c>State</c>, which converts to a span of its numbers.</param>
/// <param name="Size">Its numbers: of a cell its units, of h those of a projection.</param>
public sealed record StateInfo(string Name, int Offset, int Size);

namespace FastSeq.Generators.Specs;

/// <summary>An activation of a cell with its numbers, which are 0 where it has none.</summary>
internal sealed record CellFunction(CellActivation Kind, float Alpha = 0, float Beta = 0);

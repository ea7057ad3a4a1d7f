namespace FastSeq.Generators.Specs;

/// <summary>The order in which a recurrent layer reads time.</summary>
internal enum Direction
{
    Forward,
    Reverse,
    Bidirectional,
}

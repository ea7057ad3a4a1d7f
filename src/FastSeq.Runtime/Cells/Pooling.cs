namespace FastSeq.Cells;

/// <summary>How the rows of a sequence become one, number by number.</summary>
public enum Pooling
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>Their maximum.</summary>
    Maximum,
}

namespace FastSeq;

/// <summary>Sequences of any lengths with their targets. See <see cref="SequenceDataset{TInput, TTarget}"/>.</summary>
public abstract class SequenceDataset
{
    private protected SequenceDataset() { }

    /// <summary>The number of sequences.</summary>
    public abstract int Count { get; }

    /// <summary>What a time step consists of.</summary>
    internal abstract Type InputType { get; }

    /// <summary>What a target row consists of.</summary>
    internal abstract Type TargetType { get; }

    /// <summary>The number of time steps of one sequence.</summary>
    /// <param name="index">Which sequence, from 0.</param>
    public abstract int LengthOf(int index);

    /// <summary>How a kind of dataset is written in C#.</summary>
    internal static string Describe(Type input, Type target) => $"SequenceDataset<{Keyword(input)}, {Keyword(target)}>";

    static string Keyword(Type type) => type == typeof(float) ? "float" : type == typeof(double) ? "double" : type == typeof(int) ? "int" : type.Name;
}

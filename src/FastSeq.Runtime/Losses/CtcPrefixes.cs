namespace FastSeq;

/// <summary>A tree of prefixes: each is another one and a label more, and has one number however often it is made.</summary>
/// <param name="capacity">The most prefixes.</param>
sealed class CtcPrefixes(int capacity)
{
    /// <summary>The prefix of no labels.</summary>
    public const int Root = 0;

    readonly int[] parents = new int[capacity], labels = new int[capacity], slots = new int[capacity];

    // Open addressing at most half full: the number of the prefix, or 0.
    readonly int[] table = new int[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity * 2)];
    int count;

    /// <summary>Forgets all but the root.</summary>
    public void Clear()
    {
        Array.Clear(table);
        count = 1;
        (parents[Root], labels[Root], slots[Root]) = (-1, -1, -1);
    }

    public int ParentOf(int prefix) => parents[prefix];

    /// <summary>The last label, or -1 of the root.</summary>
    public int LabelOf(int prefix) => labels[prefix];

    /// <summary>Where the prefix stands among those that are kept, or -1.</summary>
    public int SlotOf(int prefix) => slots[prefix];

    public void SetSlot(int prefix, int slot) => slots[prefix] = slot;

    /// <summary>The prefix that is another one and a label more.</summary>
    public int Grow(int parent, int label)
    {
        int mask = table.Length - 1, place = (int)(((uint)parent * 0x9E3779B1u) ^ ((uint)label * 0x85EBCA6Bu)) & mask;
        for (; table[place] != 0; place = (place + 1) & mask)
        {
            if (parents[table[place]] == parent && labels[table[place]] == label) return table[place];
        }

        table[place] = count;
        (parents[count], labels[count], slots[count]) = (parent, label, -1);
        return count++;
    }

    /// <summary>Writes the labels of a prefix; returns their number.</summary>
    public int CopyTo(int prefix, Span<int> destination)
    {
        int length = 0;
        for (int p = prefix; p != Root; p = parents[p]) length++;
        if (length > destination.Length) throw new ArgumentException($"There is room for {destination.Length} labels, but there are {length}.", "labels");
        for (int p = prefix, i = length - 1; p != Root; p = parents[p]) destination[i--] = labels[p];
        return length;
    }
}

namespace FastSeq;

/// <summary>Which numbers of a model an optimizer moves, and which of these decay: PyTorch's parameter groups, as ranges of the flat buffer.</summary>
static class ParameterGroups
{
    enum Group : byte
    {
        Decaying,
        Undecaying,
        Frozen,
        Padding,
    }

    /// <summary>Shows a model to an optimizer, once; later calls allocate nothing.</summary>
    /// <exception cref="ArgumentException">The optimizer names a parameter that the model does not have.</exception>
    /// <exception cref="InvalidOperationException">The optimizer has seen another model.</exception>
    public static void Show(ModelInfo info, Optimizer optimizer)
    {
        if (optimizer.DividedFor != info) Divide(info, optimizer);
    }

    static void Divide(ModelInfo info, Optimizer optimizer)
    {
        if (optimizer.DividedFor is ModelInfo other)
            throw new InvalidOperationException($"This {optimizer.GetType().Name} belongs to {other.Name} already and cannot step {info.Name}: take a new optimizer for every model.");
        foreach (string name in optimizer.WithoutDecay)
        {
            if (!info.Parameters.Any(parameter => IsNamed(parameter, name)))
                throw new ArgumentException($"WithoutDecay names '{name}', which is no parameter of {info.Name}; it has {info.ParameterNames}.", nameof(optimizer));
        }

        Group[] groups = [.. info.Parameters.Select(parameter => GroupOf(parameter, optimizer))];
        optimizer.Divide(info, groups.All(group => group == Group.Decaying) ? null : Ranges(info, groups));
    }

    /// <summary>The same for a buffer in which the parameters follow each other in the order of the table, each as PyTorch has it: how devices keep them.</summary>
    public static UpdateRange[] RangesInOrder(ModelInfo info, Optimizer optimizer)
    {
        var ranges = new List<UpdateRange>();
        int start = 0;
        foreach (ParameterInfo parameter in info.Parameters)
        {
            int end = checked(start + (int)parameter.Count);
            bool decays = GroupOf(parameter, optimizer) == Group.Decaying;
            if (!parameter.IsFrozen && ranges.Count > 0 && ranges[^1].End == start && ranges[^1].Decays == decays) ranges[^1] = ranges[^1] with { End = end };
            else if (!parameter.IsFrozen && end > start) ranges.Add(new UpdateRange(start, end, decays));
            start = end;
        }

        return [.. ranges];
    }

    static bool IsNamed(ParameterInfo parameter, string name) => parameter.Name == name || parameter.SharedName == name;

    static Group GroupOf(ParameterInfo parameter, Optimizer optimizer) =>
        parameter.IsFrozen ? Group.Frozen
        : (parameter.Shape.Length == 1 && !optimizer.DecaysVectors) || optimizer.WithoutDecay.Any(name => IsNamed(parameter, name)) ? Group.Undecaying
        : Group.Decaying;

    // Parameters lie between each other (the gates of a weight, a bias beside a bias), so each number is marked; padding goes with what is before it and stays zero.
    static UpdateRange[] Ranges(ModelInfo info, Group[] groups)
    {
        var groupOf = new Group[info.BufferLength];
        Array.Fill(groupOf, Group.Padding);
        for (int i = 0; i < groups.Length; i++)
        {
            ParameterInfo parameter = info.Parameters[i];
            for (int row = 0; row < parameter.Layout.Rows; row++)
            {
                for (int column = 0; column < parameter.Layout.Columns; column++) groupOf[parameter.IndexOf(row, column)] = groups[i];
            }
        }

        var ranges = new List<UpdateRange>();
        for (int start = 0, end; start < groupOf.Length; start = end)
        {
            end = start + 1;
            while (end < groupOf.Length && (groupOf[end] == groupOf[start] || groupOf[end] == Group.Padding)) end++;
            if (groupOf[start] is Group.Decaying or Group.Undecaying) ranges.Add(new UpdateRange(start, end, groupOf[start] == Group.Decaying));
        }

        return [.. ranges];
    }
}

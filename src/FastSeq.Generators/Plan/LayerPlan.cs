using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Specs;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Plan;

/// <summary>One operation of a model on rows of numbers: what a row is (a time step of a sequence, or a sequence) and how wide it is.</summary>
/// <param name="Identifier">Begins the names of the emitted members.</param>
/// <param name="InputSize">The numbers of an input row.</param>
/// <param name="OutputSize">The numbers of an output row.</param>
/// <param name="PerSequence">Whether output rows are sequences; otherwise they are time steps.</param>
internal abstract record LayerPlan(string Identifier, int InputSize, int OutputSize, bool PerSequence)
{
    /// <summary>The number of the operation whose rows it reads.</summary>
    public int Source { get; init; }

    /// <summary>Whether training leaves its parameters as they are.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>How many of the operations that its rows come from give another number of time steps than they read.</summary>
    public int Level { get; init; }

    /// <summary>The numbers of all operations whose rows it reads.</summary>
    public virtual IEnumerable<int> Sources => [Source];
}

/// <summary>The features of a time step, as the caller gives them.</summary>
internal sealed record InputPlan(int Features) : LayerPlan("Input", Features, Features, false);

/// <summary>A row of a table for each token.</summary>
internal sealed record EmbeddingPlan(string Identifier, int Vocabulary, int Size, int Offset) : LayerPlan(Identifier, 1, Size, false)
{
    /// <summary>Where the table lies as the weight of a linear layer; null where it lies row by row from <see cref="Offset"/> on.</summary>
    public Region? Tied { get; init; }

    /// <summary>Of a quantised model: the region of a linear layer from which the rows at <see cref="Offset"/> are taken when the model is made, as its packed weight is read by products only.</summary>
    public Region? TakenFrom { get; init; }

    /// <summary>The mask that drops tokens; null for none.</summary>
    public MaskPlan? Dropout { get; init; }
}

/// <summary>What training drops.</summary>
/// <param name="Probability">Of being dropped.</param>
/// <param name="Stream">Tells the masks of the model apart.</param>
internal sealed record MaskPlan(float Probability, int Stream);

/// <summary>The features of a time step without those that are tokens, then the row of a table for each of these.</summary>
internal sealed record ColumnsPlan(string Identifier, int Features, EquatableArray<ColumnTable> Tables)
    : LayerPlan(Identifier, Features, Features - Tables.Count + Tables.Sum(table => table.Size), false)
{
    /// <summary>The features that stay, in stretches side by side: the first of each, how many, and where in the row.</summary>
    public IEnumerable<(int First, int Count, int Place)> Kept
    {
        get
        {
            int first = 0, place = 0;
            foreach (int column in Tables.Select(table => table.Column).OrderBy(column => column).Append(Features))
            {
                if (column > first)
                {
                    yield return (first, column - first, place);
                    place += column - first;
                }

                first = column + 1;
            }
        }
    }

    /// <summary>The tables, and where in the row theirs begin.</summary>
    public IEnumerable<(ColumnTable Table, int Place)> Placed
    {
        get
        {
            int place = Features - Tables.Count;
            foreach (ColumnTable table in Tables)
            {
                yield return (table, place);
                place += table.Size;
            }
        }
    }
}

/// <summary>The embedding of a feature.</summary>
/// <param name="Column">The number of the feature.</param>
/// <param name="Vocabulary">The rows of the table.</param>
/// <param name="Size">The numbers of a row.</param>
/// <param name="Offset">The table's first element in the flat buffer.</param>
/// <param name="IsFrozen">Whether training leaves it as it is.</param>
internal sealed record ColumnTable(int Column, int Vocabulary, int Size, int Offset, bool IsFrozen);

/// <summary>One recurrent layer of a stack.</summary>
/// <param name="States">What it carries from one time step to the next, in the order of the cell's equations.</param>
internal sealed record RecurrentPlan(CellPlan Cell, int TapeSlots, EquatableArray<StatePlan> States) : LayerPlan(Cell.Identifier, Cell.InputSize, Cell.OutputSize, false)
{
    public bool LearnsInitialState => States.Any(state => state.IsLearned);

    /// <summary>The mask of the previous h before the recurrent product; null for none.</summary>
    public MaskPlan? Dropout { get; init; }

    /// <summary>The mask of the recurrent weights; null for none.</summary>
    public MaskPlan? WeightDrop { get; init; }

    /// <summary>The masks that the cell's equations read, in their order.</summary>
    public EquatableArray<MaskPlan> Zoneouts { get; init; } = [];
}

/// <summary>One value of the state of a stream.</summary>
/// <param name="Name">The name for people: <c>lstm.h_l0</c>.</param>
/// <param name="Offset">Where it lies in the state.</param>
/// <param name="Size">Its numbers.</param>
/// <param name="Parameter">Where its learned start lies in the flat buffer; -1 where it begins with the rest state.</param>
internal sealed record StatePlan(string Name, int Offset, int Size, int Parameter)
{
    public bool IsLearned => Parameter >= 0;
}

/// <summary>A linear layer with its activation.</summary>
internal sealed record LinearPlan(CellPlan Cell, bool PerSequence) : LayerPlan(Cell.Identifier, Cell.InputSize, Cell.Units, PerSequence)
{
    /// <summary>Whether the embedding adds its gradients to those of the weight.</summary>
    public bool IsTied { get; init; }
}

/// <summary>Dropout while training.</summary>
/// <param name="Stream">Tells the masks of the model's dropout layers apart.</param>
internal sealed record DropoutPlan(string Identifier, int Size, float Probability, int Stream, bool PerSequence)
    : LayerPlan(Identifier, Size, Size, PerSequence)
{
    /// <summary>Whether all time steps of a sequence have one mask.</summary>
    public bool IsVariational { get; init; }
}

/// <summary>The last time step of each sequence.</summary>
internal sealed record LastStepPlan(string Identifier, int Size) : LayerPlan(Identifier, Size, Size, true);

/// <summary>The rows of each sequence in the opposite order.</summary>
/// <param name="Declaration">The layer that reads backwards, as declared.</param>
internal sealed record ReversalPlan(string Identifier, int Size, string Declaration) : LayerPlan(Identifier, Size, Size, false);

/// <summary>The outputs of two cells as one row: those of <see cref="LayerPlan.Source"/>, and those of a cell that has read the rows in the opposite order.</summary>
/// <param name="Reverse">The number of the second cell.</param>
/// <param name="Size">The numbers of a row of one cell.</param>
internal sealed record MergePlan(string Identifier, int Reverse, int Size, Merge Merge)
    : LayerPlan(Identifier, Size, Merge == Merge.Concat ? 2 * Size : Size, false)
{
    public override IEnumerable<int> Sources => [Source, Reverse];
}

/// <summary>A function of each row alone, without parameters.</summary>
internal sealed record ActivationPlan(string Identifier, int Size, ActivationKind Function, bool PerSequence) : LayerPlan(Identifier, Size, Size, PerSequence);

/// <summary>Layer normalisation of each row.</summary>
/// <param name="Weight">The first element of the weight.</param>
/// <param name="Bias">The first element of the bias; null for none.</param>
internal sealed record LayerNormPlan(string Identifier, int Size, double Epsilon, int Weight, int? Bias, bool PerSequence) : LayerPlan(Identifier, Size, Size, PerSequence);

/// <summary>All time steps of each sequence as one row.</summary>
/// <param name="Query">The first element of the query of an attention; -1 for none.</param>
/// <param name="State">What a stream keeps.</param>
internal sealed record PoolingPlan(string Identifier, int Size, PoolingKind Kind, int Query, StatePlan State) : LayerPlan(Identifier, Size, Size, true);

/// <summary>The rows that each output of a convolution reads, side by side: what a linear layer makes the convolution of.</summary>
/// <param name="Convolution">How the windows lie.</param>
/// <param name="State">The rows that a stream keeps, oldest first, and with a stride the time steps to the next output; null for none.</param>
internal sealed record WindowPlan(string Identifier, int Size, Conv1dSpec Convolution, StatePlan? State) : LayerPlan(Identifier, Size, Size * Convolution.Taps, false)
{
    /// <summary>The rows of a window.</summary>
    public int Taps => Convolution.Taps;

    /// <summary>The time steps from one to the next.</summary>
    public int Dilation => Convolution.Dilation;
}

/// <summary>The rows of <see cref="LayerPlan.Source"/> merged with those of an earlier operation.</summary>
/// <param name="Size">The numbers of a row of the first.</param>
/// <param name="Earlier">The number of the earlier operation.</param>
/// <param name="EarlierSize">The numbers of its row.</param>
internal sealed record SkipPlan(string Identifier, int Size, int Earlier, int EarlierSize, Merge Merge, bool PerSequence)
    : LayerPlan(Identifier, Size, Merge == Merge.Concat ? Size + EarlierSize : Size, PerSequence)
{
    public override IEnumerable<int> Sources => [Source, Earlier];
}

using System.Collections.Generic;
using System.Linq;

namespace FastSeq.Generators.Plan;

/// <summary>
/// The products of a quantised model that read nothing but rows of the embedding. Its weights never change, so their sums are computed once for each token of a small vocabulary,
/// when the model is made: from then on a row of sums is looked up, like a row of the embedding.
/// </summary>
internal static class TokenTables
{
    /// <summary>The most numbers of a table: 4 MiB. Up to there looking up is faster for all sizes and any order of tokens; a model that asks for fewer bytes is not made larger without bound (docs/performance.md).</summary>
    public const int MostNumbers = 1 << 20;

    /// <summary>The cells whose input sums are looked up, in the order of their tables.</summary>
    public static IReadOnlyList<CellPlan> Of(EmitPlan plan) => plan.Model.IsQuantized && plan.Layers[0] is EmbeddingPlan embedding
        ? plan.Layers.Skip(1).Where(layer => ReadsTokens(plan, layer)).Select(CellOf).OfType<CellPlan>().Where(cell => (long)embedding.Vocabulary * Columns(cell) <= MostNumbers).ToArray()
        : [];

    /// <summary>Whether anything reads the rows of the embedding themselves.</summary>
    public static bool NeedsRows(EmitPlan plan) => RowReaders(plan).Any();

    /// <summary>The cell that alone reads the rows of the embedding, and leaves its input sums as they are: a run computes those of a batch with few different tokens once for each. Null for none.</summary>
    public static CellPlan? Sharing(EmitPlan plan) =>
        plan.Model.IsQuantized && plan.ReadsTokens && RowReaders(plan).ToArray() is [RecurrentPlan { Cell: var cell }] && TapeLayout.Of(cell.Equations()).Crossing.Count == 0 ? cell : null;

    /// <summary>The numbers of a row of a table.</summary>
    public static int Columns(CellPlan cell) => cell.InputWeight.Gates * cell.Units;

    private static IEnumerable<LayerPlan> RowReaders(EmitPlan plan)
    {
        IReadOnlyList<CellPlan> tables = Of(plan);
        return plan.Layers.Skip(1).Where(layer => layer is not DropoutPlan && layer.Sources.Any(source => IsEmbedding(plan, source)) && !tables.Contains(CellOf(layer)));
    }

    private static CellPlan? CellOf(LayerPlan layer) => layer switch { RecurrentPlan recurrent => recurrent.Cell, LinearPlan linear => linear.Cell, _ => null };

    private static bool ReadsTokens(EmitPlan plan, LayerPlan layer) => IsEmbedding(plan, layer.Source);

    /// <summary>Whether the rows of an operation are those of the embedding: where nothing is learned, dropout is another name for its input.</summary>
    private static bool IsEmbedding(EmitPlan plan, int index)
    {
        while (plan.Layers[index] is DropoutPlan dropout)
        {
            index = dropout.Source;
        }

        return index == 0;
    }
}

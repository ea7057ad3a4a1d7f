using System;
using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Specs;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Plan;

/// <content>Layers that read the rows of an earlier one: residual and skip connections.</content>
internal static partial class Planner
{
    private sealed partial class Planning
    {
        /// <summary>Adds the embeddings of features, all in one: from here on the row of features is theirs.</summary>
        /// <returns>The number of the next layer.</returns>
        private int AddColumns(EmbeddingSpec first, int index)
        {
            var tables = new List<ColumnTable>();
            for (; model.Layers[index] is EmbeddingSpec { Column: int column } embedding; index++)
            {
                isFrozen = embedding.IsFrozen;
                int table = AddPlain(embedding.Name + ".weight", [embedding.Vocabulary, embedding.Size], new InitialValues(true, 0));
                tables.Add(new ColumnTable(column, embedding.Vocabulary, embedding.Size, table, isFrozen));
            }

            isFrozen = tables.All(table => table.IsFrozen);
            Add(new ColumnsPlan(Prefix(first), Width, tables.ToEquatableArray()));
            while (ends.Count < index)
            {
                ends.Add(layers.Count - 1);
            }

            return index;
        }

        /// <summary>Whether a skip connection reads the rows of a layer.</summary>
        private bool IsSkipped(int index) => model.Layers.OfType<SkipSpec>().Any(skip => skip.Source == index);

        /// <summary>Adds the layers that a residual connection goes around, and what it adds to their rows.</summary>
        /// <returns>The number of the next layer.</returns>
        private int AddResidual(ResidualSpec residual, int index)
        {
            int before = layers.Count - 1, next = index + 1;
            ends.Add(before);
            if (model.Layers[next] is RecurrentSpec stack)
            {
                isFrozen = stack.IsFrozen;
                AddStack(stack, residual);
                ends.Add(layers.Count - 1);
                return next + 1;
            }

            while (next <= index + residual.Covered)
            {
                next = AddNext(next);
            }

            AddMerge(residual, Prefix(residual), before, Merge.Sum);
            ends[next - 1] = layers.Count - 1;
            return next;
        }

        /// <summary>The rows so far merged with those of an earlier operation, which are projected where sizes differ.</summary>
        private void AddMerge(LayerSpec layer, string identifier, int earlier, Merge merge)
        {
            bool isFrozenAround = isFrozen;
            isFrozen = layer.IsFrozen;
            int current = layers.Count - 1, size = Width, earlierSize = layers[earlier].OutputSize;
            bool perSequence = PerSequence;
            if (merge != Merge.Concat && earlierSize != size)
            {
                // PyTorch's start of a linear layer.
                CellPlan projection = PlanProjection($"{layer.Name}.weight", identifier + "Projection_", earlierSize, size, new InitialValues(false, 1 / Math.Sqrt(earlierSize)));
                Add(new LinearPlan(projection, perSequence), earlier);
                CountProducts((long)earlierSize * size);
                (earlier, earlierSize) = (layers.Count - 1, size);
            }

            Add(new SkipPlan(identifier, size, earlier, earlierSize, merge, perSequence), current);
            isFrozen = isFrozenAround;
        }
    }
}

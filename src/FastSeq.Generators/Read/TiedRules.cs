using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using FastSeq.Generators.Diagnostics;
using FastSeq.Generators.Specs;

namespace FastSeq.Generators.Read;

/// <summary>A linear layer that shares the table of the embedding must have its sizes, and be the only one.</summary>
internal static class TiedRules
{
    public static void Check(IReadOnlyList<DeclaredAttribute> attributes, IReadOnlyList<LayerSpec> layers, DiagnosticBag diagnostics)
    {
        int width = 0;
        LinearSpec? first = null;
        foreach (LayerSpec layer in layers)
        {
            if (layer is LinearSpec { IsTied: true } linear)
            {
                if (WhyNot(linear, layers[0] as EmbeddingSpec, width, first) is { } reason)
                {
                    LocationInfo place = attributes.Where(attribute => !attribute.IsLoss).ElementAt(IndexOf(layers, layer)).Location;
                    diagnostics.Add(DiagnosticDescriptors.TiedDoesNotFit, place, linear.Declaration, reason);
                }

                first ??= linear;
            }

            width = SizeRules.OutputSize(layer, width);
        }
    }

    private static string? WhyNot(LinearSpec linear, EmbeddingSpec? embedding, int width, LinearSpec? earlier)
    {
        if (embedding is null)
        {
            return "the model reads no tokens alone. Remove Tied";
        }

        if (linear.Size != embedding.Vocabulary)
        {
            return $"it has {Text(linear.Size)} outputs and the embedding {Text(embedding.Vocabulary)} tokens. Declare [Linear({embedding.Vocabulary}, Tied = true)]";
        }

        if (width != embedding.Size)
        {
            return $"it reads rows of {Text(width)} numbers and the embedding's have {Text(embedding.Size)}. Put a [Linear({embedding.Size})] above it, or give the embedding {Text(width)} numbers a token";
        }

        if (linear.IsFrozen != embedding.IsFrozen)
        {
            return "one of them has Frozen = true, but they share one parameter. Give both Frozen, or none";
        }

        return earlier is null ? null : $"{earlier.Declaration} has it already. Remove one Tied";
    }

    private static int IndexOf(IReadOnlyList<LayerSpec> layers, LayerSpec layer)
    {
        int index = 0;
        while (!ReferenceEquals(layers[index], layer))
        {
            index++;
        }

        return index;
    }

    private static string Text(int value) => value.ToString("N0", CultureInfo.InvariantCulture);
}

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using FastSeq.Generators.Diagnostics;
using FastSeq.Generators.Specs;
using Descriptors = FastSeq.Generators.Diagnostics.DiagnosticDescriptors;

namespace FastSeq.Generators.Read;

/// <summary>The layers that read more than the rows of the layer above: what they read, how long its rows are, and whether the two can be merged.</summary>
/// <param name="layers">The layers, valid on their own.</param>
/// <param name="attributes">Their attributes.</param>
/// <param name="diagnostics">What is wrong.</param>
internal sealed class GraphRules(List<LayerSpec> layers, IReadOnlyList<DeclaredAttribute> attributes, DiagnosticBag diagnostics)
{
    private readonly List<int> sizes = [];

    /// <summary>The layers, each with the sizes of what it reads.</summary>
    public List<LayerSpec> Resolve()
    {
        int size = 0;
        for (int index = 0; index < layers.Count; index++)
        {
            layers[index] = layers[index] switch
            {
                ResidualSpec residual => Resolve(residual, index, size),
                SkipSpec skip => Resolve(skip, index, size),
                EmbeddingSpec { Column: int column } embedding => Check(embedding, column, index),
                LayerSpec other => other,
            };
            size = SizeRules.OutputSize(layers[index], size);
            sizes.Add(size);
        }

        return layers;
    }

    /// <summary>Embeddings of columns stand directly below the features, each with a column of its own.</summary>
    private EmbeddingSpec Check(EmbeddingSpec embedding, int column, int index)
    {
        LocationInfo place = attributes[index].Location;
        if (layers.Take(index).FirstOrDefault(layer => layer is not (InputSpec or EmbeddingSpec { Column: not null })) is { } between)
        {
            diagnostics.Add(Descriptors.ColumnNotBelowInput, place, embedding.Declaration, between.Declaration);
            return embedding;
        }

        int features = ((InputSpec)layers[0]).Features;
        if (column < 0 || column >= features)
        {
            diagnostics.Add(Descriptors.SizeOutOfRange, place, embedding.Declaration, "Column", "0", (features - 1).ToString(CultureInfo.InvariantCulture));
        }
        else if (layers.Take(index).FirstOrDefault(layer => layer is EmbeddingSpec { Column: int other } && other == column) is { } first)
        {
            diagnostics.Add(Descriptors.ColumnEmbeddedTwice, place, embedding.Declaration, column.ToString(CultureInfo.InvariantCulture), first.Declaration);
        }

        return embedding;
    }

    private ResidualSpec Resolve(ResidualSpec residual, int index, int size)
    {
        LayerSpec? below = index + 1 < layers.Count ? layers[index + 1] : null;
        if (below is not (RecurrentSpec or LinearSpec or Conv1dSpec))
        {
            diagnostics.Add(Descriptors.ResidualWithoutLayer, attributes[index].Location, residual.Declaration, below?.Declaration ?? "the loss");
            return residual;
        }

        if (below is Conv1dSpec { ChangesTime: true })
        {
            diagnostics.Add(Descriptors.ResidualAcrossTime, attributes[index].Location, residual.Declaration, below.Declaration);
        }

        bool hasActivation = below is not RecurrentSpec && index + 2 < layers.Count && layers[index + 2] is ActivationSpec;
        int outputSize = SizeRules.OutputSize(below, size);
        ResidualSpec resolved = residual with { Covered = hasActivation ? 2 : 1, Size = outputSize, Projects = outputSize != size };
        CheckFrozen(resolved, index, $"{below.Declaration} reads and gives rows of {outputSize}, which are added as they are: there is nothing that could learn");
        return resolved;
    }

    private SkipSpec Resolve(SkipSpec skip, int index, int size)
    {
        LocationInfo place = attributes[index].Location;
        int named = layers.FindIndex(0, index, layer => layer is not ResidualSpec && string.Equals(layer.Name, skip.From, StringComparison.Ordinal));
        if (named < 0)
        {
            string names = string.Join(", ", layers.Take(index).Where(layer => layer is not ResidualSpec).Select(layer => $"'{layer.Name}'"));
            diagnostics.Add(Descriptors.UnknownSkip, place, skip.Declaration, skip.From, names.Length == 0 ? "none" : names);
            return skip;
        }

        int source = LastOf(named);
        if (source == index - 1)
        {
            diagnostics.Add(Descriptors.SkipOfNothing, place, skip.Declaration, layers[named].Declaration);
        }
        else if (layers.Skip(source + 1).Take(index - source - 1).FirstOrDefault(layer => layer is LastStepSpec or PoolingSpec) is { } pooling)
        {
            diagnostics.Add(Descriptors.SkipAcrossPooling, place, skip.Declaration, layers[named].Declaration, pooling.Declaration);
        }

        else if (layers.Skip(source + 1).Take(index - source - 1).FirstOrDefault(layer => layer is Conv1dSpec { ChangesTime: true }) is { } convolution)
        {
            diagnostics.Add(Descriptors.SkipAcrossTime, place, skip.Declaration, layers[named].Declaration, convolution.Declaration);
        }

        SkipSpec resolved = skip with { Source = source, SourceSize = sizes[source], Projects = skip.Merge != Merge.Concat && sizes[source] != size };
        CheckFrozen(resolved, index, $"the rows of {layers[named].Declaration} are merged as they are: there is nothing that could learn");
        return resolved;
    }

    /// <summary>Only a connection that projects has parameters to freeze.</summary>
    private void CheckFrozen(LayerSpec connection, int index, string reason)
    {
        if (connection.IsFrozen && !connection.HasParameters)
        {
            diagnostics.Add(Descriptors.OptionWithoutUse, attributes[index].Location, connection.Declaration, "Frozen", reason);
        }
    }

    /// <summary>The last layer of those that belong together with a layer, in a residual connection or as features with embedded columns: itself where there are no others.</summary>
    private int LastOf(int index)
    {
        while (layers[index] is InputSpec or EmbeddingSpec { Column: not null } && layers[index + 1] is EmbeddingSpec { Column: not null })
        {
            index++;
        }

        for (int above = Math.Max(0, index - 2); above < index; above++)
        {
            if (layers[above] is ResidualSpec residual && above + residual.Covered >= index)
            {
                return above + residual.Covered;
            }
        }

        return index;
    }
}

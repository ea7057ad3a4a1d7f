using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Diagnostics;
using Descriptors = FastSeq.Generators.Diagnostics.DiagnosticDescriptors;

namespace FastSeq.Generators.Read;

/// <summary>What must stand where in a declaration. Each mistake is reported once, at the attribute that must move.</summary>
internal static class OrderRules
{
    public static void Check(string model, LocationInfo place, IReadOnlyList<DeclaredAttribute> attributes, DiagnosticBag diagnostics)
    {
        DeclaredAttribute[] layers = attributes.Where(attribute => !attribute.IsLoss).ToArray();
        CheckFirstLayer(model, place, layers, diagnostics);
        CheckRecurrent(model, place, layers, diagnostics);
        CheckPooling(layers, diagnostics);
        CheckLoss(model, place, attributes, diagnostics);
    }

    private static void CheckFirstLayer(string model, LocationInfo place, DeclaredAttribute[] layers, DiagnosticBag diagnostics)
    {
        DeclaredAttribute[] first = layers.Where(layer => layer.IsFirstLayer).ToArray();
        if (first.Length == 0)
        {
            diagnostics.Add(Descriptors.NoFirstLayer, place, model);
            return;
        }

        if (first[0] != layers[0])
        {
            diagnostics.Add(Descriptors.FirstLayerNotFirst, first[0].Location, first[0].Text, layers[0].Text);
        }

        foreach (DeclaredAttribute second in first.Skip(1))
        {
            diagnostics.Add(Descriptors.TwoFirstLayers, second.Location, second.Text, first[0].Text);
        }
    }

    private static void CheckRecurrent(string model, LocationInfo place, DeclaredAttribute[] layers, DiagnosticBag diagnostics)
    {
        if (!layers.Any(layer => layer.IsRecurrent))
        {
            diagnostics.Add(Descriptors.NoRecurrentLayer, place, model);
        }
    }

    private static void CheckPooling(DeclaredAttribute[] layers, DiagnosticBag diagnostics)
    {
        DeclaredAttribute[] poolings = layers.Where(layer => layer.IsPooling).ToArray();
        if (poolings.Length == 0)
        {
            return;
        }

        foreach (DeclaredAttribute second in poolings.Skip(1))
        {
            diagnostics.Add(Descriptors.TwoPoolings, second.Location, second.Text, poolings[0].Text);
        }

        int position = System.Array.IndexOf(layers, poolings[0]);
        DeclaredAttribute? below = layers.Skip(position).LastOrDefault(layer => layer.ReadsTime);
        if (below is null)
        {
            return;
        }

        if (layers.Take(position).Any(layer => layer.ReadsTime))
        {
            diagnostics.Add(Descriptors.TimeAfterPooling, below.Location, below.Text, poolings[0].Text);
        }
        else
        {
            diagnostics.Add(Descriptors.PoolingBeforeTime, poolings[0].Location, poolings[0].Text, below.Text);
        }
    }

    private static void CheckLoss(string model, LocationInfo place, IReadOnlyList<DeclaredAttribute> attributes, DiagnosticBag diagnostics)
    {
        DeclaredAttribute[] losses = attributes.Where(attribute => attribute.IsLoss).ToArray();
        if (losses.Length == 0)
        {
            diagnostics.Add(Descriptors.NoLoss, place, model);
            return;
        }

        foreach (DeclaredAttribute second in losses.Skip(1))
        {
            diagnostics.Add(Descriptors.TwoLosses, second.Location, second.Text, losses[0].Text);
        }

        // One error for all layers below the loss: its mend moves the loss below the last of them.
        DeclaredAttribute last = attributes[attributes.Count - 1];
        if (!last.IsLoss)
        {
            diagnostics.Add(Descriptors.LossNotLast, last.Location, last.Text, losses[losses.Length - 1].Text);
        }
    }
}

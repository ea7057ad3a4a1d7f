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
        CheckLastStep(layers, diagnostics);
        CheckActivations(layers, diagnostics);
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

    private static void CheckLastStep(DeclaredAttribute[] layers, DiagnosticBag diagnostics)
    {
        DeclaredAttribute[] lastSteps = layers.Where(layer => layer.FullName == KnownNames.LastStepAttribute).ToArray();
        if (lastSteps.Length == 0)
        {
            return;
        }

        foreach (DeclaredAttribute second in lastSteps.Skip(1))
        {
            diagnostics.Add(Descriptors.TwoLastSteps, second.Location, second.Text, lastSteps[0].Text);
        }

        int position = System.Array.IndexOf(layers, lastSteps[0]);
        DeclaredAttribute? below = layers.Skip(position).LastOrDefault(layer => layer.IsRecurrent);
        if (below is null)
        {
            return;
        }

        if (layers.Take(position).Any(layer => layer.IsRecurrent))
        {
            diagnostics.Add(Descriptors.RecurrentAfterLastStep, below.Location, below.Text, lastSteps[0].Text);
        }
        else
        {
            diagnostics.Add(Descriptors.LastStepBeforeRecurrent, lastSteps[0].Location, lastSteps[0].Text, below.Text);
        }
    }

    private static void CheckActivations(DeclaredAttribute[] layers, DiagnosticBag diagnostics)
    {
        for (int i = 0; i < layers.Length; i++)
        {
            if (layers[i].IsActivation && (i == 0 || layers[i - 1].FullName != KnownNames.LinearAttribute))
            {
                string above = i == 0 ? "[SequenceModel]" : layers[i - 1].Text;
                diagnostics.Add(Descriptors.ActivationNotAfterLinear, layers[i].Location, layers[i].Text, above);
            }
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

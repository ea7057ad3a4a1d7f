using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using FastSeq.Generators.Diagnostics;
using FastSeq.Generators.Specs;
using Descriptors = FastSeq.Generators.Diagnostics.DiagnosticDescriptors;

namespace FastSeq.Generators.Read;

/// <summary>What a loss asks of the layers above it.</summary>
internal static class LossRules
{
    /// <param name="loss">The loss.</param>
    /// <param name="place">Where its attribute stands.</param>
    /// <param name="layers">The layers above it, valid on their own.</param>
    /// <param name="diagnostics">What is wrong.</param>
    public static void Check(LossSpec loss, LocationInfo place, IReadOnlyList<LayerSpec> layers, DiagnosticBag diagnostics)
    {
        LayerSpec output = layers[0];
        int size = 0;
        foreach (LayerSpec layer in layers)
        {
            int width = SizeRules.OutputSize(layer, size);
            output = layer is RecurrentSpec or LinearSpec or Conv1dSpec || width != size ? layer : output;
            size = width;
        }

        switch (loss)
        {
            case CrossEntropySpec { ClassWeights: var weights }:
                CheckClasses();
                RequireFit(weights.IsEmpty || weights.Count == size, $"{weights.Count} class weights do", "Give one weight an output.");
                WarnOfActivation("softmax");
                break;
            case BinaryCrossEntropySpec { PositiveWeights: var weights }:
                RequireFit(weights.IsEmpty || weights.Count == size, $"{weights.Count} positive weights do", "Give one weight an output.");
                WarnOfActivation("sigmoid");
                break;
            case CtcSpec { Blank: var blank }:
                CheckClasses();
                RequireFit(blank >= 0 && blank < size, $"blank {blank} does", $"Set Blank to an output from 0 to {size - 1}.");
                WarnOfActivation("softmax");
                if (layers.FirstOrDefault(layer => layer is LastStepSpec or PoolingSpec) is { } last)
                {
                    diagnostics.Add(Descriptors.CtcAfterLastStep, place, loss.Declaration, last.Declaration);
                }

                break;
            case QuantileSpec { Quantiles.Count: var count }:
                RequireFit(size % count == 0, $"{count} quantiles do", $"Give [Linear] a multiple of {count} outputs: all quantiles of the first target, then those of the next.");
                break;
        }

        void CheckClasses()
        {
            if (size == 1)
            {
                diagnostics.Add(Descriptors.CrossEntropyOfOneClass, place, loss.Declaration, output.Declaration);
            }
        }

        void RequireFit(bool fits, string what, string mend)
        {
            if (!fits)
            {
                diagnostics.Add(Descriptors.LossDoesNotFit, place, loss.Declaration, what, size.ToString(CultureInfo.InvariantCulture), output.Declaration, mend);
            }
        }

        void WarnOfActivation(string function)
        {
            int last = layers.Count - 1;
            while (layers[last] is DropoutSpec or LastStepSpec or PoolingSpec)
            {
                last--;
            }

            // Within a residual connection it bounds what is added, not the sum.
            if (layers[last] is ActivationSpec above && layers[last - 2] is not ResidualSpec { Covered: 2 })
            {
                diagnostics.Add(Descriptors.ActivationBeforeLogits, place, loss.Declaration, above.Declaration, function);
            }
        }
    }
}

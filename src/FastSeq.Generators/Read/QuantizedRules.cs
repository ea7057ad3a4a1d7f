using System.Collections.Generic;
using FastSeq.Generators.Diagnostics;
using FastSeq.Generators.Specs;

namespace FastSeq.Generators.Read;

/// <summary>What models with weights in fewer bits cannot have: they hold packed products and no other parameters.</summary>
internal static class QuantizedRules
{
    public static void Check(WeightFormat weights, IReadOnlyList<DeclaredAttribute> attributes, DiagnosticBag diagnostics)
    {
        foreach (DeclaredAttribute attribute in attributes)
        {
            Refuse(attribute.Named("Peepholes", false), "Peepholes");
            Refuse(attribute.Named("ProjectionSize", 0) != 0, "ProjectionSize");
            Refuse(attribute.IsRecurrent && attribute.Named("LayerNorm", false), "LayerNorm");

            void Refuse(bool isDeclared, string option)
            {
                if (isDeclared)
                {
                    diagnostics.Add(DiagnosticDescriptors.QuantizedOption, attribute.Location, attribute.Text, option, weights.ToString());
                }
            }
        }
    }
}

using System;
using System.Linq;
using FastSeq.Generators.Diagnostics;
using FastSeq.Generators.Specs;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Read;

/// <summary>The attribute of a loss -> <see cref="LossSpec"/>, with every value checked that can be checked without the layers.</summary>
internal sealed class LossReader(DiagnosticBag diagnostics)
{
    /// <summary>CrossEntropyAttribute.IgnoreNothing.</summary>
    public const int IgnoreNothing = int.MinValue;

    public LossSpec Read(DeclaredAttribute attribute)
    {
        string text = attribute.Text;
        switch (attribute.FullName)
        {
            case KnownNames.CrossEntropyAttribute:
                float smoothing = attribute.Named("LabelSmoothing", 0f);
                Require(smoothing is >= 0 and < 1, attribute, "LabelSmoothing", "at least 0 and below 1");
                EquatableArray<float> weights = attribute.NamedNumbers("ClassWeights");
                Require(weights.All(weight => weight >= 0 && !float.IsInfinity(weight)), attribute, "each of ClassWeights", "a finite number of 0 or more");
                int ignored = attribute.Named("IgnoreIndex", IgnoreNothing);
                return new CrossEntropySpec(text, smoothing, ignored == IgnoreNothing ? null : ignored, weights);
            case KnownNames.BinaryCrossEntropyAttribute:
                EquatableArray<float> positive = attribute.NamedNumbers("PositiveWeights");
                Require(positive.All(IsAboveZero), attribute, "each of PositiveWeights", "a finite number above 0");
                return new BinaryCrossEntropySpec(text, positive);
            case KnownNames.MeanAbsoluteErrorAttribute:
                return new MeanAbsoluteErrorSpec(text);
            case KnownNames.HuberAttribute:
                float delta = attribute.Positional<float>(0);
                Require(IsAboveZero(delta), attribute, "delta", "a finite number above 0");
                return new HuberSpec(text, delta);
            case KnownNames.QuantileAttribute:
                EquatableArray<float> quantiles = attribute.PositionalNumbers(0);
                Require(!quantiles.IsEmpty, attribute, "the number of quantiles", "1 or more");
                Require(quantiles.All(quantile => quantile is > 0 and < 1), attribute, "each quantile", "above 0 and below 1");
                return new QuantileSpec(text, quantiles);
            case KnownNames.CtcAttribute:
                return new CtcSpec(text, attribute.Named("Blank", 0), attribute.Named("ZeroInfinity", false));
            case KnownNames.MeanSquaredErrorAttribute:
                return new MeanSquaredErrorSpec(text);
            default:
                throw new InvalidOperationException($"{attribute.FullName} is no loss.");
        }
    }

    private static bool IsAboveZero(float value) => value > 0 && !float.IsInfinity(value);

    private void Require(bool holds, DeclaredAttribute attribute, string label, string range)
    {
        if (!holds)
        {
            diagnostics.Add(DiagnosticDescriptors.LossOptionOutOfRange, attribute.Location, attribute.Text, label, range);
        }
    }
}

using System.Globalization;
using System.Linq;
using FastSeq.Generators.Specs;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>The expression that makes the loss of a model with its options.</summary>
internal static class LossExpression
{
    public static string Of(LossSpec loss)
    {
        (string type, string?[] arguments) = loss switch
        {
            CrossEntropySpec entropy => ("CrossEntropyLoss", new[]
            {
                entropy.LabelSmoothing == 0 ? null : "labelSmoothing: " + SourceWriter.Literal(entropy.LabelSmoothing),
                entropy.IgnoreIndex is { } ignored ? "ignoreIndex: " + ignored.ToString(CultureInfo.InvariantCulture) : null,
                Numbers("classWeights", entropy.ClassWeights),
            }),
            BinaryCrossEntropySpec binary => ("BinaryCrossEntropyLoss", [Numbers("positiveWeights", binary.PositiveWeights)]),
            MeanAbsoluteErrorSpec => ("MeanAbsoluteErrorLoss", []),
            HuberSpec huber => ("HuberLoss", ["delta: " + SourceWriter.Literal(huber.Delta)]),
            QuantileSpec quantile => ("QuantileLoss", [Numbers("quantiles", quantile.Quantiles)]),
            CtcSpec ctc => ("CtcLoss", [$"blank: {ctc.Blank}", ctc.ZeroInfinity ? "zeroInfinity: true" : null]),
            _ => ("MeanSquaredErrorLoss", []),
        };
        return $"new global::FastSeq.{type}({string.Join(", ", arguments.Where(argument => argument is not null))})";
    }

    private static string? Numbers(string name, EquatableArray<float> values) =>
        values.IsEmpty ? null : $"{name}: [{string.Join(", ", values.Select(SourceWriter.Literal))}]";
}

using System.Numerics;
using System.Text.Json;
using FastSeq.Cells;
using FastSeq.Tests.Oracles;
using Xunit;

namespace FastSeq.Tests.Losses;

/// <summary>The losses with their options, and the scalar references of them, against what PyTorch recorded.</summary>
public sealed class RecordedLossTests
{
    public static TheoryData<string, string> Cases => [.. new[] { "cross_entropy_options", "binary_cross_entropy", "absolute_error", "huber", "quantile" }
        .SelectMany(kind => TrainingNumbers.Names(kind).Select(name => (kind, name)))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_IsPyTorchs(string kind, string name)
    {
        Compare<double>(kind, name, 1e-12);
        Compare<float>(kind, name, 1e-6);
    }

    static void Compare<T>(string kind, string name, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        JsonElement recorded = TrainingNumbers.Case(kind, name);
        switch (kind)
        {
            case "cross_entropy_options":
                int classes = (int)recorded.Number("classes");
                int[] labels = recorded.Integers("labels");
                float smoothing = (float)recorded.Number("smoothing");
                int? ignored = recorded.GetProperty("ignored").ValueKind == JsonValueKind.Null ? null : (int)recorded.Number("ignored");
                float[]? weights = recorded.Floats("weights");
                LossCheck.Recorded<T, int>(
                    recorded, new CrossEntropyLoss(smoothing, ignored, weights), ReferenceLoss.CrossEntropy<double>(smoothing, ignored, weights), classes, "logits",
                    () => new ReferenceSequence<double> { Labels = labels }, labels, tolerance);
                break;
            case "binary_cross_entropy":
                float[]? positive = recorded.Floats("weights");
                Values((int)recorded.Number("size"), 1, new BinaryCrossEntropyLoss(positive), ReferenceLoss.BinaryCrossEntropy<double>(positive));
                break;
            case "absolute_error":
                Values(1, 1, new MeanAbsoluteErrorLoss(), ReferenceLoss.MeanAbsoluteError<double>());
                break;
            case "huber":
                float delta = (float)recorded.Number("delta");
                Values(1, 1, new HuberLoss(delta), ReferenceLoss.Huber<double>(delta));
                break;
            default:
                float[] quantiles = recorded.Floats("quantiles")!;
                int size = name.Contains("two targets", StringComparison.Ordinal) ? 2 : 1;
                Values(size * quantiles.Length, quantiles.Length, new QuantileLoss(quantiles), ReferenceLoss.Quantile<double>(quantiles));
                break;
        }

        void Values(int outputSize, int outputsOfTarget, LossFunction loss, ReferenceLoss<double> reference)
        {
            double[] targets = recorded.Numbers("targets");
            LossCheck.Recorded<T, T>(
                recorded, loss, reference, outputSize, "outputs",
                () => new ReferenceSequence<double> { Targets = [.. targets.Chunk(outputSize / outputsOfTarget)] }, [.. targets.Select(T.CreateChecked)], tolerance);
        }
    }
}

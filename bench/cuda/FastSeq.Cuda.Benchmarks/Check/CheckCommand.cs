using FastSeq.Cuda.Benchmarks.Models;

namespace FastSeq.Cuda.Benchmarks.Check;

/// <summary><c>check</c>: models of all kinds on the device against the processor, a line each.</summary>
static class CheckCommand
{
    static readonly CheckedModel[] Models =
    [
        new CheckedModel<PlainLstm, float, float, float>(), new CheckedModel<PeepholeLstm, float, float, float>(), new CheckedModel<CoupledLstm, float, float, float>(),
        new CheckedModel<ProjectedLstm, float, float, float>(), new CheckedModel<NormalizedLstm, float, float, float>(), new CheckedModel<DroppedLstm, float, float, float>(),
        new CheckedModel<PlainGru, float, int, int>(), new CheckedModel<TextbookGru, double, double, double>(), new CheckedModel<NormalizedGru, float, float, int>(),
        new CheckedModel<BothWaysGru, float, float, float>(), new CheckedModel<TanhRnn, float, float, float>(), new CheckedModel<ReluRnn, float, float, float>(),
        new CheckedModel<ConvolvedGru, float, float, int>(), new CheckedModel<Speller, float, float, int>(), new CheckedModel<WideLstm, float, float, int>(),
    ];

    /// <summary>Checks all models.</summary>
    /// <returns>Whether all agree.</returns>
    public static bool Run(Options options, TextWriter output)
    {
        CheckedModel[] models = [.. Models.Where(model => model.Info.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase))];
        if (models.Length == 0) throw new BenchException($"No model has '{options.Only}' in its name; there are {string.Join(", ", Models.Select(model => model.Info.Name))}.");
        int failures = 0;
        foreach (CheckedModel model in models)
        {
            string result;
            bool agrees = false;
            try
            {
                Differences found = model.Compare(options.Short);
                agrees = found.AreRoundings(options.Tolerance);
                result = FormattableString.Invariant(
                    $"loss {found.Loss:0.0e+00}  outputs {found.Outputs:0.0e+00}  gradients {found.Gradients:0.0e+00}  losses of {found.Steps} training steps {found.Training:0.0e+00}  {found.Epochs} epochs of a trainer {found.Trainer:0.0e+00}");
            }
            catch (Exception exception) when (exception is CudaException or NotSupportedException or InvalidOperationException)
            {
                result = exception.Message;
            }

            if (!agrees) failures++;
            output.WriteLine($"{(agrees ? "ok  " : "FAIL")}  {model.Info.Name,-15}  {result}");
        }

        output.WriteLine(failures == 0 ? $"all {models.Length} models agree with the processor" : $"{failures} of {models.Length} models do not agree with the processor");
        return failures == 0;
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using FastSeq.Benchmarks.Shared;
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

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        var isShort = new Option<bool>("--short") { Description = "Smaller batches and fewer steps, as under a sanitizer." };
        Option<string> only = BenchOptions.Text("--only", "Models whose names have the text.");
        var tolerance = new Option<double>("--tolerance") { Description = "Multiplies what may differ.", HelpName = "X", DefaultValueFactory = _ => 1, CustomParser = ParseTolerance };
        var command = new Command("check", "Losses, outputs, gradients and a training of models of all kinds, on the device against the processor: a line each, exit code 1 where one differs.") { isShort, only, tolerance };
        command.SetDeviceWork((parsed, output) => Run(parsed.GetValue(only)!, parsed.GetValue(isShort), parsed.GetValue(tolerance), output));
        return command;
    }

    static double ParseTolerance(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (double.TryParse(text, CultureInfo.InvariantCulture, out double tolerance) && tolerance >= 0) return tolerance;
        result.AddError($"--tolerance {text} must be 0 or more.");
        return 0;
    }

    // Whether all agree.
    static bool Run(string only, bool isShort, double tolerance, TextWriter output)
    {
        CheckedModel[] models = Selection.ByName(Models, model => model.Info.Name, only, "model", StringComparison.OrdinalIgnoreCase);
        int failures = 0;
        foreach (CheckedModel model in models)
        {
            string result;
            bool agrees = false;
            try
            {
                Differences found = model.Compare(isShort);
                agrees = found.AreRoundings(tolerance);
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

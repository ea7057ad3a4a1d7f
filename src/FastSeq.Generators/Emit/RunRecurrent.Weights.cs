using System;
using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <content>The gradients of the parameters: a part of each weight over the whole batch, or in shares of bundles of sequences.</content>
internal sealed partial class RunRecurrent
{
    public override IEnumerable<string> Weights => !Trains ? []
        : Context.Plan.SumsByBundle ? InitialGradients
        : !SharesBundles ? [$"{Method}Weights(part);"]
        : Table is null ? InitialGradients
        : [$"{Method}InputWeights(part);", .. InitialGradients];

    public override IEnumerable<string> BundleWeights => Trains ? [$"{Method}Weights(first, last, ref sums);"] : [];

    public override (int Offset, int Length) Bundled
    {
        get
        {
            if (!Trains)
            {
                return default;
            }

            List<Region> regions = [cell.InputBias, .. cell.HiddenWeights, .. cell.HiddenBiases];
            if (Table is null)
            {
                // Above an embedding its gradient may be one over tokens.
                regions.Add(cell.InputWeight);
            }

            if (cell.UnitParameters is { } unitParameters)
            {
                regions.Add(unitParameters);
            }

            if (cell.Projection is { } projection)
            {
                regions.Add(projection.InputWeight);
            }

            int start = regions.Min(region => region.Offset);
            return (start, regions.Max(region => region.Offset + region.Length) - start);
        }
    }

    private bool SharesBundles => Context.SharesBundles && Bundled.Length > 0;

    private IEnumerable<string> InitialGradients => plan.States
        .Select((state, index) => (State: state, Name: equations.States[index].Name.ToUpperInvariant()))
        .Where(learned => learned.State.IsLearned)
        .Select(learned => $"SumInitialGradients(part, {learned.State.Size}, ref {Field}D{learned.Name}.Reference, ref Gradient({learned.State.Parameter}));");

    /// <summary>Whether the gradients of the biases are added up together with that of the recurrent weight, which reads the same rows.</summary>
    private bool AddsBiasesByTheWay => cell.HasBias && equations.StageCount == 1;

    private void WriteWeights(SourceWriter writer)
    {
        if (SharesBundles)
        {
            WriteShareWeights(writer);
            return;
        }

        writer.WriteLine($"// {cell.Title}: gradients of the weights and biases, once all time steps are done.");
        using (writer.Block($"private void {Method}Weights(int part)"))
        {
            WeightSums sums = WeightSums.OfAll;
            WriteWeightReferences(writer);
            WriteInputWeight(writer, sums);
            writer.WriteLine($"Range(part, {cell.OutputSize}, 6, out int firstHidden, out int lastHidden);");
            using (writer.Block("for (int t = 0, end; t < TimeSteps; t = end)"))
            {
                writer.WriteLine("end = EndOfEvenSteps(t);");
                writer.WriteLine(HiddenGradient(sums, "PreviousRow(t)", "(end - t) * BatchSize(t)", "RowStart(t)"));
            }

            WriteOtherWeights(writer, sums);
            WriteDroppedGradient(writer);
            foreach (string sum in InitialGradients)
            {
                writer.WriteLine(sum);
            }
        }
    }

    private void WriteShareWeights(SourceWriter writer)
    {
        writer.WriteLine($"// {cell.Title}: gradients of the weights and biases, of a share of a bundle.");
        using (writer.Block($"private void {Method}Weights(int part, scoped in global::FastSeq.Kernels.BundleShare share, ref {Number} sums)"))
        {
            var sums = new WeightSums(size => $"share.Range({size}, 6", BundleSum, "0, 1", "if (share.IsFirst) ", "first", "count");
            WriteWeightReferences(writer);
            writer.WriteLine("RowsOf(in share, out int first, out int count);");
            if (Table is null)
            {
                WriteInputWeight(writer, sums);
            }

            writer.WriteLine($"share.Range({cell.OutputSize}, 6, out int firstHidden, out int lastHidden);");
            using (writer.Block("for (int t = 0, end; t < TimeSteps && (end = EndOfEvenSteps(in share, t)) > t; t = end)"))
            {
                writer.WriteLine("int going = GoingOn(in share, t);");
                writer.WriteLine(HiddenGradient(sums, "PreviousRowOf(t, share.First)", "(end - t) * going", "RowOf(t, share.First)"));
            }

            WriteOtherWeights(writer, sums);
        }

        if (Table is not null)
        {
            writer.WriteLine();
            writer.WriteLine($"// {cell.Title}: the gradient of the input weight, once all time steps are done.");
            using (writer.Block($"private void {Method}InputWeights(int part)"))
            {
                writer.WriteLine($"ref {Number} dSums = ref {GradientRows};");
                WriteInputWeight(writer, WeightSums.OfAll);
            }
        }
    }

    private void WriteWeightReferences(SourceWriter writer)
    {
        writer.WriteLine($"ref {Number} dSums = ref {GradientRows};");
        WriteReferences(writer);
    }

    private void WriteInputWeight(SourceWriter writer, WeightSums sums)
    {
        writer.WriteLine($"{sums.Range(cell.InputSize)}, out int firstK, out int lastK);");
        string Gradient(string count, string rows, string x, string d, string firstRow, int slots, int firstSlot) =>
            $"{Kernels}.PanelMatrix.WeightGradient(firstK, lastK, {count}, {rows}, {cell.InputSize}, {cell.Units}, {cell.Lanes}, {InputGates}, in {x}, in {d}, {firstRow}, {slots}, {firstSlot}, ref Packed(part), ref {sums.At(cell.InputWeight.Offset)});";
        if (Table is not null)
        {
            writer.WriteLine("if (SharesTokens) " + Gradient("Tokens.Length", "Tokens.Length", Field + "TokenRows.Reference", Field + "TokenSums.Reference", "0", InputGates, 0));
        }

        writer.WriteLine((Table is null ? "" : "else ") + Gradient(sums.Count, "Rows", RowsFrom(Previous.Output, sums, cell.InputSize), "dSums", sums.First, cell.GradientSlots, equations.FirstInput));
    }

    private string HiddenGradient(WeightSums sums, string previous, string count, string firstRow) =>
        StageGradient(sums, 0, At(plan.Dropout is null ? "h" : Field + "DroppedH.Reference", $"{previous} * {cell.OutputSize}"), count, firstRow);

    private string StageGradient(WeightSums sums, int stage, string operand, string count, string firstRow)
    {
        string biases = AddsBiasesByTheWay
            ? $", {(sums.Condition.Length > 0 ? "!share.IsFirst ? default : " : "")}new {Kernels}.BiasGradients<{Number}>({sums.Parts}, {equations.FirstInput}, {InputGates}, ref {sums.At(cell.InputBias.Offset)}, {equations.FirstHidden(0)}, {HiddenGates(0)}, ref {sums.At(cell.HiddenBiases[0].Offset)})"
            : "";
        return
            $"{Kernels}.PanelMatrix.WeightGradient(firstHidden, lastHidden, {count}, Rows, {cell.HiddenWeights[stage].Inner}, {cell.Units}, {cell.Lanes}, {HiddenGates(stage)}, in {operand}, in dSums, {firstRow}, {cell.GradientSlots}, {equations.FirstHidden(stage)}, ref Packed(part), ref {sums.At(cell.HiddenWeights[stage].Offset)}{biases});";
    }

    /// <summary>The gradients besides those of the input weight and of the recurrent weight of h.</summary>
    private void WriteOtherWeights(SourceWriter writer, WeightSums sums)
    {
        for (int stage = 1; stage < equations.StageCount; stage++)
        {
            writer.WriteLine(StageGradient(sums, stage, RowsFrom("operand" + stage, sums, cell.Units), sums.Count, sums.First));
        }

        if (cell.Projection is { } projection)
        {
            // dW_hr = dhᵀ·m; the gradients of h are whole once backward has gone through time.
            writer.WriteLine($"{sums.Range(projection.InputSize)}, out int firstM, out int lastM);");
            writer.WriteLine(
                $"{Kernels}.PanelMatrix.LinearWeightGradient(firstM, lastM, {sums.Count}, {projection.InputSize}, {projection.Units}, {projection.Lanes}, in {RowsFrom(Field + "Projected.Reference", sums, projection.InputSize)}, in {RowsFrom(Gradient, sums, projection.Units)}, ref Packed(part), ref {sums.At(projection.InputWeight.Offset)});");
        }

        if (cell.UnitParameters is { } unitParameters)
        {
            WriteBias(unitParameters.Gates, equations.PreActivations.Count, unitParameters);
        }

        if (!cell.HasBias || AddsBiasesByTheWay)
        {
            return;
        }

        WriteBias(InputGates, equations.FirstInput, cell.InputBias);
        for (int stage = 0; stage < equations.StageCount; stage++)
        {
            WriteBias(HiddenGates(stage), equations.FirstHidden(stage), cell.HiddenBiases[stage]);
        }

        void WriteBias(int gates, int firstSlot, Region bias) => writer.WriteLine(
            $"{sums.Condition}{Kernels}.PanelMatrix.BiasGradient({sums.Parts}, {sums.First}, {sums.Count}, Rows, {cell.Units}, {cell.Lanes}, {gates}, in dSums, {cell.GradientSlots}, {firstSlot}, ref {sums.At(bias.Offset)});");
    }

    private static string RowsFrom(string buffer, WeightSums sums, int size) => At(buffer, sums.First == "0" ? "0" : $"{sums.First} * {size}");

    /// <summary>How the sums over a batch, or over a bundle, are written.</summary>
    /// <param name="Range">The call that finds rows of a weight, up to its last two arguments.</param>
    /// <param name="At">Where a gradient is summed up.</param>
    /// <param name="Parts">The part of the biases, and how many parts there are.</param>
    /// <param name="Condition">When biases are summed up: nothing for always.</param>
    /// <param name="First">The first row.</param>
    /// <param name="Count">The rows.</param>
    private sealed record WeightSums(Func<int, string> Range, Func<int, string> At, string Parts, string Condition, string First, string Count)
    {
        /// <summary>Over all rows.</summary>
        public static WeightSums OfAll { get; } = new(size => $"Range(part, {size}, 6", offset => $"Gradient({offset})", "part, Parts", "", "0", "Rows");
    }
}

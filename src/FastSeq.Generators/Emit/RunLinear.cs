using System.Collections.Generic;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Specs;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>A linear layer with its activation.</summary>
internal sealed class RunLinear(RunContext context, int index, LinearPlan plan) : RunLayer(context, index, plan)
{
    private readonly CellPlan cell = plan.Cell;

    public override bool Learns => Trains || base.Learns;

    public override string Output => $"{Field}Rows.Reference";

    public override IEnumerable<(string Field, string Length)> Buffers
    {
        get
        {
            yield return Rows("Rows", cell.Units);
            if (Learns)
            {
                yield return Rows("Gradient", cell.Units);
            }

            if (Previous.Learns)
            {
                yield return (Field + "Transposed", $"Elements({cell.InputSize}, {cell.Units})");
            }
        }
    }

    public override IEnumerable<PhaseCall> Forward => [new(Division, $"{Method}Forward(first, last);")];

    public override IEnumerable<PhaseCall> Backward =>
        HasBackward ? [new(Division, $"{Method}Backward(first, last);")] : [];

    public override IEnumerable<string> Prepare => Previous.Learns
        ? [$"{Kernels}.PanelTranspose.Pack(part, Parts, {cell.InputSize}, {cell.Units}, {cell.Lanes}, in {At("parameters.Reference", cell.InputWeight.Offset.ToString())}, ref {Field}Transposed.Reference);"]
        : [];

    public override IEnumerable<string> Weights => Trains && !Context.Plan.SumsByBundle && !SharesBundles ? [$"{Method}Weights(part);"] : [];

    public override IEnumerable<string> BundleWeights => Trains ? [$"{Method}Weights(first, last, ref sums);"] : [];

    /// <summary>The embedding's share of a tied weight is summed up over all rows.</summary>
    public override (int Offset, int Length) Bundled => Trains && !plan.IsTied ? (cell.InputWeight.Offset, cell.InputBias.Offset + cell.InputBias.Length - cell.InputWeight.Offset) : default;

    private bool SharesBundles => Context.SharesBundles && Bundled.Length > 0;

    private bool HasBackward => Previous.Learns || (Trains && cell.Activation is not null);

    public override void WriteMethods(SourceWriter writer)
    {
        writer.WriteLine($"// {cell.Title}: {cell.Equations().Formula[0]}, rows first to last - 1.");
        using (writer.Block($"private void {Method}Forward(int first, int last)"))
        {
            writer.WriteLine($"ref {Number} p = ref parameters.Reference;");
            writer.WriteLine(Context.Plan.SumsByBundle
                ? $"{Context.ModelKernels}.{SmallProduct.Linear(cell).Method}(last - first, ref {Operand("first")}, ref {Parameter(cell.InputWeight.Offset.ToString())}, ref {Parameter(cell.InputBias.Offset.ToString())}, ref {At(Output, $"first * {cell.Units}")});"
                : $"{Kernels}.PanelMatrix.Linear(first, last, {cell.InputSize}, {cell.Units}, {cell.Lanes}, in {Previous.Output}, in {Parameter(cell.InputWeight.Offset.ToString())}, in {Parameter(cell.InputBias.Offset.ToString())}, ref {Output});");
            if (cell.Activation is ActivationKind activation)
            {
                writer.WriteLine($"{Kernels}.Activations.{activation}({Span("Rows")});");
            }
        }

        if (HasBackward)
        {
            writer.WriteLine();
            using (writer.Block($"private void {Method}Backward(int first, int last)"))
            {
                if (cell.Activation is ActivationKind activation)
                {
                    writer.WriteLine($"{Kernels}.Activations.{activation}Backward<{Number}>({Span("Rows")}, {Span("Gradient")});");
                }

                if (Previous.Learns)
                {
                    writer.WriteLine("// dx = dy·W");
                    writer.WriteLine(Context.Plan.SumsByBundle && !AddsGradient
                        ? $"{Context.ModelKernels}.{SmallProduct.LinearGradient(cell).Method}(last - first, ref {At(Gradient, $"first * {cell.Units}")}, ref {Field}Transposed.Reference, ref {At(Previous.Gradient, $"first * {cell.InputSize}")});"
                        : $"{Kernels}.PanelMatrix.LinearInputGradient(first, last, {cell.InputSize}, {cell.Units}, in {Gradient}, in {Field}Transposed.Reference, ref {Previous.Gradient}{(AddsGradient ? ", true" : "")});");
                }
            }
        }

        if (!Trains)
        {
            return;
        }

        writer.WriteLine();
        if (Context.Plan.SumsByBundle)
        {
            WriteBundleWeights(writer);
            return;
        }

        if (SharesBundles)
        {
            WriteShareWeights(writer);
            return;
        }

        using (writer.Block($"private void {Method}Weights(int part)"))
        {
            writer.WriteLine(cell.HasBias ? "// dW = dyᵀ·x, db = sum of dy" : "// dW = dyᵀ·x");
            writer.WriteLine($"Range(part, {cell.InputSize}, 6, out int firstK, out int lastK);");
            writer.WriteLine(
                $"{Kernels}.PanelMatrix.LinearWeightGradient(firstK, lastK, {RowCount}, {cell.InputSize}, {cell.Units}, {cell.Lanes}, in {Previous.Output}, in {Gradient}, ref Packed(part), ref Gradient({cell.InputWeight.Offset}));");
            if (plan.IsTied)
            {
                writer.WriteLine("// The embedding's rows are rows of W.");
                writer.WriteLine(
                    $"{Kernels}.TiedTable.Accumulate(firstK, lastK, Inputs.Span[..{(Level == 0 ? "Rows" : "InputRows")}], {cell.InputSize}, {cell.Units}, {cell.Lanes}, in {Context.Layers[0].Gradient}, ref Gradient({cell.InputWeight.Offset}));");
            }

            if (cell.HasBias)
            {
                writer.WriteLine(
                    $"{Kernels}.PanelMatrix.LinearBiasGradient(part, Parts, {RowCount}, {cell.Units}, {cell.Lanes}, in {Gradient}, ref Gradient({cell.InputBias.Offset}));");
            }
        }
    }

    private void WriteBundleWeights(SourceWriter writer)
    {
        writer.WriteLine("// dW = dyᵀ·x, db = sum of dy, of sequences first to last - 1");
        using (writer.Block($"private void {Method}Weights(int first, int last, ref {Number} sums)"))
        {
            if (Layer.PerSequence)
            {
                writer.WriteLine("if (first < last) " + Gradients("1", "last - first", "last - first", "first"));
            }
            else
            {
                BundleLoop.Write(writer, () => writer.WriteLine(Gradients("end - t", "rows", "BatchSize(t)", "row")));
            }
        }

        string Gradients(string steps, string rows, string apart, string row)
        {
            string bias = cell.HasBias ? $", ref {At("sums", cell.InputBias.Offset.ToString())}" : "";
            return $"{Context.ModelKernels}.{SmallWeightGradient.Linear(cell, Context.Plan.Model.IsDouble).Method}({steps}, {rows}, {apart}, ref {Operand(row)}, ref {At(Field + "Gradient.Reference", $"{row} * {cell.Units}")}, ref {At("sums", cell.InputWeight.Offset.ToString())}{bias});";
        }
    }

    private void WriteShareWeights(SourceWriter writer)
    {
        writer.WriteLine(cell.HasBias ? "// dW = dyᵀ·x, db = sum of dy, of a share of a bundle" : "// dW = dyᵀ·x, of a share of a bundle");
        using (writer.Block($"private void {Method}Weights(int part, scoped in global::FastSeq.Kernels.BundleShare share, ref {Number} sums)"))
        {
            writer.WriteLine($"share.Range({cell.InputSize}, 6, out int firstK, out int lastK);");
            writer.WriteLine(Layer.PerSequence ? "int first = share.First, count = share.Last - share.First;" : "RowsOf(in share, out int first, out int count);");
            writer.WriteLine(
                $"{Kernels}.PanelMatrix.LinearWeightGradient(firstK, lastK, count, {cell.InputSize}, {cell.Units}, {cell.Lanes}, in {Operand("first")}, in {RowGradient}, ref Packed(part), ref {BundleSum(cell.InputWeight.Offset)});");
            if (cell.HasBias)
            {
                writer.WriteLine($"if (share.IsFirst) {Kernels}.PanelMatrix.LinearBiasGradient(0, 1, count, {cell.Units}, {cell.Lanes}, in {RowGradient}, ref {BundleSum(cell.InputBias.Offset)});");
            }
        }
    }

    private string RowGradient => At(Gradient, $"first * {cell.Units}");

    private string Operand(string row) => At(Previous.Output, $"{row} * {cell.InputSize}");

    private string Span(string buffer) => $"{Field}{buffer}.Span[(first * {cell.Units})..(last * {cell.Units})]";
}

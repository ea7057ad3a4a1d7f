using System.Collections.Generic;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>A function of each row alone, such as an activation that is not part of a product.</summary>
internal sealed class RunActivation(RunContext context, int index, ActivationPlan plan) : RunLayer(context, index, plan)
{
    public override bool HasMethods => false;

    public override string Output => $"{Field}Rows.Reference";

    public override IEnumerable<(string Field, string Length)> Buffers =>
        Learns ? [Rows("Rows", plan.Size), Rows("Gradient", plan.Size), .. ShareBuffers] : [Rows("Rows", plan.Size)];

    public override IEnumerable<PhaseCall> Forward =>
        [new(Division, RowCalls.Rows(plan, Number, "(last - first)", First(Previous.Output), First(Output), "parameters.Reference"))];

    public override IEnumerable<PhaseCall> Backward =>
        Learns ? [new(Division, RowCalls.RowsBackward(plan, "(last - first)", First(Previous.Output), First(Output), First(Gradient), First(Share)) + AddShare(Share))] : [];

    private string First(string rows) => At(rows, $"first * {plan.Size}");
}

/// <summary>Layer normalisation; the mean and the scale of each row are kept for backward.</summary>
internal sealed class RunLayerNorm(RunContext context, int index, LayerNormPlan plan) : RunLayer(context, index, plan)
{
    public override bool Learns => Trains || base.Learns;

    public override bool HasMethods => Trains;

    public override string Output => $"{Field}Rows.Reference";

    public override IEnumerable<(string Field, string Length)> Buffers =>
        Learns ? [Rows("Rows", plan.Size), Rows("Gradient", plan.Size), Rows("Statistics", 2), .. ShareBuffers] : [Rows("Rows", plan.Size)];

    public override IEnumerable<PhaseCall> Forward =>
    [
        new(Division, RowCalls.Rows(
            plan, Number, "last - first", First(Previous.Output), First(Output), "parameters.Reference", Learns ? At($"{Field}Statistics.Reference", "first * 2") : null)),
    ];

    public override IEnumerable<PhaseCall> Backward => Previous.Learns
        ? [new(
            Division,
            $"{Kernels}.LayerNormalization.Backward(last - first, {plan.Size}, in {First(Previous.Output)}, in {At("parameters.Reference", plan.Weight.ToString())}, in {At($"{Field}Statistics.Reference", "first * 2")}, in {First(Gradient)}, ref {First(Share)});" + AddShare(Share))]
        : [];

    public override IEnumerable<string> Weights => Trains ? [$"{Method}Weights(part);"] : [];

    public override void WriteMethods(SourceWriter writer)
    {
        string bias = plan.Bias is int place ? $"Gradient({place})" : RowCalls.Null(Number);
        using (writer.Block($"private void {Method}Weights(int part)"))
        {
            writer.WriteLine("// dweight = sum of dy·x̂, dbias = sum of dy");
            writer.WriteLine($"Range(part, {plan.Size}, {Context.Plan.VectorLanes}, out int first, out int last);");
            writer.WriteLine(
                $"{Kernels}.LayerNormalization.WeightGradient(first, last, {RowCount}, {plan.Size}, in {Previous.Output}, in {Field}Statistics.Reference, in {Gradient}, ref Gradient({plan.Weight}), ref {bias});");
        }
    }

    private string First(string rows) => At(rows, $"first * {plan.Size}");
}

using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Plan;

namespace FastSeq.Generators.Emit;

/// <summary>The features with embedded columns; features are given, so only tables have gradients.</summary>
internal sealed class RunColumns(RunContext context, int index, ColumnsPlan plan) : RunLayer(context, index, plan)
{
    public override bool Learns => Trains;

    public override bool HasMethods => false;

    public override string Output => $"{Field}Rows.Reference";

    public override IEnumerable<(string Field, string Length)> Buffers =>
        Learns ? [Rows("Rows", plan.OutputSize), Rows("Gradient", plan.OutputSize)] : [Rows("Rows", plan.OutputSize)];

    public override IEnumerable<PhaseCall> Forward =>
        RowCalls.Columns(plan, "last - first", At(Previous.Output, $"first * {plan.Features}"), At(Output, $"first * {plan.OutputSize}"), "parameters.Reference")
            .Select(statement => new PhaseCall(Division.Rows, statement));

    public override IEnumerable<string> Weights => Trains ? plan.Placed.Where(placed => !placed.Table.IsFrozen).Select(GradientOf) : [];

    private string GradientOf((ColumnTable Table, int Place) placed) =>
        $"{Kernels}.EmbeddingColumns.Accumulate(part, Parts, Rows, {plan.Features}, {placed.Table.Column}, {placed.Table.Size}, in {Previous.Output}, {plan.OutputSize}, in {At(Gradient, placed.Place.ToString())}, ref Gradient({placed.Table.Offset}));";
}

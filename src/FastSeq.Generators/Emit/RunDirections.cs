using System.Collections.Generic;
using FastSeq.Generators.Plan;

namespace FastSeq.Generators.Emit;

/// <summary>The rows of each sequence in the opposite order: what the cell above reads from the first row to the last is the sequence from its end to its beginning.</summary>
internal sealed class RunReversal(RunContext context, int index, ReversalPlan plan) : RunLayer(context, index, plan)
{
    public override bool HasMethods => false;

    public override string Output => $"{Field}Rows.Reference";

    public override IEnumerable<(string Field, string Length)> Buffers =>
        Learns ? [Rows("Rows", plan.Size), Rows("Gradient", plan.Size)] : [Rows("Rows", plan.Size)];

    public override IEnumerable<PhaseCall> Forward =>
        [new(Division.Sequences, $"ReverseRows(first, last, {plan.Size}, ref {Previous.Output}, ref {Output});")];

    public override IEnumerable<PhaseCall> Backward =>
        Learns ? [new(Division.Sequences, $"{(AddsGradient ? "AddReversedRows" : "ReverseRows")}(first, last, {plan.Size}, ref {Gradient}, ref {Previous.Gradient});")] : [];
}

/// <summary>The outputs of both cells of a bidirectional layer as one row.</summary>
internal sealed class RunMerge(RunContext context, int index, MergePlan plan) : RunLayer(context, index, plan)
{
    public override bool HasMethods => false;

    public override string Output => $"{Field}Rows.Reference";

    public override IEnumerable<(string Field, string Length)> Buffers =>
        Learns ? [Rows("Rows", plan.OutputSize), Rows("Gradient", plan.OutputSize)] : [Rows("Rows", plan.OutputSize)];

    public override IEnumerable<PhaseCall> Forward =>
        [new(Division.Sequences, $"MergeDirections(first, last, {plan.Size}, {Merge}, ref {Previous.Output}, ref {Second.Output}, ref {Output});")];

    public override IEnumerable<PhaseCall> Backward => Learns
        ? [new(Division.Sequences, $"SplitDirections(first, last, {plan.Size}, {Merge}, ref {Previous.Output}, ref {Second.Output}, ref {Gradient}, ref {Previous.Gradient}, ref {Second.Gradient});")]
        : [];

    /// <summary>The cell that has read the rows in the opposite order.</summary>
    private RunLayer Second => Context.Layers[plan.Reverse];

    private string Merge => "global::FastSeq.Merge." + plan.Merge;
}

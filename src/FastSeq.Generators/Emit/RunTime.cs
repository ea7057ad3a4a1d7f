using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Specs;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>All time steps of each sequence as one row.</summary>
internal sealed class RunPooling(RunContext context, int index, PoolingPlan plan) : RunLayer(context, index, plan)
{
    public override bool Learns => HasMethods || base.Learns;

    public override bool HasMethods => plan.Kind == PoolingKind.Attention && Trains;

    public override string Output => $"{Field}Rows.Reference";

    public override IEnumerable<(string Field, string Length)> Buffers
    {
        get
        {
            yield return Rows("Rows", plan.Size);
            yield return Rows("State", plan.State.Size);
            if (plan.Kind == PoolingKind.Attention)
            {
                yield return (Field + "Scores", $"Elements({Previous.MaxTimeRows}, 1)");
            }

            if (Learns)
            {
                yield return Rows("Gradient", plan.Size);
            }
        }
    }

    public override IEnumerable<RunState> CarriedStates => [new(plan.State, $"{Field}State.Reference", "", true)];

    public override IEnumerable<PhaseCall> Forward =>
    [
        new(Division.Sequences, RunStates.Begin(plan.State, Field + "State.Reference")),
        new(Division.Sequences, plan.Kind == PoolingKind.Attention
            ? $"PoolAttention(first, last, {plan.Size}, ref {Query}, ref {Previous.Output}, ref {Field}Scores.Reference, ref {Field}State.Reference, ref {Output});"
            : $"Pool{plan.Kind}(first, last, {plan.Size}, ref {Previous.Output}, ref {Field}State.Reference, ref {Output});"),
    ];

    public override IEnumerable<PhaseCall> Backward
    {
        get
        {
            if (Learns)
            {
                string dx = Previous.Learns ? Previous.Gradient : RowCalls.Null(Number);
                yield return new(Division.Sequences, plan.Kind switch
                {
                    PoolingKind.Mean => $"SpreadMean(first, last, {plan.Size}, ref {Field}State.Reference, ref {Gradient}, ref {dx});",
                    PoolingKind.Maximum => $"SpreadMaximum(first, last, {plan.Size}, ref {Previous.Output}, ref {Output}, ref {Gradient}, ref {dx});",
                    _ => $"SpreadAttention(first, last, {plan.Size}, ref {Query}, ref {Previous.Output}, ref {Field}Scores.Reference, ref {Field}State.Reference, ref {Output}, ref {Gradient}, ref {dx});",
                });
            }
        }
    }

    public override IEnumerable<string> Weights => HasMethods ? [$"{Method}Weights(part);"] : [];

    private string Query => At("parameters.Reference", plan.Query.ToString());

    public override void WriteMethods(SourceWriter writer)
    {
        using (writer.Block($"private void {Method}Weights(int part)"))
        {
            writer.WriteLine("// dweight = sum of ds·x");
            writer.WriteLine($"Range(part, {plan.Size}, {Context.Plan.VectorLanes}, out int first, out int last);");
            writer.WriteLine(
                $"{Kernels}.TimePooling.QueryGradient(first, last, Rows, {plan.Size}, in {Previous.Output}, in {Field}Scores.Reference, ref Gradient({plan.Query}));");
        }
    }
}

/// <summary>The windows of a convolution. They are whole rows, so that the convolution is a product of as many rows as any other.</summary>
internal sealed class RunWindow(RunContext context, int index, WindowPlan plan) : RunLayer(context, index, plan)
{
    public override bool HasMethods => false;

    public override string Output => $"{Field}Rows.Reference";

    public override IEnumerable<(string Field, string Length)> Buffers =>
    [
        Rows("Rows", plan.OutputSize),
        .. Learns ? [Rows("Gradient", plan.OutputSize)] : Enumerable.Empty<(string, string)>(),
        .. plan.State is null ? Enumerable.Empty<(string, string)>() : [(Field + "Before", $"Elements(MaxBatch, {plan.State.Size})")],
    ];

    public override IEnumerable<RunState> CarriedStates => plan.State is null ? [] : [new(plan.State, Before, "", true)];

    public override IEnumerable<PhaseCall> Forward
    {
        get
        {
            if (!plan.Convolution.HasEveryOutput)
            {
                if (plan.State is not null)
                {
                    yield return new(Division.Sequences, RunStates.Begin(plan.State, Before));
                }

                yield return new(Division.Sequences, $"TakeWindows(first, last, {plan.Size}, {ShapeOf(plan.Convolution)}, {Previous.Level}, ref {Before}, ref {Previous.Output}, ref {Output});");
                yield break;
            }

            bool inBlocks = Context.Learns;
            Division division = inBlocks ? Division.Blocks : Division.Sequences;
            if (plan.State is not null)
            {
                string begin = RunStates.Begin(plan.State, Before);
                yield return new(division, inBlocks ? $"if (block.Begin == 0) {begin.Replace("(first, last,", "(block.FirstSequence, block.EndSequence,")}" : begin);
            }

            yield return new(division, $"TakeWindows({(inBlocks ? Block : "first, last, 0, TimeSteps")}, {Sizes}, ref {Before}, ref {Previous.Output}, ref {Output});");
        }
    }

    public override IEnumerable<PhaseCall> Backward
    {
        get
        {
            if (Learns)
            {
                string rows = $"ref {Gradient}, ref {Previous.Gradient}{(AddsGradient ? ", true" : "")}";
                yield return plan.Convolution.HasEveryOutput
                    ? new(Division.Blocks, $"SpreadWindows({Block}, {Sizes}, {rows});")
                    : new(Division.Sequences, $"SpreadWindows(first, last, {plan.Size}, {ShapeOf(plan.Convolution)}, {Previous.Level}, {rows});");
            }
        }
    }

    /// <summary>The expression for a convolution's windows.</summary>
    public static string ShapeOf(Conv1dSpec convolution) =>
        $"new global::FastSeq.ConvolutionShape({convolution.Taps}, {convolution.Dilation}, {convolution.Stride}, global::FastSeq.Padding.{convolution.Padding}, {convolution.PaddingSize})";

    private string Before => plan.State is null ? RowCalls.Null(Number) : $"{Field}Before.Reference";

    private string Block => "block.FirstSequence, block.EndSequence, block.Begin, block.End";

    private string Sizes => $"{plan.Size}, {plan.Taps}, {plan.Dilation}";
}

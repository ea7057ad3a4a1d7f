using System.Collections.Generic;
using FastSeq.Generators.Plan;

namespace FastSeq.Generators.Emit;

/// <summary>Rows merged with those of an earlier layer.</summary>
internal sealed class RunSkip(RunContext context, int index, SkipPlan plan) : RunLayer(context, index, plan)
{
    public override bool Learns => Previous.Learns || Earlier.Learns;

    public override bool HasMethods => false;

    public override string Output => $"{Field}Rows.Reference";

    public override IEnumerable<(string Field, string Length)> Buffers =>
        Learns ? [Rows("Rows", plan.OutputSize), Rows("Gradient", plan.OutputSize)] : [Rows("Rows", plan.OutputSize)];

    public override IEnumerable<PhaseCall> Forward =>
        [new(Division, RowCalls.Merge(plan, "(last - first)", First(Previous.Output, plan.Size), First(Earlier.Output, plan.EarlierSize), First(Output, plan.OutputSize)))];

    public override IEnumerable<PhaseCall> Backward
    {
        get
        {
            if (Previous.Learns)
            {
                yield return Gradients(false, First(Earlier.Output, plan.EarlierSize), First(Previous.Gradient, plan.Size), AddsGradient);
            }

            if (Earlier.Learns)
            {
                yield return Gradients(true, First(Previous.Output, plan.Size), First(Earlier.Gradient, plan.EarlierSize), AddsGradientOf(plan.Earlier) || plan.Earlier == plan.Source);
            }
        }
    }

    private RunLayer Earlier => Context.Layers[plan.Earlier];

    private PhaseCall Gradients(bool ofEarlier, string other, string dx, bool adds) =>
        new(Division, RowCalls.MergeBackward(plan, ofEarlier, "(last - first)", other, First(Gradient, plan.OutputSize), dx, adds));

    private static string First(string rows, int width) => At(rows, $"first * {width}");
}

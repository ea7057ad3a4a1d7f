using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Cells;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <content>What training draws inside of a layer: masks of the previous h, of the recurrent weights, and of the units that keep their state.</content>
internal sealed partial class RunRecurrent
{
    /// <summary>The first of the recurrent weights in the flat buffer, where a training step reads a copy of them.</summary>
    private int FirstWeight => plan.WeightDrop is null ? 0 : cell.HiddenWeights[0].Offset;

    private int WeightLength => cell.HiddenWeights[cell.HiddenWeights.Count - 1].Offset + cell.HiddenWeights[cell.HiddenWeights.Count - 1].Length - FirstWeight;

    private IEnumerable<(string Field, string Length)> MaskBuffers
    {
        get
        {
            if (plan.Dropout is not null)
            {
                yield return (Field + "DropoutMasks", $"Elements(MaxBatch, {cell.OutputSize})");
                yield return (Field + "DroppedH", $"Elements((long)MaxBatch + {MaxTimeRows}, {cell.OutputSize})");
                if (Learns)
                {
                    yield return (Field + "DDroppedH", $"Elements(MaxBatch, {cell.OutputSize})");
                }
            }

            if (plan.WeightDrop is not null)
            {
                yield return (Field + "DroppedWeights", $"Elements(1, {WeightLength})");
            }

            foreach (CellMask mask in equations.Masks)
            {
                yield return Rows(Upper(mask.Name), cell.Units);
            }
        }
    }

    private IEnumerable<PhaseCall> DrawMasks
    {
        get
        {
            if (plan.Dropout is { } dropout)
            {
                yield return Draw("DrawSequenceMasks", cell.OutputSize, dropout, "DropoutMasks");
            }

            for (int index = 0; index < equations.Masks.Count; index++)
            {
                yield return Draw("DrawStepMasks", cell.Units, plan.Zoneouts[index], Upper(equations.Masks[index].Name));
            }

            PhaseCall Draw(string method, int size, MaskPlan mask, string buffer) => new(
                Division.Blocks, $"if (Training) {method}(in block, {size}, {mask.Stream}, {SourceWriter.Literal(mask.Probability)}, ref {Field}{buffer}.Reference);");
        }
    }

    private IEnumerable<string> DropWeights => plan.WeightDrop is { } drop
        ? [$"if (Training) DropParameters(part, {FirstWeight}, {WeightLength}, {drop.Stream}, {SourceWriter.Literal(drop.Probability)}, ref parameters.Reference, ref {Field}DroppedWeights.Reference);"]
        : Enumerable.Empty<string>();

    private static string Upper(string name) => char.ToUpperInvariant(name[0]) + name.Substring(1);

    private string MaskRow(string mask, string? panel) => HistoryRow($"{Field}{Upper(mask)}.Reference", "row", panel);

    /// <summary>Names for what products multiply: while training copies of which a part is dropped.</summary>
    private void WriteMaskReferences(SourceWriter writer)
    {
        if (plan.Dropout is not null)
        {
            writer.WriteLine($"ref {Number} masks = ref {Field}DropoutMasks.Reference;");
            writer.WriteLine($"ref {Number} hUsed = ref Training ? ref {Field}DroppedH.Reference : ref h;");
        }

        if (plan.WeightDrop is not null)
        {
            writer.WriteLine($"ref {Number} weights = ref Training ? ref {Field}DroppedWeights.Reference : ref {Parameter(FirstWeight.ToString())};");
        }
    }

    /// <summary>What a stage's product multiplies, dropped by the masks of the sequences.</summary>
    private void WriteMaskedOperand(SourceWriter writer, int stage)
    {
        if (plan.Dropout is null)
        {
            return;
        }

        string row = stage == 0 ? $"previous * {cell.OutputSize}" : $"row * {cell.OutputSize}", operand = stage == 0 ? "h" : "operand" + stage;
        writer.WriteLine(
            $"if (Training) Mask(count * {cell.OutputSize}, ref {At("masks", $"b * {cell.OutputSize}")}, ref {At(operand, row)}, ref {At(stage == 0 ? "hUsed" : operand, row)});");
    }

    /// <summary>The gradient of a stage's operand before it was dropped.</summary>
    private void WriteMaskedGradient(SourceWriter writer, int stage, string condition)
    {
        string dropped = stage == 0 ? $"{Field}DDroppedH.Reference" : "dOperand" + stage, rows = At(dropped, $"first * {cell.OutputSize}"), count = $"count * {cell.OutputSize}";
        using (writer.Block(condition))
        {
            if (cell.HasSmallGradient)
            {
                writer.WriteLine($"Clear(ref {rows}, {count});");
                WriteSmallGradient(writer, "", dropped);
            }
            else
            {
                writer.WriteLine(OperandGradient(stage, dropped, adds: false));
            }

            writer.WriteLine($"Mask({count}, ref {At($"{Field}DropoutMasks.Reference", $"first * {cell.OutputSize}")}, ref {rows}, ref {rows});");
            if (stage == 0)
            {
                writer.WriteLine($"Add(ref {rows}, {count}, ref {At("dH", $"first * {cell.OutputSize}")});");
            }
        }
    }

    /// <summary>The gradients of the recurrent weights, which products saw dropped: of the rows that the part has computed.</summary>
    private void WriteDroppedGradient(SourceWriter writer)
    {
        if (plan.WeightDrop is not { } drop)
        {
            return;
        }

        for (int stage = 0; stage < equations.StageCount; stage++)
        {
            Region weight = cell.HiddenWeights[stage];
            Panels.Write(writer, cell, (panel, units) => writer.WriteLine(
                $"DropGradients({Lane.Sum(Panels.StartOf(weight, panel), $"(firstHidden * {weight.Gates * units})")}, (lastHidden - firstHidden) * {weight.Gates * units}, {drop.Stream}, {SourceWriter.Literal(drop.Probability)});"));
        }
    }
}

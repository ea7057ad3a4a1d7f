using System;
using System.Linq;
using FastSeq.Generators.Cells;
using FastSeq.Generators.Plan;
using static FastSeq.Generators.Emit.Lane;

namespace FastSeq.Generators.Emit;

/// <content>From the sums of a register of units to its gates and states.</content>
internal sealed partial class CellStep
{
    /// <summary>The pointwise maths of a stage for one register of units.</summary>
    private void WriteEpilogue(int stage, string? panel, Segment segment, Func<PreActivation, string> sum)
    {
        string firstUnit = panel is null ? (plan.FullPanels * plan.Lanes).ToString() : Times(panel, plan.Lanes);
        string unit = Sum(firstUnit, segment.Start);
        bool isLast = stage == cell.StageCount - 1;
        TapeLayout tape = TapeLayout.Of(cell);
        var printer = new ExpressionPrinter(writer, new CSharpDialect(segment.Lane, inLoop: false));
        foreach (PreActivation p in cell.PreActivations.Where(p => p.Stage == stage))
        {
            printer.Give(p.Value, sum(p));
        }

        for (int index = 0; index < cell.UnitParameters.Count; index++)
        {
            int units = panel is null ? plan.NarrowUnits : plan.Lanes;
            string place = Sum(OffsetOf(plan.UnitParameters!, panel), (index * units).ToString(), segment.Start);
            printer.Give(cell.UnitParameters[index].Value, segment.Lane.Load("parameters", place));
        }

        foreach (CellMask mask in cell.Masks)
        {
            printer.Give(mask.Value, segment.Lane.Constant(mask.Expectation));
        }

        foreach (CellState state in cell.States)
        {
            string place = state.Name == "h" && NeedsPrevious ? "hOld" : state.Name + "State";
            printer.Give(state.Previous, segment.Lane.Load(place, unit));
        }

        if (stage > 0)
        {
            for (int index = 0; index < tape.Crossing.Count; index++)
            {
                printer.Give(tape.Crossing[index], segment.Lane.Load("crossing" + index, unit));
            }
        }

        if (!isLast)
        {
            Node[] crossing = tape.Crossing.Where(n => TapeLayout.StageOf(cell, n) == stage).ToArray();
            printer.Write([.. crossing, cell.LaterOperands[stage]]);
            foreach (Node value in crossing)
            {
                writer.WriteLine(segment.Lane.Store(printer.NameOf(value), "crossing" + tape.Crossing.ToList().IndexOf(value), unit, segment.Count));
            }

            writer.WriteLine(segment.Lane.Store(printer.NameOf(cell.LaterOperands[stage]), "operand" + (stage + 1), unit, segment.Count));
            return;
        }

        Node[] results = cell.States.Count == 0 ? [cell.Output] : cell.States.Select(s => s.Next).ToArray();
        printer.Write(results);
        for (int index = 0; index < results.Length; index++)
        {
            string place = cell.States.Count == 0 ? "output" : index == 0 && cell.IsProjected ? "projected" : cell.States[index].Name + "State";
            writer.WriteLine(segment.Lane.Store(printer.NameOf(results[index]), place, unit, segment.Count));
        }
    }
}

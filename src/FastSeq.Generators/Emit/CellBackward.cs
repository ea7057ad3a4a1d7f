using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Cells;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>
/// The derived backward maths of one panel's rows: from the gradients of the new states (and of later operands) to those of a stage's sums;
/// in the first stage also to those of the previous states.
/// </summary>
internal sealed class CellBackward(CellPlan plan, int stage, bool isNarrow) : PanelMaths(plan, stage, isNarrow)
{
    protected override string Verb => "GatesBackward";

    protected override string Summary =>
        $"{Cell.Name}, {Plan.Units} units: gradients of {(Cell.StageCount > 1 ? $"the sums of stage {Stage + 1}" : "the sums")}{(Stage == 0 ? " and of the previous state" : "")}, of the rows of {(IsNarrow ? "the narrow panel" : "a panel")}.";

    private int[] Sums => Enumerable.Range(0, Cell.PreActivations.Count).Where(i => Cell.PreActivations[i].Stage == Stage).ToArray();

    /// <summary>The first state whose gradient goes from step to step here; that of a projected h does so through the projection.</summary>
    private int FirstState => Cell.IsProjected ? 1 : 0;

    private IEnumerable<Node> Roots =>
        Sums.Select(i => Gradients.PreActivations[i]).Concat(Stage == 0 ? Gradients.PreviousStates.Concat(Gradients.UnitParameters) : []);

    public override IReadOnlyList<(string Name, int Stride)> Buffers
    {
        get
        {
            var buffers = new List<(string, int)> { ("tape", Tape.SlotCount * Units) };
            buffers.AddRange(UnitParameterBuffer);
            buffers.AddRange(MaskBuffers(Roots, IsGiven));
            foreach (CellState state in Cell.States)
            {
                if (Reads(Roots, IsGiven, state.Previous))
                {
                    buffers.Add((state.Name + "PreviousRows", Plan.Units));
                }

                if (Reads(Roots, IsGiven, state.Next))
                {
                    buffers.Add((state.Name + "Rows", Plan.Units));
                }
            }

            buffers.Add(("dOutput", Plan.Units));
            buffers.AddRange(Cell.States.Skip(FirstState).Select(s => ($"d{char.ToUpperInvariant(s.Name[0])}Rows", Plan.Units)));
            if (Stage < Cell.StageCount - 1)
            {
                buffers.Add(("dOperand", Plan.Units));
            }

            buffers.Add(("dSums", Plan.GradientSlots * Units));
            return buffers;
        }
    }

    protected override void WriteUnits(SourceWriter writer, Segment segment)
    {
        foreach (string line in Cell.Formula)
        {
            writer.WriteLine("// forward: " + line);
        }

        var printer = new ExpressionPrinter(writer, segment.Lane);
        foreach (CellState state in Cell.States)
        {
            printer.Give(state.Previous, segment.Lane.Load(state.Name + "PreviousRows", segment.Start));
            printer.Give(state.Next, segment.Lane.Load(state.Name + "Rows", segment.Start));
        }

        foreach (KeyValuePair<Node, int> kept in Tape.Slots)
        {
            printer.Give(kept.Key, segment.Lane.Load("tape", Slot(kept.Value, segment)));
        }

        GiveUnitParameters(printer, segment);
        foreach (CellMask mask in Cell.Masks)
        {
            printer.Give(mask.Value, segment.Lane.Load(mask.Name, segment.Start));
        }

        for (int index = 0; index < Cell.States.Count; index++)
        {
            if (index < FirstState)
            {
                printer.Give(Gradients.StateSeeds[index], segment.Lane.Load("dOutput", segment.Start));
                continue;
            }

            string seed = segment.Lane.Load("d" + char.ToUpperInvariant(Cell.States[index].Name[0]) + "Rows", segment.Start);
            printer.Give(Gradients.StateSeeds[index], index == 0 ? $"{segment.Lane.Load("dOutput", segment.Start)} + {seed}" : seed);
        }

        if (Stage < Cell.StageCount - 1)
        {
            printer.Give(Gradients.OperandSeeds[Stage], segment.Lane.Load("dOperand", segment.Start));
        }

        printer.Write(Roots.ToArray());
        foreach (int index in Sums)
        {
            writer.WriteLine(segment.Store(printer.NameOf(Gradients.PreActivations[index]), "dSums", Slot(index, segment)));
        }

        if (Stage > 0)
        {
            return;
        }

        for (int index = 0; index < Cell.UnitParameters.Count; index++)
        {
            writer.WriteLine(segment.Lane.Store(printer.NameOf(Gradients.UnitParameters[index]), "dSums", Slot(Cell.PreActivations.Count + index, segment), segment.Count));
        }

        for (int index = FirstState; index < Cell.States.Count; index++)
        {
            string previous = printer.NameOf(Gradients.PreviousStates[index]);
            writer.WriteLine(segment.Store(previous, "d" + char.ToUpperInvariant(Cell.States[index].Name[0]) + "Rows", segment.Start));
        }
    }

    private bool IsGiven(Node node) => Tape.Slots.ContainsKey(node) || Cell.States.Any(s => s.Previous == node || s.Next == node);
}

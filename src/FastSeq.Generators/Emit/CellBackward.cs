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

    protected override string Options => FetchesAhead ? ", int ahead" : "";

    /// <summary>Whether the method asks for the rows of the time step before: <c>ahead</c> rows back. Hardware does not guess that a walk forward over the rows of a step goes on there.</summary>
    public bool FetchesAhead => Plan.HiddenChains == 1 && !IsFlat;

    protected override string Summary =>
        $"{Cell.Name}, {Plan.Units} units: gradients of {(Cell.StageCount > 1 ? $"the sums of stage {Stage + 1}" : "the sums")}{(Stage == 0 ? " and of the previous state" : "")}, of the rows of {(IsNarrow ? "the narrow panel" : "a panel")}.";

    public override IReadOnlyList<(string Name, int Stride)> Buffers
    {
        get
        {
            var buffers = new List<(string, int)> { ("tape", Tape.SlotCount * Units) };
            buffers.AddRange(UnitParameterBuffer);
            buffers.AddRange(MaskBuffers(Values.BackwardRoots, Values.IsGivenBackward));
            foreach (CellState state in Cell.States)
            {
                if (Reads(Values.BackwardRoots, Values.IsGivenBackward, state.Previous))
                {
                    buffers.Add((state.Name + "PreviousRows", Plan.Units));
                }

                if (Reads(Values.BackwardRoots, Values.IsGivenBackward, state.Next))
                {
                    buffers.Add((state.Name + "Rows", Plan.Units));
                }
            }

            buffers.Add(("dOutput", Plan.Units));
            buffers.AddRange(Cell.States.Skip(Values.FirstState).Select(s => ($"d{char.ToUpperInvariant(s.Name[0])}Rows", Plan.Units)));
            if (Stage < Cell.StageCount - 1)
            {
                buffers.Add(("dOperand", Plan.Units));
            }

            buffers.Add(("dSums", Plan.GradientSlots * Units));
            return buffers;
        }
    }

    protected override void WriteRowStart(Lane lane, SourceWriter writer)
    {
        foreach ((string name, int stride) in Buffers.Where(b => FetchesAhead && GoesThroughTime(b.Name)))
        {
            int numbers = name is "tape" or "dSums" ? stride : Units;
            writer.WriteLine($"CacheLines.Prefetch({Lane.Ref(name, Lane.Times("-ahead", stride))}, {numbers * (lane.IsDouble ? 8 : 4)});");
        }
    }

    /// <summary>Whether a buffer has other rows at each time step, and not only where the tape lies.</summary>
    private bool GoesThroughTime(string buffer) => buffer switch
    {
        "tape" => true,
        "dSums" => !Plan.GradientsTakeTape,
        "dOutput" => !Cell.IsProjected,
        _ => Cell.States.Any(s => buffer == s.Name + "Rows" || buffer == s.Name + "PreviousRows") || Cell.Masks.Any(m => m.Name == buffer),
    };

    protected override void WriteUnits(SourceWriter writer, Segment segment, int loop)
    {
        foreach (string line in Cell.Formula)
        {
            writer.WriteLine("// forward: " + line);
        }

        var printer = new ExpressionPrinter(writer, new CSharpDialect(segment.Lane, inLoop: false));
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
            if (index < Values.FirstState)
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

        printer.Write(Values.BackwardRoots);
        foreach (int index in Values.Sums)
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

        for (int index = Values.FirstState; index < Cell.States.Count; index++)
        {
            string previous = printer.NameOf(Gradients.PreviousStates[index]);
            writer.WriteLine(segment.Store(previous, "d" + char.ToUpperInvariant(Cell.States[index].Name[0]) + "Rows", segment.Start));
        }
    }
}

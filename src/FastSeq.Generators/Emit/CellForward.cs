using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Cells;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>The gates and the new state of one panel's rows: input sums from the tape, recurrent sums from scratch memory, which the maths may overwrite.</summary>
internal sealed class CellForward(CellPlan plan, int stage, bool isNarrow) : PanelMaths(plan, stage, isNarrow)
{
    private RowLoops? loops;

    private RowLoops Loops => loops ??= new RowLoops(
        Values.Results, Values.Crossing.Concat(Values.Kept).Distinct().ToDictionary(n => n, n => Tape.Slots[n]), Values.IsGiven,
        Cell.Inputs.Select(p => p.Value).ToArray(), Cell.HiddenOf(Stage).Select(p => p.Value).ToArray());

    protected override int LoopCount => Loops.Count;

    protected override string Verb => "Gates";

    protected override string Options => ", bool keep";

    protected override string Summary =>
        $"{Cell.Name}, {Plan.Units} units: {(Values.IsLast ? "gates and new state" : "gates of stage " + (Stage + 1))}, of the rows of {(IsNarrow ? "the narrow panel" : "a panel")}; keep: leaves on the tape what Backward reads.";

    public override IReadOnlyList<(string Name, int Stride)> Buffers
    {
        get
        {
            var buffers = new List<(string, int)> { ("tape", Tape.SlotCount * Units), ("sums", Plan.SumStride(Cell.HiddenOf(Stage).Count() * Units)) };
            IEnumerable<Node> roots = Values.Results.Concat(Values.Kept).Concat(Values.Crossing);
            buffers.AddRange(Cell.States
                .Where(s => Reads(roots, Values.IsGiven, s.Previous))
                .Select(s => (s.Name + "PreviousRows", Plan.Units)));
            buffers.AddRange(UnitParameterBuffer);
            buffers.AddRange(MaskBuffers(roots, Values.IsGiven));
            buffers.AddRange(Values.IsLast ? Cell.States.Select(s => (s.Name + "Rows", Plan.Units)) : [("operandRows", Plan.Units)]);
            return buffers;
        }
    }

    protected override void WriteUnits(SourceWriter writer, Segment segment, int loop)
    {
        var printer = new ExpressionPrinter(writer, new CSharpDialect(segment.Lane, inLoop: loop != WholeRow));
        GiveValues(printer, segment, loop);

        // What others read, what the second loop reads, and what backward reads.
        Node[] crossing = Here(Values.Crossing), left = loop == 0 ? Loops.Crossing.Select(c => c.Value).ToArray() : [];
        Node[] results = Here(Values.Results), kept = Here(Values.Kept).Except(crossing).ToArray();
        printer.Write([.. crossing, .. left, .. results, .. kept]);
        foreach (Node value in crossing)
        {
            writer.WriteLine(segment.Store(printer.NameOf(value), "tape", Slot(Tape.Slots[value], segment)));
        }

        foreach ((Node value, int slot) in loop == 0 ? Loops.Crossing : [])
        {
            writer.WriteLine(segment.Store(printer.NameOf(value), "sums", Slot(slot, segment)));
        }

        foreach (Node value in results)
        {
            string rows = Values.IsLast ? Cell.States.First(s => s.Next == value).Name + "Rows" : "operandRows";
            writer.WriteLine(segment.Store(printer.NameOf(value), rows, segment.Start));
        }

        if (kept.Length == 0)
        {
            return;
        }

        using (writer.Block("if (keep)"))
        {
            foreach (Node value in kept)
            {
                writer.WriteLine(segment.Store(printer.NameOf(value), "tape", Slot(Tape.Slots[value], segment)));
            }
        }

        Node[] Here(IReadOnlyList<Node> values) => values.Where(value => loop == WholeRow || Loops.Computes(loop, value)).ToArray();
    }

    private void GiveValues(ExpressionPrinter printer, Segment segment, int loop)
    {
        PreActivation[] inputs = Cell.Inputs.ToArray(), hidden = Cell.HiddenOf(Stage).ToArray();
        foreach (PreActivation sum in Cell.PreActivations.Where(p => p.Stage == Stage))
        {
            string input = segment.Lane.Load("tape", Slot(System.Array.IndexOf(inputs, sum), segment));
            string recurrent = sum.HasHidden ? segment.Lane.Load("sums", Slot(System.Array.IndexOf(hidden, sum), segment)) : "";
            printer.Give(sum.Value, sum.HasInput && sum.HasHidden ? $"{input} + {recurrent}" : sum.HasInput ? input : recurrent);
        }

        foreach (CellState state in Cell.States)
        {
            printer.Give(state.Previous, segment.Lane.Load(state.Name + "PreviousRows", segment.Start));
        }

        GiveUnitParameters(printer, segment);
        foreach (CellMask mask in Cell.Masks)
        {
            printer.Give(mask.Value, $"keep ? {segment.Lane.Load(mask.Name, segment.Start)} : {segment.Lane.Constant(mask.Expectation)}");
        }

        foreach (Node value in Tape.Crossing.Where(Values.IsGiven))
        {
            printer.Give(value, segment.Lane.Load("tape", Slot(Tape.Slots[value], segment)));
        }

        foreach ((Node value, int slot) in loop == 1 ? Loops.Crossing : [])
        {
            printer.Give(value, segment.Lane.Load("sums", Slot(slot, segment)));
        }
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Cells;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;
using static FastSeq.Generators.Emit.Lane;

namespace FastSeq.Generators.Emit;

/// <summary>
/// The pointwise maths of a cell's stage on the rows of one panel, forward or backward: a method of its own, because a product loop and
/// exp or tanh in one method make the register allocator spill inside the loop.
/// </summary>
internal abstract class PanelMaths
{
    protected PanelMaths(CellPlan plan, int stage, bool isNarrow)
    {
        Plan = plan;
        Stage = stage;
        Units = isNarrow ? plan.NarrowUnits : plan.Lanes;
        IsNarrow = isNarrow;
        Cell = plan.Equations();
        Gradients = Cell.Gradients;
        Tape = TapeLayout.Of(Cell);
        Values = new StageValues(Cell, stage);
    }

    protected CellPlan Plan { get; }

    protected int Stage { get; }

    /// <summary>The units of the panel.</summary>
    protected int Units { get; }

    protected bool IsNarrow { get; }

    protected CellEquations Cell { get; }

    protected CellGradients Gradients { get; }

    protected TapeLayout Tape { get; }

    protected StageValues Values { get; }

    /// <summary>The name of the emitted method, without its width.</summary>
    public string Method => Plan.Maths + Verb + (Cell.StageCount > 1 ? "Stage" + (Stage + 1) : "") + (IsNarrow ? "Narrow" : "");

    protected abstract string Verb { get; }

    /// <summary>The buffers that the method reads and writes: the name of the reference and the numbers between two rows.</summary>
    public abstract IReadOnlyList<(string Name, int Stride)> Buffers { get; }

    /// <summary>What the method takes besides the number of rows and the buffers.</summary>
    protected virtual string Options => "";

    /// <summary>One line that says what the method computes.</summary>
    protected abstract string Summary { get; }

    /// <summary>
    /// Whether the rows of all buffers follow each other without a gap and hold one number a unit, as in a cell of one gate and one panel: then they are worked on as one
    /// long row, in whole registers.
    /// </summary>
    protected bool IsFlat => LoopCount == 1 && Buffers.All(b => b.Stride == Units);

    /// <summary>The first argument of a call: how many rows, or how many numbers.</summary>
    public string CountOf(string rows) => IsFlat ? Times(rows, Units) : rows;

    /// <summary>Writes the method that picks the width, and its bodies.</summary>
    public void Write(SourceWriter writer, string number, bool isDouble)
    {
        string count = IsFlat ? "numbers" : "rows", parameters = $"int {count}{Options}, " + string.Join(", ", Buffers.Select(b => $"ref {number} {b.Name}"));
        string arguments = count + string.Concat(Options.Split([", "], StringSplitOptions.RemoveEmptyEntries).Select(o => ", " + o.Split(' ').Last()))
            + ", " + string.Join(", ", Buffers.Select(b => "ref " + b.Name));
        EmittedMethod.Write(writer, isDouble, Method, parameters, arguments, Summary, WriteBody);
    }

    private void WriteBody(Lane lane, SourceWriter writer)
    {
        var body = new SourceWriter();
        if (IsFlat)
        {
            WriteFlatBody(lane, body);
        }
        else
        {
            WriteLoops(lane, body);
        }

        if (LoopCount > 1)
        {
            using (writer.Block("if (rows == 1)"))
            {
                WriteRow(lane, writer, WholeRow);
                writer.WriteLine("return;");
            }

            writer.WriteLine();
        }

        string text = body.ToString();
        if (text.Contains(ExpressionPrinter.LoopMath + "."))
        {
            writer.WriteLine($"var {ExpressionPrinter.LoopMath} = new VectorMath.Loop{lane.Bits}();");
        }

        writer.WriteLines(text.TrimEnd('\n'));
    }

    private void WriteLoops(Lane lane, SourceWriter writer)
    {
        (string Name, int Stride)[] moving = Buffers.Where(b => b.Stride > 0).ToArray();
        for (int loop = 0; loop < LoopCount; loop++)
        {
            if (loop > 0)
            {
                writer.WriteLine();
                foreach ((string name, int stride) in moving)
                {
                    writer.WriteLine($"{name} = {Ref(name, Times("-rows", stride))};");
                }
            }

            using (writer.Block("for (int row = 0; row < rows; row++)"))
            {
                WriteRowStart(lane, writer);
                WriteRow(lane, writer, loop);
                writer.WriteLine();
                foreach ((string name, int stride) in moving)
                {
                    writer.WriteLine($"{name} = {Ref(name, stride.ToString())};");
                }
            }
        }
    }

    private void WriteRow(Lane lane, SourceWriter writer, int loop)
    {
        foreach (Pass pass in Pass.Over(Units, lane, 1))
        {
            using (pass.LoopEnd > 0 ? writer.Block($"for (int u = 0; u < {pass.LoopEnd}; u += {pass.LoopStep})") : writer.Block())
            {
                WriteUnits(writer, pass.Segments[0], loop);
            }
        }
    }

    private void WriteFlatBody(Lane lane, SourceWriter writer)
    {
        using (writer.Block($"for (; numbers >= {lane.Count}; numbers -= {lane.Count})"))
        {
            WriteUnits(writer, new Segment(lane, "0", lane.Count, ""), 0);
            writer.WriteLine();
            foreach ((string name, _) in Buffers)
            {
                writer.WriteLine($"{name} = {Ref(name, lane.Count.ToString())};");
            }
        }

        if (!lane.IsScalar)
        {
            writer.WriteLine();
            using (writer.Block("if (numbers > 0)"))
            {
                WriteUnits(writer, new Segment(lane, "0", lane.Count, "", Limit: "numbers"), 0);
            }
        }
    }

    /// <summary>In place of a loop: all of a single row, whose values nothing else is computed beside.</summary>
    protected const int WholeRow = -1;

    /// <summary>The loops over the rows, one after the other.</summary>
    protected virtual int LoopCount => 1;

    /// <summary>What comes first for each row.</summary>
    protected virtual void WriteRowStart(Lane lane, SourceWriter writer)
    {
    }

    protected abstract void WriteUnits(SourceWriter writer, Segment segment, int loop);

    /// <summary>Where a cell has parameters of one number a unit: those of the panel, the same for all rows.</summary>
    protected IEnumerable<(string Name, int Stride)> UnitParameterBuffer => Cell.UnitParameters.Count > 0 ? [("unitParameters", 0)] : [];

    /// <summary>The masks that the maths reads; where nothing is kept they are not looked at.</summary>
    protected IEnumerable<(string Name, int Stride)> MaskBuffers(IEnumerable<Node> roots, Func<Node, bool> given) =>
        Cell.Masks.Where(mask => Reads(roots, given, mask.Value)).Select(mask => (mask.Name, Plan.Units));

    protected void GiveUnitParameters(ExpressionPrinter printer, Segment segment)
    {
        for (int index = 0; index < Cell.UnitParameters.Count; index++)
        {
            printer.Give(Cell.UnitParameters[index].Value, segment.Lane.Load("unitParameters", Slot(index, segment)));
        }
    }

    protected string Slot(int slot, Segment segment) => Sum(segment.Start, (slot * Units).ToString());

    /// <summary>Whether computing <paramref name="roots"/> reads <paramref name="value"/>.</summary>
    protected static bool Reads(IEnumerable<Node> roots, Func<Node, bool> given, Node value) => Node.InOrder(roots, given).Contains(value);
}

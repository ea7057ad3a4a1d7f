using System;
using System.Linq;
using FastSeq.Generators.Cells;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;
using static FastSeq.Generators.Emit.Lane;

namespace FastSeq.Generators.Emit;

/// <summary>
/// The gates of one row of a quantised cell, panel by panel: the sums of all panels are there, in the order <c>[panel][gate][lane]</c>. The maths is that of
/// <see cref="CellForward"/>, so no cell is written a second time.
/// </summary>
internal sealed class QuantizedGates
{
    private readonly CellPlan cell;
    private readonly CellEquations equations;
    private readonly TapeLayout tape;
    private readonly string kernels;

    /// <param name="cell">The cell.</param>
    /// <param name="kernels">The class of the model's hot methods.</param>
    public QuantizedGates(CellPlan cell, string kernels)
    {
        this.cell = cell;
        this.kernels = kernels;
        equations = cell.Equations();
        tape = TapeLayout.Of(equations);
        if (tape.Crossing.Any(value => tape.Slots[value] >= cell.InputWeight.Gates))
        {
            throw new InvalidOperationException($"{equations.Name}: what a later stage reads must take the place of input sums.");
        }
    }

    /// <summary>Whether a stage leaves what a later one reads in the place of the input sums.</summary>
    public bool OverwritesInputs => tape.Crossing.Count > 0;

    /// <summary>Writes the calls of a stage.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="row">Gives the row of a buffer as a <c>ref</c> expression: <c>tape</c> (the input sums), <c>sums</c>, <c>operand</c>, and the states with and without <c>Previous</c>.</param>
    public void Write(SourceWriter writer, int stage, Func<string, int, string> row) =>
        Panels.Write(writer, cell, (panel, _) => WritePanel(writer, stage, panel ?? cell.FullPanels.ToString(), isNarrow: panel is null, row));

    private void WritePanel(SourceWriter writer, int stage, string panel, bool isNarrow, Func<string, int, string> row)
    {
        var maths = new CellForward(cell, stage, isNarrow);
        string arguments = string.Join(", ", maths.Buffers.Select(buffer => "ref " + Place(buffer.Name)));
        writer.WriteLine($"{kernels}.{maths.Method}({maths.CountOf("1")}, false, {arguments});");

        string Place(string buffer)
        {
            if (equations.Masks.Any(mask => mask.Name == buffer))
            {
                return RowCalls.Null("float");
            }

            int gates = buffer == "tape" ? cell.InputWeight.Gates : buffer == "sums" ? cell.HiddenWeights[stage].Gates : 1;
            string name = buffer == "operandRows" ? "operand" : buffer.EndsWith("Rows", StringComparison.Ordinal) ? buffer.Substring(0, buffer.Length - "Rows".Length) : buffer;
            string start = row(name, gates * cell.Units), offset = Times(panel, (long)gates * cell.Lanes);
            return offset == "0" ? start : $"global::System.Runtime.CompilerServices.Unsafe.Add(ref {start}, {offset})";
        }
    }
}

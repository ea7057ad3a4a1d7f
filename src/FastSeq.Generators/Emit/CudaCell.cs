using System;
using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Cells;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>
/// The pointwise maths of a cell in CUDA C: for each stage a function forward and one backward, for one row and unit, and a kernel of each, a thread for each row and unit. Sums and gradients lie row by
/// row, the gates in PyTorch's order; the prelude of the device's kernels declares what they take (<c>CellRows</c>). A cell that needs no more than one product a time step has two kernels
/// more, for all time steps at once, of the same functions and the products of LayersExact.cu or LayersTensor.cu.
/// </summary>
/// <param name="plan">The cell.</param>
/// <param name="kernel">Begins the names of the kernels.</param>
internal sealed class CudaCell(CellPlan plan, string kernel)
{
    private readonly CellEquations cell = plan.Equations();
    private readonly TapeLayout tape = TapeLayout.Of(plan.Equations());
    private readonly PreActivation[] inputs = plan.Equations().Inputs.ToArray();

    /// <summary>What cells that have the same kernels have in common: the equations, the units, and whether there are biases.</summary>
    public static (string Maths, bool HasBias) KindOf(CellPlan plan) => (plan.Maths, plan.HasBias);

    /// <summary>Whether the gradients by the input sums are those by the recurrent sums, gate by gate.</summary>
    public static bool SharesGradients(CellEquations cell) => cell.PreActivations.All(p => p.InputGate == p.HiddenGate);

    public void Write(SourceWriter writer)
    {
        writer.WriteLine($"// {plan.Title}");
        foreach (string line in cell.Formula)
        {
            writer.WriteLine("//     " + line);
        }

        for (int stage = 0; stage < cell.StageCount; stage++)
        {
            WriteForward(stage, writer);
            WriteBackward(stage, writer);
        }

        if (HasLayerKernels(plan))
        {
            WriteLayer(writer);
        }
    }

    /// <summary>Whether a cell has kernels for all time steps at once: it needs one product a time step, whose operand is h as it is.</summary>
    public static bool HasLayerKernels(CellPlan plan) => plan.Equations().StageCount == 1 && plan.Projection is null;

    private void WriteLayer(SourceWriter writer)
    {
        int gates = cell.PreActivations.Count(p => p.HasHidden);
        writer.WriteLine();
        using (writer.Block($"LAYER_KERNEL({kernel}_forward_layer)"))
        {
            writer.WriteLine(
                $"layer_forward<{plan.Units}, {gates}, {tape.SlotCount}>(a, [](const CellRows& rows, i64 place, i64 row, i64 unit, const real* sums) {{ {kernel}_forward0_of(rows, place, row, unit, sums, 1); }});");
        }

        writer.WriteLine();
        using (writer.Block($"LAYER_KERNEL({kernel}_backward_layer)"))
        {
            writer.WriteLine(
                $"layer_backward<{plan.Units}, {gates}, {inputs.Length}, {tape.SlotCount}, {cell.UnitParameters.Count}>(a, [](const CellRows& rows, i64 place, i64 row, i64 unit) {{ {kernel}_backward0_of(rows, place, row, unit); }});");
        }
    }

    private void WriteForward(int stage, SourceWriter writer)
    {
        var values = new StageValues(cell, stage);
        int hiddenGates = cell.HiddenOf(stage).Count();
        using IDisposable function = Begin($"forward{stage}", ", const real* sums, i64 stride", $", a.sums + {Row(hiddenGates)} + unit, {plan.Units}", writer);
        var printer = new ExpressionPrinter(writer, new CudaDialect());
        int firstHidden = cell.HiddenOf(stage).Select(p => p.HiddenGate).DefaultIfEmpty(0).Min();
        foreach (PreActivation sum in cell.PreActivations.Where(p => p.Stage == stage))
        {
            var terms = new List<string>();
            if (sum.HasInput)
            {
                terms.Add(Tape(sum.InputGate));
                terms.AddRange(Bias("inputBias", sum.InputGate));
            }

            if (sum.HasHidden)
            {
                terms.Add($"sums[{Times(sum.HiddenGate - firstHidden, "stride")}]");
                terms.AddRange(Bias("hiddenBias", sum.HiddenGate));
            }

            // The input part and the recurrent part each with its bias, as on the processor.
            printer.Give(sum.Value, terms.Count == 4 ? $"({terms[0]} + {terms[1]}) + ({terms[2]} + {terms[3]})" : string.Join(" + ", terms));
        }

        GiveStates(printer, withNext: false);
        foreach (CellMask mask in cell.Masks)
        {
            printer.Give(mask.Value, $"a.training ? a.{mask.Name}[place] : {new CudaDialect().Constant(mask.Expectation)}");
        }

        foreach (Node value in tape.Crossing.Where(values.IsGiven))
        {
            printer.Give(value, Tape(SlotOf(value)));
        }

        Node[] kept = values.Kept.Except(values.Crossing).ToArray();
        printer.Write([.. values.Crossing, .. values.Results, .. kept]);
        foreach (Node value in values.Crossing)
        {
            writer.WriteLine($"{Tape(SlotOf(value))} = {printer.NameOf(value)};");
        }

        foreach (Node value in values.Results)
        {
            writer.WriteLine($"a.{(values.IsLast ? cell.States.First(s => s.Next == value).Name : "operand")}[place] = {printer.NameOf(value)};");
        }

        if (kept.Length > 0)
        {
            using (writer.Block("if (a.training)"))
            {
                foreach (Node value in kept)
                {
                    writer.WriteLine($"{Tape(SlotOf(value))} = {printer.NameOf(value)};");
                }
            }
        }
    }

    private void WriteBackward(int stage, SourceWriter writer)
    {
        var values = new StageValues(cell, stage);
        CellGradients gradients = cell.Gradients;
        using IDisposable function = Begin($"backward{stage}", "", "", writer);
        var printer = new ExpressionPrinter(writer, new CudaDialect());
        GiveStates(printer, withNext: true);
        foreach (KeyValuePair<Node, int> kept in tape.Slots)
        {
            printer.Give(kept.Key, Tape(SlotOf(kept.Key)));
        }

        foreach (CellMask mask in cell.Masks)
        {
            printer.Give(mask.Value, $"a.{mask.Name}[place]");
        }

        for (int index = 0; index < cell.States.Count; index++)
        {
            string seed = $"a.{Gradient(cell.States[index])}[place]";
            printer.Give(gradients.StateSeeds[index], index < values.FirstState ? "a.dOutput[place]" : index == 0 ? $"a.dOutput[place] + {seed}" : seed);
        }

        if (!values.IsLast)
        {
            printer.Give(gradients.OperandSeeds[stage], "a.dOperand[place]");
        }

        printer.Write(values.BackwardRoots);
        foreach (int index in values.Sums)
        {
            PreActivation sum = cell.PreActivations[index];
            string value = printer.NameOf(gradients.PreActivations[index]);
            if (sum.HasInput)
            {
                writer.WriteLine($"a.dInput[{Row(inputs.Length)} + {Column(sum.InputGate)}] = {value};");
            }

            if (sum.HasHidden && !SharesGradients(cell))
            {
                writer.WriteLine($"a.dHidden[{Row(cell.PreActivations.Count(p => p.HasHidden))} + {Column(sum.HiddenGate)}] = {value};");
            }
        }

        if (stage > 0)
        {
            return;
        }

        for (int index = 0; index < cell.UnitParameters.Count; index++)
        {
            writer.WriteLine($"a.dUnit[{Row(cell.UnitParameters.Count)} + {Column(index)}] = {printer.NameOf(gradients.UnitParameters[index])};");
        }

        for (int index = values.FirstState; index < cell.States.Count; index++)
        {
            writer.WriteLine($"a.{Gradient(cell.States[index])}[place] = {printer.NameOf(gradients.PreviousStates[index])};");
        }
    }

    private void GiveStates(ExpressionPrinter printer, bool withNext)
    {
        foreach (CellState state in cell.States)
        {
            printer.Give(state.Previous, $"a.{state.Name}Previous[place]");
            if (withNext)
            {
                printer.Give(state.Next, $"a.{state.Name}[place]");
            }
        }

        for (int index = 0; index < cell.UnitParameters.Count; index++)
        {
            printer.Give(cell.UnitParameters[index].Value, $"a.unitParameters{index}[unit]");
        }
    }

    /// <summary>Begins a function, and writes its kernel when it ends.</summary>
    private IDisposable Begin(string verb, string parameters, string arguments, SourceWriter writer)
    {
        writer.WriteLine();
        SourceWriter.Scope scope = writer.Block($"DEVICE void {kernel}_{verb}_of(const CellRows& a, i64 place, i64 row, i64 unit{parameters})");
        return new Ending(() =>
        {
            scope.Dispose();
            writer.WriteLine();
            using (writer.Block($"KERNEL({kernel}_{verb}, CellRows)"))
            using (writer.Block($"EACH(place, a.rows * {plan.Units})"))
            {
                writer.WriteLine($"const i64 row = place / {plan.Units}, unit = place - (row * {plan.Units});");
                writer.WriteLine($"{kernel}_{verb}_of(a, place, row, unit{arguments});");
            }
        });
    }

    /// <summary>The column of a kept value: that of its sum in PyTorch's order, or one behind the sums.</summary>
    private int SlotOf(Node value) => tape.Slots[value] is int slot && slot < inputs.Length ? inputs[slot].InputGate : tape.Slots[value];

    private string Tape(int slot) => $"a.tape[{Row(tape.SlotCount)} + {Column(slot)}]";

    private IEnumerable<string> Bias(string name, int gate) => plan.HasBias ? [$"a.{name}[{Column(gate)}]"] : [];

    private string Row(int columns) => $"(row * {columns * plan.Units})";

    private string Column(int column) => column == 0 ? "unit" : $"{column * plan.Units} + unit";

    private static string Times(int count, string stride) => count switch { 0 => "0", 1 => stride, _ => $"{count} * {stride}" };

    private static string Gradient(CellState state) => "d" + state.Name.ToUpperInvariant();

    private sealed class Ending(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}

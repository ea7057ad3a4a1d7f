using System;
using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Cells;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;
using static FastSeq.Generators.Emit.Lane;

namespace FastSeq.Generators.Emit;

/// <summary>
/// A recurrent layer over all time steps: the input sums of a block of time steps at once, then step by step the recurrent product and the gates of each panel.
/// States lie in histories that begin with the initial states; the row of a previous state is the row of that sequence's time step before.
/// </summary>
internal sealed partial class RunRecurrent(RunContext context, int index, RecurrentPlan plan) : RunLayer(context, index, plan)
{
    /// <summary>Rows of a panel's recurrent sums that stay in the first-level cache between the product and the gates.</summary>
    private const int RowBlock = 48;

    private readonly CellPlan cell = plan.Cell;
    private readonly CellEquations equations = plan.Cell.Equations();

    public override bool Learns => Trains || base.Learns;

    public override string Output => At($"{Field}H.Reference", $"Batch * {cell.OutputSize}");

    private int SumCount => cell.GradientSlots;

    private string GradientRows => Field + (cell.GradientsTakeTape ? "Tape.Reference" : "DSums.Reference");

    private int InputGates => equations.Inputs.Count();

    private int HiddenGates(int stage) => equations.HiddenOf(stage).Count();

    private IEnumerable<string> States => equations.States.Select(s => s.Name.ToUpperInvariant());

    /// <summary>A row block of a panel's recurrent sums, or one row of those of all panels.</summary>
    private int ScratchSize => Math.Max(RowBlock, cell.PanelCount) * Enumerable.Range(0, equations.StageCount).Max(stage => CellPlan.ChainStride(cell.Lanes * HiddenGates(stage)));

    /// <summary>
    /// Whether a row that is alone goes through the product of all panels before their gates: the gates of several panels overlap then, and no call comes between the panels.
    /// </summary>
    private bool HasRowProduct => cell.HiddenChains == 1 && cell.FullPanels > 1;

    public override IEnumerable<(string Field, string Length)> Buffers
    {
        get
        {
            yield return Rows("Tape", plan.TapeSlots * cell.Units);
            foreach (string state in States)
            {
                yield return (Field + state, $"Elements((long)MaxBatch + {MaxTimeRows}, {WidthOf(state)})");
                if (Learns)
                {
                    yield return (Field + "D" + state, $"Elements(MaxBatch, {WidthOf(state)})");
                }
            }

            if (cell.Projection is not null)
            {
                yield return Rows("Projected", cell.Units);
            }

            if (cell.Projection is not null && Learns)
            {
                yield return (Field + "DProjected", $"Elements(MaxBatch, {cell.Units})");
                yield return (Field + "ProjectionTransposed", $"Elements({cell.Units}, {cell.OutputSize})");
            }

            for (int stage = 1; stage < equations.StageCount; stage++)
            {
                yield return Rows("Operand" + stage, cell.Units);
                if (Learns)
                {
                    yield return (Field + "DOperand" + stage, $"Elements(MaxBatch, {cell.Units})");
                }
            }

            yield return (Field + "Sums", $"Elements(Threads, {ScratchSize})");
            if (Learns)
            {
                if (!cell.GradientsTakeTape)
                {
                    yield return Rows("DSums", SumCount * cell.Units);
                }

                yield return Rows("Gradient", cell.OutputSize);
                for (int stage = 0; stage < equations.StageCount; stage++)
                {
                    yield return (Field + "HiddenTransposed" + stage, Transposed(cell.HiddenWeights[stage].Inner, HiddenGates(stage)));
                }
            }

            if (Previous.Learns)
            {
                yield return (Field + "InputTransposed", Transposed(cell.InputSize, InputGates));
            }

            foreach ((string, string) buffer in MaskBuffers)
            {
                yield return buffer;
            }

            if (Table is not null)
            {
                yield return (Field + "TokenRows", $"Elements(MaxTokens, {cell.InputSize})");
                yield return (Field + "TokenSums", $"Elements(MaxTokens, {InputGates * cell.Units})");
                if (Previous.Learns)
                {
                    yield return (Field + "TokenDRows", $"Elements(MaxTokens, {cell.InputSize})");
                }
            }
        }
    }

    public override IEnumerable<PhaseCall> Forward =>
    [
        .. DrawMasks,
        new(Division.Blocks, $"{Method}Inputs(in block);"),
        new(Division.Blocks, $"{Method}Forward(in block);"),
    ];

    public override IEnumerable<PhaseCall> Backward
    {
        get
        {
            if (!Learns)
            {
                yield break;
            }

            yield return new(Division.Blocks, $"{Method}Backward(in block);");
            if (Previous.Learns)
            {
                yield return new(Division.Blocks, $"{(Table is null ? "" : "if (!SharesTokens) ")}{Method}InputGradient(in block);");
            }
        }
    }

    public override IEnumerable<string> Prepare
    {
        get
        {
            if (!Learns)
            {
                yield break;
            }

            for (int stage = 0; stage < equations.StageCount; stage++)
            {
                yield return Pack(cell.HiddenWeights[stage], "HiddenTransposed" + stage, plan.WeightDrop is null ? "parameters.Reference" : Field + "DroppedWeights.Reference", FirstWeight);
            }

            if (cell.Projection is { } projection)
            {
                yield return Pack(projection.InputWeight, "ProjectionTransposed");
            }

            if (Previous.Learns)
            {
                yield return Pack(cell.InputWeight, "InputTransposed");
            }
        }
    }

    public override IEnumerable<RunState> CarriedStates => plan.States.Select((state, index) =>
        new RunState(state, $"{Field}{equations.States[index].Name.ToUpperInvariant()}.Reference", Learns ? $"{Field}D{equations.States[index].Name.ToUpperInvariant()}.Reference" : "", false));

    public override void WriteMethods(SourceWriter writer)
    {
        WriteInputs(writer);
        writer.WriteLine();
        WriteForward(writer);
        if (Learns)
        {
            writer.WriteLine();
            WriteBackward(writer);
        }

        if (Previous.Learns)
        {
            writer.WriteLine();
            WriteInputGradient(writer);
        }

        if (Table is not null)
        {
            writer.WriteLine();
            WriteTokens(writer, Table);
        }

        if (Trains)
        {
            writer.WriteLine();
            if (Context.Plan.SumsByBundle)
            {
                WriteBundleWeights(writer);
            }
            else
            {
                WriteWeights(writer);
            }
        }
    }

    private string Transposed(int inner, int gates) => $"Elements({inner}, {cell.Units * gates})";

    private string Pack(Region weight, string buffer, string parameters = "parameters.Reference", int first = 0) =>
        $"{Kernels}.PanelTranspose.Pack(part, Parts, {weight.Inner}, {weight.Units * weight.Gates}, {weight.Lanes * weight.Gates}, in {At(parameters, (weight.Offset - first).ToString())}, ref {Field}{buffer}.Reference);";

    private void WriteInputs(SourceWriter writer)
    {
        writer.WriteLine($"// {cell.Title}: the input sums b_ih + W_ih·x of a block of time steps at once.");
        using (writer.Block($"private void {Method}Inputs(scoped in global::FastSeq.TimeBlock block)"))
        {
            if (Table is not null)
            {
                using (writer.Block("if (SharesTokens)"))
                {
                    writer.WriteLine(
                        $"{Kernels}.SharedRows.Spread(block.Rows, TokenOfRow, {cell.Units}, {cell.Lanes}, {InputGates}, in {Field}TokenSums.Reference, Tokens.Length, ref {BlockTape}, block.SumsRows, {plan.TapeSlots});");
                    writer.WriteLine("return;");
                }
            }

            writer.WriteLine($"ref {Number} p = ref parameters.Reference;");
            if (Context.Plan.SumsByBundle)
            {
                WriteSmallInputs(writer);
                return;
            }

            writer.WriteLine(InputSums("block.Rows", "block.SumsRows", Previous.Output, BlockTape, plan.TapeSlots));
        }
    }

    private string InputSums(string spans, string rows, string x, string sums, int slots) =>
        $"{Kernels}.PanelMatrix.Sums({spans}, {rows}, {cell.InputSize}, {cell.Units}, {cell.Lanes}, {InputGates}, in {x}, in {Parameter(cell.InputWeight.Offset.ToString())}, in {Parameter(cell.InputBias.Offset.ToString())}, ref {sums}, {slots});";

    private string InputGradientOf(string spans, string rows, string d, int slots, int firstSlot, string dx, bool adds) =>
        $"{Kernels}.PanelMatrix.InputGradient({spans}, {rows}, {cell.InputSize}, {cell.Units}, {cell.Lanes}, {InputGates}, in {d}, {slots}, {firstSlot}, in {Field}InputTransposed.Reference, ref {dx}, {(adds ? "true" : "false")});";

    /// <summary>The tape of a block of time steps: all of it while training.</summary>
    private string BlockTape => At($"{Field}Tape.Reference", $"block.SumsStart * {plan.TapeSlots * cell.Units}");

    private void WriteReferences(SourceWriter writer)
    {
        foreach (string state in States)
        {
            writer.WriteLine($"ref {Number} {state.ToLowerInvariant()} = ref {Field}{state}.Reference;");
        }

        for (int stage = 1; stage < equations.StageCount; stage++)
        {
            writer.WriteLine($"ref {Number} operand{stage} = ref {Field}Operand{stage}.Reference;");
        }
    }

    private string PanelRow(string buffer, int slots, string? panel, int units, string rows, string row)
    {
        string start = panel is null ? cell.FullPanels == 0 ? "0" : $"{cell.FullPanels * cell.Lanes * slots} * {rows}" : panel == "0" ? "0" : $"panel * {cell.Lanes * slots} * {rows}";
        return At(buffer, Sum(start, $"({row} * {slots * units})"));
    }

    private string HistoryRow(string buffer, string row, string? panel) => At(buffer, Sum($"({row} * {cell.Units})", Panels.FirstUnit(cell, panel)));
}

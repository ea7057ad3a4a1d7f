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

    public override bool Learns => true;

    public override string Output => At($"{Field}H.Reference", $"Batch * {cell.OutputSize}");

    private int SumCount => equations.GradientCount;

    private int InputGates => equations.Inputs.Count();

    private int HiddenGates(int stage) => equations.HiddenOf(stage).Count();

    private IEnumerable<string> States => equations.States.Select(s => s.Name.ToUpperInvariant());

    private int ScratchSize => RowBlock * Enumerable.Range(0, equations.StageCount).Max(stage => CellPlan.ChainStride(cell.Lanes * HiddenGates(stage)));

    public override IEnumerable<(string Field, string Length)> Buffers
    {
        get
        {
            yield return Rows("Tape", plan.TapeSlots * cell.Units);
            foreach (string state in States)
            {
                yield return (Field + state, $"Elements((long)MaxBatch + MaxRows, {WidthOf(state)})");
                yield return (Field + "D" + state, $"Elements(MaxBatch, {WidthOf(state)})");
            }

            if (cell.Projection is not null)
            {
                yield return Rows("Projected", cell.Units);
                yield return (Field + "DProjected", $"Elements(MaxBatch, {cell.Units})");
                yield return (Field + "ProjectionTransposed", $"Elements({cell.Units}, {cell.OutputSize})");
            }

            for (int stage = 1; stage < equations.StageCount; stage++)
            {
                yield return Rows("Operand" + stage, cell.Units);
                yield return (Field + "DOperand" + stage, $"Elements(MaxBatch, {cell.Units})");
            }

            yield return (Field + "Sums", $"Elements(Threads, {ScratchSize})");
            yield return Rows("DSums", SumCount * cell.Units);
            yield return Rows("Gradient", cell.OutputSize);
            for (int stage = 0; stage < equations.StageCount; stage++)
            {
                yield return (Field + "HiddenTransposed" + stage, Transposed(cell.HiddenWeights[stage].Inner, HiddenGates(stage)));
            }

            if (Previous.Learns)
            {
                yield return (Field + "InputTransposed", Transposed(cell.InputSize, InputGates));
            }

            if (Table is not null)
            {
                yield return (Field + "TokenRows", $"Elements(MaxTokens, {cell.InputSize})");
                yield return (Field + "TokenSums", $"Elements(MaxTokens, {InputGates * cell.Units})");
                yield return (Field + "TokenDRows", $"Elements(MaxTokens, {cell.InputSize})");
            }
        }
    }

    public override IEnumerable<PhaseCall> Forward =>
    [
        new(Division.Blocks, $"{Method}Inputs(in block);"),
        new(Division.Blocks, $"{Method}Forward(in block);"),
    ];

    public override IEnumerable<PhaseCall> Backward
    {
        get
        {
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
            for (int stage = 0; stage < equations.StageCount; stage++)
            {
                yield return Pack(cell.HiddenWeights[stage], "HiddenTransposed" + stage);
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

    public override IEnumerable<string> Weights => [$"{Method}Weights(part);"];

    public override IEnumerable<RunState> CarriedStates => plan.States.Select((state, index) =>
        new RunState(state, $"{Field}{equations.States[index].Name.ToUpperInvariant()}.Reference", $"{Field}D{equations.States[index].Name.ToUpperInvariant()}.Reference", false));

    public override void WriteMethods(SourceWriter writer)
    {
        WriteInputs(writer);
        writer.WriteLine();
        WriteForward(writer);
        writer.WriteLine();
        WriteBackward(writer);
        writer.WriteLine();
        if (Previous.Learns)
        {
            WriteInputGradient(writer);
            writer.WriteLine();
        }

        if (Table is not null)
        {
            WriteTokens(writer, Table);
            writer.WriteLine();
        }

        WriteWeights(writer);
    }

    private string Transposed(int inner, int gates) => $"Elements({inner}, {cell.Units * gates})";

    private string Pack(Region weight, string buffer) =>
        $"{Kernels}.PanelTranspose.Pack(part, Parts, {weight.Inner}, {weight.Units * weight.Gates}, {weight.Lanes * weight.Gates}, in {At("parameters.Reference", weight.Offset.ToString())}, ref {Field}{buffer}.Reference);";

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
            writer.WriteLine(InputSums("block.Rows", "block.SumsRows", Previous.Output, BlockTape, plan.TapeSlots));
        }
    }

    private string InputSums(string spans, string rows, string x, string sums, int slots) =>
        $"{Kernels}.PanelMatrix.Sums({spans}, {rows}, {cell.InputSize}, {cell.Units}, {cell.Lanes}, {InputGates}, in {x}, in {Parameter(cell.InputWeight.Offset.ToString())}, in {Parameter(cell.InputBias.Offset.ToString())}, ref {sums}, {slots});";

    private string InputGradientOf(string spans, string rows, string d, int slots, int firstSlot, string dx) =>
        $"{Kernels}.PanelMatrix.InputGradient({spans}, {rows}, {cell.InputSize}, {cell.Units}, {cell.Lanes}, {InputGates}, in {d}, {slots}, {firstSlot}, in {Field}InputTransposed.Reference, ref {dx}, false);";

    /// <summary>The tape of a block of time steps: all of it while training.</summary>
    private string BlockTape => At($"{Field}Tape.Reference", $"block.SumsStart * {plan.TapeSlots * cell.Units}");

    private void WriteForward(SourceWriter writer)
    {
        writer.WriteLine($"// {cell.Title}: through a block of time steps.");
        foreach (string line in equations.Formula)
        {
            writer.WriteLine("//     " + line);
        }

        using (writer.Block($"private void {Method}Forward(scoped in global::FastSeq.TimeBlock block)"))
        {
            writer.WriteLine($"ref {Number} p = ref parameters.Reference;");
            writer.WriteLine($"ref {Number} tape = ref {BlockTape};");
            writer.WriteLine($"ref {Number} sums = ref {At($"{Field}Sums.Reference", $"block.Part * {ScratchSize}")};");
            WriteReferences(writer);
            writer.WriteLine("int first = block.FirstSequence, last = block.EndSequence, tapeRows = block.SumsRows, taped = 0;");
            using (writer.Block("if (block.Begin == 0)"))
            {
                for (int state = 0; state < plan.States.Count; state++)
                {
                    writer.WriteLine(RunStates.Begin(plan.States[state], equations.States[state].Name));
                }
            }

            using (writer.Block("for (int t = block.Begin, end; t < block.End; t++, taped += end - first)"))
            {
                writer.WriteLine("end = global::System.Math.Min(last, BatchSize(t));");
                using (writer.Block($"for (int b = first; b < end; b += {RowBlock})"))
                {
                    writer.WriteLines($"""
                        int count = global::System.Math.Min({RowBlock}, end - b), row = RowStart(t) + b, previous = PreviousRow(t) + b, current = Batch + row;
                        int tapeRow = Training ? row : taped + b - first;
                        """);
                    for (int stage = 0; stage < equations.StageCount; stage++)
                    {
                        int current = stage;
                        Panels.Write(writer, cell, (panel, units) => WriteForwardPanel(writer, current, panel, units));
                    }

                    if (cell.Projection is { } projection)
                    {
                        WriteProjection(writer, projection);
                    }
                }
            }
        }
    }

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

    private void WriteForwardPanel(SourceWriter writer, int stage, string? panel, int units)
    {
        string operand = stage == 0 ? At("h", $"(previous * {cell.OutputSize})") : At("operand" + stage, $"row * {cell.Units}");
        string product = stage == 0 ? "h_(t-1)" : equations.LaterOperands[stage - 1].Name!;
        writer.WriteLine($"// b_hh + W_hh·{product}, then the gates");
        writer.WriteLine(Panels.RecurrentProduct(cell, stage, panel, units, Context.ModelKernels, "count", operand));

        var maths = new CellForward(cell, stage, panel is null);
        string arguments = string.Join(", ", maths.Buffers.Select(b => "ref " + (b.Name switch
        {
            "tape" => PanelRow("tape", plan.TapeSlots, panel, units, "tapeRows", "tapeRow"),
            "sums" => "sums",
            "unitParameters" => Parameter(Panels.StartOf(cell.UnitParameters!, panel)),
            "operandRows" => HistoryRow("operand" + (stage + 1), "row", panel),
            string name when name.EndsWith("PreviousRows", StringComparison.Ordinal) => HistoryRow(name.Substring(0, 1), "previous", panel),
            "hRows" when equations.IsProjected => HistoryRow($"{Field}Projected.Reference", "row", panel),
            string name => HistoryRow(name.Substring(0, 1), "current", panel),
        })));
        writer.WriteLine($"{Context.ModelKernels}.{maths.Method}({maths.CountOf("count")}, Training, {arguments});");
    }

    private string PanelRow(string buffer, int slots, string? panel, int units, string rows, string row)
    {
        string start = panel is null ? cell.FullPanels == 0 ? "0" : $"{cell.FullPanels * cell.Lanes * slots} * {rows}" : panel == "0" ? "0" : $"panel * {cell.Lanes * slots} * {rows}";
        return At(buffer, Sum(start, $"({row} * {slots * units})"));
    }

    private string HistoryRow(string buffer, string row, string? panel) => At(buffer, Sum($"({row} * {cell.Units})", Panels.FirstUnit(cell, panel)));

    private void WriteBackward(SourceWriter writer)
    {
        writer.WriteLine($"// {cell.Title}: back through a block of time steps.");
        using (writer.Block($"private void {Method}Backward(scoped in global::FastSeq.TimeBlock block)"))
        {
            writer.WriteLine("int first = block.FirstSequence, last = block.EndSequence;");
            writer.WriteLine($"ref {Number} tape = ref {Field}Tape.Reference;");
            writer.WriteLine($"ref {Number} dSums = ref {Field}DSums.Reference;");
            writer.WriteLine($"ref {Number} dOutput = ref {Gradient};");
            if (cell.UnitParameters is not null)
            {
                writer.WriteLine($"ref {Number} p = ref parameters.Reference;");
            }

            WriteReferences(writer);
            foreach (string state in States)
            {
                writer.WriteLine($"ref {Number} d{state} = ref {Field}D{state}.Reference;");
            }

            using (writer.Block("if (block.End == TimeSteps)"))
            {
                foreach (string state in States)
                {
                    writer.WriteLine($"BeginStateGradient(first, last, {WidthOf(state)}, ref d{state});");
                }
            }

            for (int stage = 1; stage < equations.StageCount; stage++)
            {
                writer.WriteLine($"ref {Number} dOperand{stage} = ref {Field}DOperand{stage}.Reference;");
            }

            using (writer.Block("for (int t = block.End - 1; t >= block.Begin; t--)"))
            {
                writer.WriteLines("""
                    int count = global::System.Math.Min(last, BatchSize(t)) - first;
                    if (count <= 0) continue;
                    int row = RowStart(t) + first, previous = PreviousRow(t) + first, current = Batch + row;
                    """);
                if (!cell.HasSmallGradient)
                {
                    writer.WriteLine("var span = new global::FastSeq.Kernels.RowSpan(first, row, count);");
                }

                if (cell.Projection is { } projection)
                {
                    WriteProjectionBackward(writer, projection);
                }

                for (int stage = equations.StageCount - 1; stage >= 0; stage--)
                {
                    int current = stage;
                    Panels.Write(writer, cell, (panel, units) => WriteBackwardPanel(writer, current, panel, units));
                    string target = stage == 0 ? "dH" : "dOperand" + stage;
                    string condition = stage == 0 && !plan.LearnsInitialState ? "if (t > 0 || HasStates)" : "";
                    if (cell.HasSmallGradient)
                    {
                        WriteSmallGradient(writer, condition);
                        continue;
                    }

                    condition += condition.Length > 0 ? " " : "";
                    writer.WriteLine(
                        $"{condition}{Kernels}.PanelMatrix.InputGradient(new global::System.ReadOnlySpan<global::FastSeq.Kernels.RowSpan>(in span), Rows, {cell.HiddenWeights[stage].Inner}, {cell.Units}, {cell.Lanes}, {HiddenGates(stage)}, in dSums, {SumCount}, {equations.FirstHidden(stage)}, in {Field}HiddenTransposed{stage}.Reference, ref {target}, {(stage == 0 ? "true" : "false")});");
                }
            }
        }
    }

    private void WriteBackwardPanel(SourceWriter writer, int stage, string? panel, int units)
    {
        var maths = new CellBackward(cell, stage, panel is null);
        string arguments = string.Join(", ", maths.Buffers.Select(b => "ref " + (b.Name switch
        {
            "tape" => PanelRow("tape", plan.TapeSlots, panel, units, "Rows", "row"),
            "unitParameters" => Parameter(Panels.StartOf(cell.UnitParameters!, panel)),
            "dSums" => PanelRow("dSums", SumCount, panel, units, "Rows", "row"),
            "dOutput" => equations.IsProjected ? HistoryRow($"{Field}DProjected.Reference", "first", panel) : HistoryRow("dOutput", "row", panel),
            "dOperand" => HistoryRow("dOperand" + (stage + 1), "first", panel),
            string name when name.EndsWith("PreviousRows", StringComparison.Ordinal) => HistoryRow(name.Substring(0, 1), "previous", panel),
            string name when name[0] == 'd' => HistoryRow(name.Substring(0, 2), "first", panel),
            string name => HistoryRow(name.Substring(0, 1), "current", panel),
        })));
        writer.WriteLine($"{Context.ModelKernels}.{maths.Method}({maths.CountOf("count")}, {arguments});");
    }

    private void WriteInputGradient(SourceWriter writer)
    {
        using (writer.Block($"private void {Method}InputGradient(scoped in global::FastSeq.TimeBlock block)"))
        {
            writer.WriteLine("// dx = dz·W_ih");
            writer.WriteLine(InputGradientOf("block.Rows", "Rows", Field + "DSums.Reference", SumCount, equations.FirstInput, Previous.Gradient));
        }
    }

    private void WriteWeights(SourceWriter writer)
    {
        writer.WriteLine($"// {cell.Title}: gradients of the weights and biases, once all time steps are done.");
        using (writer.Block($"private void {Method}Weights(int part)"))
        {
            writer.WriteLine($"ref {Number} dSums = ref {Field}DSums.Reference;");
            WriteReferences(writer);
            writer.WriteLine($"Range(part, {cell.InputSize}, 6, out int firstK, out int lastK);");
            string Gradient(string rows, string x, string d, int slots, int firstSlot) =>
                $"{Kernels}.PanelMatrix.WeightGradient(firstK, lastK, {rows}, {rows}, {cell.InputSize}, {cell.Units}, {cell.Lanes}, {InputGates}, in {x}, in {d}, 0, {slots}, {firstSlot}, ref Packed(part), ref Gradient({cell.InputWeight.Offset}));";
            if (Table is not null)
            {
                writer.WriteLine("if (SharesTokens) " + Gradient("Tokens.Length", Field + "TokenRows.Reference", Field + "TokenSums.Reference", InputGates, 0));
            }

            writer.WriteLine((Table is null ? "" : "else ") + Gradient("Rows", Previous.Output, "dSums", SumCount, equations.FirstInput));
            writer.WriteLine($"Range(part, {cell.OutputSize}, 6, out firstK, out lastK);");
            using (writer.Block("for (int t = 0, end; t < TimeSteps; t = end)"))
            {
                writer.WriteLine("end = EndOfEvenSteps(t);");
                writer.WriteLine(WeightGradient(0, At("h", $"PreviousRow(t) * {cell.OutputSize}"), "(end - t) * BatchSize(t)", "RowStart(t)"));
            }

            for (int stage = 1; stage < equations.StageCount; stage++)
            {
                writer.WriteLine(WeightGradient(stage, "operand" + stage, "Rows", "0"));
            }

            for (int state = 0; state < plan.States.Count; state++)
            {
                if (plan.States[state] is { IsLearned: true } learned)
                {
                    writer.WriteLine($"SumInitialGradients(part, {learned.Size}, ref {Field}D{equations.States[state].Name.ToUpperInvariant()}.Reference, ref Gradient({learned.Parameter}));");
                }
            }

            if (cell.Projection is { } projection)
            {
                writer.WriteLine(ProjectionWeightGradient(projection));
            }

            if (cell.UnitParameters is { } unitParameters)
            {
                writer.WriteLine(BiasGradient(unitParameters.Gates, equations.PreActivations.Count, unitParameters, $"ref {Unsafe}.NullRef<{Number}>()"));
            }

            if (!cell.HasBias)
            {
                return;
            }

            // Where the recurrent sums are the input sums, both biases have the same gradient.
            bool isTwin = equations.StageCount == 1 && equations.PreActivations.All(p => p.HasInput && p.HasHidden);
            string twin = isTwin ? $"ref Gradient({cell.HiddenBiases[0].Offset})" : $"ref {Unsafe}.NullRef<{Number}>()";
            writer.WriteLine(BiasGradient(InputGates, equations.FirstInput, cell.InputBias, twin));
            for (int stage = 0; stage < equations.StageCount && !isTwin; stage++)
            {
                writer.WriteLine(BiasGradient(HiddenGates(stage), equations.FirstHidden(stage), cell.HiddenBiases[stage], $"ref {Unsafe}.NullRef<{Number}>()"));
            }
        }
    }

    private string WeightGradient(int stage, string operand, string count, string firstRow) =>
        $"{Kernels}.PanelMatrix.WeightGradient(firstK, lastK, {count}, Rows, {cell.HiddenWeights[stage].Inner}, {cell.Units}, {cell.Lanes}, {HiddenGates(stage)}, in {operand}, in dSums, {firstRow}, {SumCount}, {equations.FirstHidden(stage)}, ref Packed(part), ref Gradient({cell.HiddenWeights[stage].Offset}));";

    private string BiasGradient(int gates, int firstSlot, Region bias, string twin) =>
        $"{Kernels}.PanelMatrix.BiasGradient(part, Parts, Rows, {cell.Units}, {cell.Lanes}, {gates}, in dSums, {SumCount}, {firstSlot}, ref Gradient({bias.Offset}), {twin});";
}

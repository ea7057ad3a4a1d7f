using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Cells;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Specs;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>Dropout where nothing is learned: another name for its input.</summary>
internal sealed class QuantizedDropout(RunContext context, int index, DropoutPlan plan) : RunLayer(context, index, plan)
{
    public override string Output => Previous.Output;

    public override IEnumerable<PhaseCall> Forward => [];
}

/// <summary>The tokens of a quantised model whose first layers take sums by token, or look rows of the embedding up themselves.</summary>
internal sealed class QuantizedTokens(RunContext context, int index, EmbeddingPlan plan) : RunLayer(context, index, plan)
{
    public override bool Learns => false;

    public override string Output => "Inputs.Reference";

    public override IEnumerable<PhaseCall> Forward => [];

    /// <summary>The sums of the rows first to last - 1 of some cell, out of its table.</summary>
    public static string Gather(CellPlan cell, int table, string rows) =>
        $"{Kernels}.EmbeddingTable.Gather(Inputs.Span[first..last], {TokenTables.Columns(cell)}, in {EmittedMembers.TokenSums}[{table}].Reference, ref {At(rows, $"first * {TokenTables.Columns(cell)}")});";
}

/// <summary>A linear layer of a quantised model, with its activation.</summary>
internal sealed class QuantizedLinear(RunContext context, int index, LinearPlan plan, QuantizedProducts products) : RunLayer(context, index, plan)
{
    private readonly CellPlan cell = plan.Cell;

    public override string Output => $"{Field}Rows.Reference";

    public override IEnumerable<(string Field, string Length)> Buffers => [Rows("Rows", cell.Units)];

    public override IEnumerable<PhaseCall> Forward =>
        [new(Division, products.TableOf(cell) is int table ? QuantizedTokens.Gather(cell, table, Output) : $"{Method}Forward(first, last);")];

    public override bool HasMethods => products.TableOf(cell) is null;

    public override void WriteMethods(SourceWriter writer)
    {
        writer.WriteLine($"// {cell.Title}: {cell.Equations().Formula[0]}, rows first to last - 1.");
        using (writer.Block($"private void {Method}Forward(int first, int last)"))
        {
            writer.WriteLine(
                $"weights[{products.InputOf(cell)}].Multiply(last - first, in {At(Previous.Output, $"first * {cell.InputSize}")}, ref {At(Output, $"first * {cell.Units}")});");
            if (cell.Activation is ActivationKind activation)
            {
                writer.WriteLine($"{Kernels}.Activations.{activation}({Field}Rows.Span[(first * {cell.Units})..(last * {cell.Units})]);");
            }
        }
    }
}

/// <summary>
/// A recurrent layer of a quantised model over all time steps: the input sums of all rows at once, then time step by time step the recurrent product of all
/// sequences and the gates of each. h lies in a history that begins with the initial states; other states are overwritten in place.
/// </summary>
internal sealed class QuantizedRecurrent(RunContext context, int index, RecurrentPlan plan, QuantizedProducts products) : RunLayer(context, index, plan)
{
    /// <summary>Sequences whose recurrent sums are in memory at a time.</summary>
    private const int RowBlock = 48;

    private readonly CellPlan cell = plan.Cell;
    private readonly CellEquations equations = plan.Cell.Equations();

    public override string Output => At($"{Field}H.Reference", $"Batch * {cell.Units}");

    private readonly int? table = products.TableOf(plan.Cell);

    public override bool SharesTokens => TokenTables.Sharing(Context.Plan) == cell;

    /// <summary>Whether the gates read input sums where a table has them.</summary>
    private bool ReadsTable => table is not null && !Gates.OverwritesInputs;

    private QuantizedGates Gates => new(cell, Context.ModelKernels);

    private int InputColumns => cell.InputWeight.Gates * cell.Units;

    private int SumsSize => RowBlock * cell.Units * cell.HiddenWeights.Max(weight => weight.Gates);

    public override IEnumerable<(string Field, string Length)> Buffers
    {
        get
        {
            if (!ReadsTable)
            {
                yield return Rows("InputSums", InputColumns);
            }

            if (SharesTokens)
            {
                yield return Rows("Embedded", cell.InputSize);
            }

            foreach (CellState state in equations.States)
            {
                yield return (Field + Upper(state), $"Elements({(IsHistory(state) ? "(long)MaxBatch + " + MaxTimeRows : "MaxBatch")}, {cell.Units})");
            }

            yield return (Field + "Sums", $"Elements(Threads, {SumsSize})");
            if (equations.StageCount > 1)
            {
                yield return (Field + "Operand", $"Elements(Threads, {RowBlock * cell.Units})");
            }
        }
    }

    public override IEnumerable<PhaseCall> Forward =>
    [
        .. ReadsTable ? [] : new PhaseCall[] { new(Division.Rows, table is int sums ? QuantizedTokens.Gather(cell, sums, $"{Field}InputSums.Reference") : $"{Method}Inputs({(SharesTokens ? "part, " : "")}first, last);") },
        new(Division.Sequences, $"{Method}Forward(part, first, last);"),
    ];

    public override void WriteMethods(SourceWriter writer)
    {
        if (SharesTokens)
        {
            WriteSharedInputs(writer);
        }
        else if (table is null)
        {
            writer.WriteLine($"// {cell.Title}: the input sums b_ih + W_ih·x of rows first to last - 1, all time steps at once.");
            using (writer.Block($"private void {Method}Inputs(int first, int last)"))
            {
                writer.WriteLine(
                    $"weights[{products.InputOf(cell)}].Multiply(last - first, in {At(Previous.Output, $"first * {cell.InputSize}")}, ref {At($"{Field}InputSums.Reference", $"first * {InputColumns}")});");
            }

            writer.WriteLine();
        }

        writer.WriteLine($"// {cell.Title}: sequences first to last - 1 through all time steps.");
        foreach (string line in equations.Formula)
        {
            writer.WriteLine("//     " + line);
        }

        using (writer.Block($"private void {Method}Forward(int part, int first, int last)"))
        {
            WriteReferences(writer);
            using (writer.Block("for (int t = 0; t < TimeSteps; t++)"))
            {
                writer.WriteLine("int end = global::System.Math.Min(last, BatchSize(t));");
                using (writer.Block($"for (int b = first; b < end; b += {RowBlock})"))
                {
                    writer.WriteLine($"int count = global::System.Math.Min({RowBlock}, end - b), row = RowOf(t, b), previous = PreviousRowOf(t, b), current = Batch + row;");
                    for (int stage = 0; stage < equations.StageCount; stage++)
                    {
                        WriteStage(writer, stage);
                    }
                }
            }
        }
    }

    private void WriteSharedInputs(SourceWriter writer)
    {
        var embedding = (EmbeddingPlan)Context.Plan.Layers[0];
        string rows = At($"{Field}Embedded.Reference", $"first * {cell.InputSize}");
        writer.WriteLine($"// {cell.Title}: the input sums b_ih + W_ih·x of rows first to last - 1; of a part of the different tokens where there are few.");
        using (writer.Block($"private void {Method}Inputs(int part, int first, int last)"))
        {
            writer.WriteLine("global::System.ReadOnlySpan<int> tokens = Inputs.Span;");
            using (writer.Block("if (SharesTokens)"))
            {
                writer.WriteLine("tokens = Tokens;");
                writer.WriteLine("TokenRange(part, out first, out last);");
            }

            writer.WriteLine();
            writer.WriteLine(TableRows.Gather(embedding, "tokens[first..last]", "parameters.Reference", rows));
            writer.WriteLine($"weights[{products.InputOf(cell)}].Multiply(last - first, in {rows}, ref {At($"{Field}InputSums.Reference", $"first * {InputColumns}")});");
        }

        writer.WriteLine();
    }

    public override IEnumerable<RunState> CarriedStates => plan.States.Select((state, index) =>
        new RunState(state, $"{Field}{Upper(equations.States[index])}.Reference", "", !IsHistory(equations.States[index])));

    private static bool IsHistory(CellState state) => state.Name == "h";

    private static string Upper(CellState state) => state.Name.ToUpperInvariant();

    private void WriteReferences(SourceWriter writer)
    {
        if (ReadsTable)
        {
            writer.WriteLine("global::System.ReadOnlySpan<int> tokens = Inputs.Span;");
            writer.WriteLine($"ref float inputSums = ref {EmittedMembers.TokenSums}[{table}].Reference; // {products.Tables[table!.Value].Formula} of each token");
        }
        else
        {
            writer.WriteLine($"ref float inputSums = ref {Field}InputSums.Reference;");
        }

        if (SharesTokens)
        {
            writer.WriteLine("global::System.ReadOnlySpan<int> tokenOfRow = SharesTokens ? TokenOfRow : default;");
        }

        writer.WriteLine($"ref float sums = ref {At($"{Field}Sums.Reference", $"part * {SumsSize}")};");
        if (equations.StageCount > 1)
        {
            writer.WriteLine($"ref float operand = ref {At($"{Field}Operand.Reference", $"part * {RowBlock * cell.Units}")};");
        }

        for (int index = 0; index < plan.States.Count; index++)
        {
            CellState state = equations.States[index];
            writer.WriteLine($"ref float {state.Name} = ref {Field}{Upper(state)}.Reference;");
            writer.WriteLine(RunStates.Begin(plan.States[index] with { Parameter = -1 }, state.Name));
        }
    }

    private void WriteStage(SourceWriter writer, int stage)
    {
        int product = products.HiddenOf(cell, stage);
        string operand = stage == 0 ? At("h", $"previous * {cell.Units}") : "operand";
        writer.WriteLine($"// {products.All[product].Formula}, then the gates");
        writer.WriteLine($"weights[{product}].Multiply(count, in {operand}, ref sums{(products.FillsCache(cell, stage) ? ", descending: (t & 1) != 0" : "")});");
        using (writer.Block("for (int r = 0; r < count; r++)"))
        {
            if (ReadsTable)
            {
                writer.WriteLine("int sumsRow = tokens[row + r];");
            }
            else if (SharesTokens)
            {
                writer.WriteLine("int sumsRow = SharesTokens ? tokenOfRow[row + r] : row + r;");
            }

            string sumsRow = ReadsTable || SharesTokens ? "sumsRow" : "(row + r)";
            Gates.Write(writer, stage, (buffer, columns) => buffer switch
            {
                "tape" => At("inputSums", $"{sumsRow} * {columns}"),
                "sums" or "operand" => At(buffer, $"r * {columns}"),
                "h" => At("h", $"(current + r) * {columns}"),
                "hPrevious" => At("h", $"(previous + r) * {columns}"),
                string state => At(state.Replace("Previous", ""), $"(b + r) * {columns}"),
            });
        }
    }
}

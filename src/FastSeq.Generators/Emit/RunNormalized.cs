using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>
/// A layer-normalised recurrent layer over all time steps: the normalised input sums of a block of rows at once, then step by step the recurrent product, its normalisation and the gates.
/// Rows of sums lie whole; states lie in histories that begin with the initial states.
/// </summary>
internal sealed class RunNormalized(RunContext context, int index, NormalizedPlan plan) : RunLayer(context, index, plan)
{
    /// <summary>Rows that stay in the first-level cache from the product to the new state.</summary>
    private const int RowBlock = 48;

    private readonly int units = plan.Units;
    private readonly int width = plan.Width;

    public override bool Learns => Trains || base.Learns;

    public override string Output => At($"{Field}H.Reference", $"Batch * {units}");

    private bool IsLstm => plan.CellNorm is not null;

    private IEnumerable<string> States => IsLstm ? ["H", "C"] : ["H"];

    /// <summary>The gradients by the normalised recurrent sums: those of an LSTM are those by the normalised input sums.</summary>
    private string DHidden => IsLstm ? "DGates" : "DHidden";

    public override IEnumerable<(string Field, string Length)> Buffers
    {
        get
        {
            foreach (string sums in (string[])["InputSums", "Gates", "HiddenSums", "Hidden"])
            {
                yield return Rows(sums, width);
            }

            foreach ((string name, NormPlan norm) in Norms)
            {
                for (int part = 0; part < norm.Parts.Count; part++)
                {
                    yield return Rows($"{name}Statistics{part}", 2);
                }
            }

            foreach (string state in States)
            {
                yield return (Field + state, $"Elements((long)MaxBatch + {MaxTimeRows}, {units})");
            }

            if (IsLstm)
            {
                yield return Rows("Cell", units);
            }

            if (!Learns)
            {
                yield break;
            }

            foreach (string sums in (string[])["DGates", "DInputSums", "DHiddenSums", .. IsLstm ? [] : (string[])["DHidden"]])
            {
                yield return Rows(sums, width);
            }

            foreach (string state in States)
            {
                yield return (Field + "D" + state, $"Elements(MaxBatch, {units})");
            }

            if (IsLstm)
            {
                yield return Rows("DCell", units);
                yield return (Field + "DStep", $"Elements(MaxBatch, {units})");
            }

            yield return Rows("Gradient", units);
            yield return (Field + "HiddenTransposed", $"Elements({units}, {width})");
            if (Previous.Learns)
            {
                yield return (Field + "InputTransposed", $"Elements({plan.InputSize}, {width})");
            }
        }
    }

    public override IEnumerable<PhaseCall> Forward => [new(Division.Rows, $"{Method}Inputs(first, last);"), new(Division.Blocks, $"{Method}Forward(in block);")];

    public override IEnumerable<PhaseCall> Backward => !Learns ? [] : [new(Division.Blocks, $"{Method}Backward(in block);"), new(Division.Rows, $"{Method}InputsBackward(first, last);")];

    public override IEnumerable<string> Prepare => !Learns ? [] :
        Previous.Learns ? [Pack(plan.Hidden, "HiddenTransposed"), Pack(plan.Input, "InputTransposed")] : [Pack(plan.Hidden, "HiddenTransposed")];

    public override IEnumerable<string> Weights => Trains ? [$"{Method}Weights(part);"] : [];

    public override IEnumerable<RunState> CarriedStates =>
        plan.States.Zip(States, (state, name) => new RunState(state, $"{Field}{name}.Reference", Learns ? $"{Field}D{name}.Reference" : "", false));

    private IEnumerable<(string Name, NormPlan Norm)> Norms =>
        plan.CellNorm is { } cell ? [("Input", plan.InputNorm), ("Hidden", plan.HiddenNorm), ("Cell", cell)] : [("Input", plan.InputNorm), ("Hidden", plan.HiddenNorm)];

    public override void WriteMethods(SourceWriter writer)
    {
        WriteInputs(writer);
        writer.WriteLine();
        WriteForward(writer);
        if (Learns)
        {
            writer.WriteLine();
            WriteBackward(writer);
            writer.WriteLine();
            WriteInputsBackward(writer);
        }

        if (Trains)
        {
            writer.WriteLine();
            WriteWeights(writer);
        }
    }

    private void WriteInputs(SourceWriter writer)
    {
        writer.WriteLine($"// {plan.Title}: the input sums W_ih·x of rows first to last - 1, normalised.");
        using (writer.Block($"private void {Method}Inputs(int first, int last)"))
        {
            writer.WriteLine($"ref {Number} p = ref parameters.Reference;");
            writer.WriteLine(Product(plan.Input, "first", "last", Previous.Output, Buffer("InputSums")));
            WriteAll(writer, NormalizedCalls.Normalise(
                plan.InputNorm, Number, "last - first", Row("InputSums", "first", width), Row("Gates", "first", width), Statistics("Input", "first")));
        }
    }

    private void WriteForward(SourceWriter writer)
    {
        writer.WriteLine($"// {plan.Title}: through a block of time steps.");
        foreach (string line in NormalizedCalls.Formula(plan))
        {
            writer.WriteLine("//     " + line);
        }

        using (writer.Block($"private void {Method}Forward(scoped in global::FastSeq.TimeBlock block)"))
        {
            writer.WriteLine($"ref {Number} p = ref parameters.Reference;");
            writer.WriteLine("int first = block.FirstSequence, last = block.EndSequence;");
            using (writer.Block("if (block.Begin == 0)"))
            {
                foreach (RunState state in CarriedStates)
                {
                    writer.WriteLine(RunStates.Begin(state.State, state.History));
                }
            }

            using (writer.Block("for (int t = block.Begin, end; t < block.End; t++)"))
            {
                writer.WriteLine("end = global::System.Math.Min(last, BatchSize(t));");
                using (writer.Block($"for (int b = first; b < end; b += {RowBlock})"))
                {
                    writer.WriteLine($"int count = global::System.Math.Min({RowBlock}, end - b), row = RowStart(t) + b, previous = PreviousRow(t) + b, current = Batch + row;");
                    writer.WriteLine(Product(plan.Hidden, "0", "count", State(0, "previous"), Row("HiddenSums", "row", width)));
                    WriteAll(writer, NormalizedCalls.Normalise(plan.HiddenNorm, Number, "count", Row("HiddenSums", "row", width), Row("Hidden", "row", width), Statistics("Hidden", "row")));
                    WriteAll(writer, NormalizedCalls.Gates(
                        plan, Number, "count", Row("Hidden", "row", width), Row("Gates", "row", width), state => State(state, "previous"), state => State(state, "current"), Row("Cell", "row", units), Statistics("Cell", "row")));
                }
            }
        }
    }

    private void WriteBackward(SourceWriter writer)
    {
        writer.WriteLine($"// {plan.Title}: back through a block of time steps.");
        using (writer.Block($"private void {Method}Backward(scoped in global::FastSeq.TimeBlock block)"))
        {
            writer.WriteLine($"ref {Number} p = ref parameters.Reference;");
            writer.WriteLine("int first = block.FirstSequence, last = block.EndSequence;");
            using (writer.Block("if (block.End == TimeSteps)"))
            {
                foreach (string state in States)
                {
                    writer.WriteLine($"BeginStateGradient(first, last, {units}, ref {Buffer("D" + state)});");
                }
            }

            using (writer.Block("for (int t = block.End - 1; t >= block.Begin; t--)"))
            {
                writer.WriteLines("""
                    int count = global::System.Math.Min(last, BatchSize(t)) - first;
                    if (count <= 0) continue;
                    int row = RowStart(t) + first, previous = PreviousRow(t) + first, current = Batch + row;
                    """);
                string output = Row("Gradient", "row", units), gates = Row("Gates", "row", width), dGates = Row("DGates", "row", width);
                string dH = Row("DH", "first", units), sums = Row("HiddenSums", "row", width), dSums = Row("DHiddenSums", "row", width);
                if (plan.CellNorm is { } norm)
                {
                    string dC = Row("DC", "first", units), step = Row("DStep", "first", units), dCell = Row("DCell", "row", units);
                    writer.WriteLine("// forward: h_t = σ(o)*tanh(LN(c_t))");
                    writer.WriteLine($"{Kernels}.NormalizedLstm.OutputBackward(count, {units}, in {gates}, in {Row("Cell", "row", units)}, in {output}, in {dH}, ref {dGates}, ref {dCell});");
                    WriteAll(writer, NormalizedCalls.NormaliseBackward(norm, "count", State(1, "current"), Statistics("Cell", "row"), dCell, step));
                    writer.WriteLine("// forward: c_t = σ(f)*c_(t-1) + σ(i)*tanh(g)");
                    writer.WriteLine($"{Kernels}.NormalizedLstm.GatesBackward(count, {units}, in {gates}, in {State(1, "previous")}, in {step}, ref {dC}, ref {dGates});");
                }
                else
                {
                    writer.WriteLine(
                        $"{Kernels}.NormalizedGru.GatesBackward(count, {units}, in {Row("Hidden", "row", width)}, in {gates}, in {State(0, "previous")}, in {output}, ref {dH}, ref {dGates}, ref {Row("DHidden", "row", width)});");
                }

                writer.WriteLine("// forward: LN(W_hh·h_(t-1))");
                WriteAll(writer, NormalizedCalls.NormaliseBackward(plan.HiddenNorm, "count", sums, Statistics("Hidden", "row"), Row(DHidden, "row", width), dSums));
                writer.WriteLine($"{Kernels}.PanelMatrix.LinearInputGradient(0, count, {units}, {width}, in {dSums}, in {Buffer("HiddenTransposed")}, ref {dH}{(IsLstm ? "" : ", true")});");
            }
        }
    }

    private void WriteInputsBackward(SourceWriter writer)
    {
        using (writer.Block($"private void {Method}InputsBackward(int first, int last)"))
        {
            writer.WriteLine($"ref {Number} p = ref parameters.Reference;");
            writer.WriteLine("// forward: LN(W_ih·x)");
            WriteAll(writer, NormalizedCalls.NormaliseBackward(
                plan.InputNorm, "last - first", Row("InputSums", "first", width), Statistics("Input", "first"), Row("DGates", "first", width), Row("DInputSums", "first", width)));
            if (Previous.Learns)
            {
                writer.WriteLine(
                    $"{Kernels}.PanelMatrix.LinearInputGradient(first, last, {plan.InputSize}, {width}, in {Buffer("DInputSums")}, in {Buffer("InputTransposed")}, ref {Previous.Gradient}{(AddsGradient ? ", true" : "")});");
            }
        }
    }

    private void WriteWeights(SourceWriter writer)
    {
        int lanes = Context.Plan.VectorLanes;
        writer.WriteLine($"// {plan.Title}: gradients of the weights, once all time steps are done.");
        using (writer.Block($"private void {Method}Weights(int part)"))
        {
            writer.WriteLine($"Range(part, {plan.InputSize}, 6, out int first, out int last);");
            writer.WriteLine(WeightGradient(plan.Input, "Rows", Previous.Output, Buffer("DInputSums")));
            writer.WriteLine($"Range(part, {units}, 6, out first, out last);");
            using (writer.Block("for (int t = 0, end; t < TimeSteps; t = end)"))
            {
                writer.WriteLine("end = EndOfEvenSteps(t);");
                writer.WriteLine(WeightGradient(plan.Hidden, "(end - t) * BatchSize(t)", State(0, "PreviousRow(t)"), Row("DHiddenSums", "RowStart(t)", width)));
            }

            WriteAll(writer, NormalizedCalls.WeightGradient(plan.InputNorm, lanes, Buffer("InputSums"), Statistics("Input", "0"), Buffer("DGates")));
            WriteAll(writer, NormalizedCalls.WeightGradient(plan.HiddenNorm, lanes, Buffer("HiddenSums"), Statistics("Hidden", "0"), Buffer(DHidden)));
            if (plan.CellNorm is { } norm)
            {
                WriteAll(writer, NormalizedCalls.WeightGradient(norm, lanes, State(1, "Batch"), Statistics("Cell", "0"), Buffer("DCell")));
            }

            foreach (RunState state in CarriedStates.Where(state => state.State.IsLearned))
            {
                writer.WriteLine($"SumInitialGradients(part, {units}, ref {state.Gradient}, ref Gradient({state.State.Parameter}));");
            }
        }
    }

    private static void WriteAll(SourceWriter writer, IEnumerable<string> statements)
    {
        foreach (string statement in statements)
        {
            writer.WriteLines(statement);
        }
    }

    private string Buffer(string name) => $"{Field}{name}.Reference";

    private string Row(string buffer, string row, int size) => At(Buffer(buffer), row == "0" ? "0" : $"{row} * {size}");

    private string State(int state, string row) => Row(state == 0 ? "H" : "C", row, units);

    private System.Func<int, string> Statistics(string norm, string row) => part => Row($"{norm}Statistics{part}", row, 2);

    private string Product(CellPlan product, string first, string last, string x, string y) =>
        $"{Kernels}.PanelMatrix.Linear({first}, {last}, {product.InputSize}, {product.Units}, {product.Lanes}, in {x}, in {Parameter(product.InputWeight.Offset.ToString())}, in {Parameter(product.InputBias.Offset.ToString())}, ref {y});";

    private string WeightGradient(CellPlan product, string rows, string x, string d) =>
        $"{Kernels}.PanelMatrix.LinearWeightGradient(first, last, {rows}, {product.InputSize}, {product.Units}, {product.Lanes}, in {x}, in {d}, ref Packed(part), ref Gradient({product.InputWeight.Offset}));";

    private string Pack(CellPlan product, string buffer) =>
        $"{Kernels}.PanelTranspose.Pack(part, Parts, {product.InputSize}, {product.Units}, {product.Lanes}, in {At("parameters.Reference", product.InputWeight.Offset.ToString())}, ref {Buffer(buffer)});";
}

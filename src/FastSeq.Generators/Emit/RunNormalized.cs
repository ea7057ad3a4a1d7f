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

    /// <summary>The numbers from one row of sums to the next.</summary>
    private int Stride => NormalizedPlan.Stride(width, Context.Plan.VectorLanes);

    /// <summary>The numbers from one row of gradients by normalised sums to the next: with those by LN(c), or of a GRU twice by the sums of n.</summary>
    private int GradientStride => NormalizedPlan.Stride((IsLstm ? 5 : 4) * units, Context.Plan.VectorLanes);

    /// <summary>The numbers from the gradients of the normalisations' weights of a pair of sequences to the next pair's.</summary>
    private int WeightStride => NormalizedPlan.Stride((IsLstm ? 14 : 10) * units, Context.Plan.VectorLanes);

    /// <summary>The rows of a time step that stay in the second-level cache together with weights: a quarter of a megabyte.</summary>
    private int AheadRows => (1 << 18) / ((((IsLstm ? 2 : 3) * Stride) + (4 * units)) * (Number == "double" ? 8 : 4));

    public override IEnumerable<(string Field, string Length)> Buffers
    {
        get
        {
            yield return Rows("InputSums", Stride);
            yield return Rows("HiddenSums", Stride);

            // Gates of an LSTM are computed again backwards: memory of four gates a unit is slower than they are.
            yield return IsLstm ? (Field + "Gates", $"Elements(Threads, {NormalizedPlan.RowGroup * Stride})") : Rows("Gates", Stride);

            yield return Rows("Statistics", NormalizedPlan.StatisticsSize);
            foreach (string state in States)
            {
                yield return (Field + state, $"Elements((long)MaxBatch + {MaxTimeRows}, {units})");
            }

            if (IsLstm)
            {
                yield return Rows("Tanh", units);
            }

            if (!Learns)
            {
                yield break;
            }

            yield return (Field + "DGates", $"Elements(Threads, {NormalizedPlan.RowGroup * GradientStride})");
            yield return (Field + "DWeights", $"Elements(MaxBatch, {WeightStride})");
            foreach (string state in States)
            {
                yield return (Field + "D" + state, $"Elements(MaxBatch, {units})");
            }

            yield return Rows("Gradient", units);
            yield return (Field + "HiddenTransposed", $"Elements({units}, {width})");
            if (Previous.Learns)
            {
                yield return (Field + "InputTransposed", $"Elements({plan.InputSize}, {width})");
            }
        }
    }

    public override IEnumerable<PhaseCall> Forward => [new(Division.Blocks, $"{Method}Inputs(in block);"), new(Division.Blocks, $"{Method}Forward(in block);")];

    public override IEnumerable<PhaseCall> Backward
    {
        get
        {
            if (Learns)
            {
                yield return new(Division.Blocks, $"{Method}Backward(in block);");
            }

            if (Previous.Learns)
            {
                yield return new(
                    Division.Rows,
                    $"{Kernels}.PanelMatrix.LinearInputGradient(first, last, {plan.InputSize}, {width}, in {Buffer("InputSums")}, in {Buffer("InputTransposed")}, ref {Previous.Gradient}, {(AddsGradient ? "true" : "false")}, {Stride});");
            }
        }
    }

    public override IEnumerable<string> Prepare => !Learns ? [] :
        Previous.Learns ? [Pack(plan.Hidden, "HiddenTransposed"), Pack(plan.Input, "InputTransposed")] : [Pack(plan.Hidden, "HiddenTransposed")];

    public override IEnumerable<string> Weights => Trains ? [$"{Method}Weights(part);"] : [];

    public override IEnumerable<RunState> CarriedStates =>
        plan.States.Zip(States, (state, name) => new RunState(state, $"{Field}{name}.Reference", Learns ? $"{Field}D{name}.Reference" : "", false));

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

        if (Trains)
        {
            writer.WriteLine();
            WriteWeights(writer);
        }
    }

    private void WriteInputs(SourceWriter writer)
    {
        writer.WriteLine($"// {plan.Title}: the input sums W_ih·x of a block of time steps at once.");
        using (writer.Block($"private void {Method}Inputs(scoped in global::FastSeq.TimeBlock block)"))
        {
            writer.WriteLine($"ref {Number} p = ref parameters.Reference;");
            using (writer.Block("foreach (ref readonly global::FastSeq.Kernels.RowSpan rows in block.Rows)"))
            {
                writer.WriteLine(Product(plan.Input, "rows.Count", At(Previous.Output, $"rows.First * {plan.InputSize}"), Sums("InputSums", "(block.SumsStart + rows.SumsFirst)")));
            }
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
            writer.WriteLine($"var weights = {NormalizedCalls.Weights(plan, Number)};");
            writer.WriteLine("int first = block.FirstSequence, last = block.EndSequence, taken = block.SumsStart;");
            using (writer.Block("if (block.Begin == 0)"))
            {
                foreach (RunState state in CarriedStates)
                {
                    writer.WriteLine(RunStates.Begin(state.State, state.History));
                }
            }

            using (writer.Block("for (int t = block.Begin, end; t < block.End; t++, taken += end - first)"))
            {
                writer.WriteLine("end = global::System.Math.Min(last, BatchSize(t));");
                using (writer.Block($"for (int b = first; b < end; b += {RowBlock})"))
                {
                    writer.WriteLines($"""
                        int count = global::System.Math.Min({RowBlock}, end - b), row = RowOf(t, b), previous = PreviousRowOf(t, b), current = Batch + row;

                        // Training keeps the sums of all rows; otherwise those of a block of time steps, and recurrent ones of no more than these rows.
                        int inputRow = Training ? row : taken + b - first, hiddenRow = Training ? row : block.SumsStart;
                        """);
                    writer.WriteLine(Product(plan.Hidden, "count", State(0, "previous"), Sums("HiddenSums", "hiddenRow")));
                    if (!IsLstm)
                    {
                        writer.WriteLine($"ref {Number} gates = ref Training ? ref {Sums("Gates", "row")} : ref {Sums("InputSums", "inputRow")};");
                    }

                    writer.WriteLine(NormalizedCalls.Forward(
                        plan, "in weights", "count", Stride, "Training", Sums("InputSums", "inputRow"), Sums("HiddenSums", "hiddenRow"), IsLstm ? GroupGates : "gates",
                        state => State(state, "previous"), state => State(state, "current"), IsLstm ? Of("Tanh", "row", units) : "", Statistics("inputRow")));
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
            writer.WriteLine($"var weights = {NormalizedCalls.Weights(plan, Number)};");
            writer.WriteLine("int first = block.FirstSequence, last = block.EndSequence;");
            using (writer.Block("if (block.End == TimeSteps)"))
            {
                writer.WriteLine($"Clear(ref {Of("DWeights", "first / SequencesTogether", WeightStride)}, (last - first + SequencesTogether - 1) / SequencesTogether * {WeightStride});");
                foreach (string state in States)
                {
                    writer.WriteLine($"BeginStateGradient(first, last, {units}, ref {Buffer("D" + state)});");
                }
            }

            using (writer.Block("for (int t = block.End - 1; t >= block.Begin; t--)"))
            {
                writer.WriteLines($"""
                    int count = global::System.Math.Min(last, BatchSize(t)) - first;
                    if (count <= 0) continue;
                    int row = RowOf(t, first), previous = PreviousRowOf(t, first){(IsLstm ? ", current = Batch + row" : "")};
                    int ahead = t > 0 && count <= {AheadRows} ? RowOf(t, first) - RowOf(t - 1, first) : 0;
                    """);
                string dH = Of("DH", "first", units), sums = $"ref {Sums("InputSums", "row")}, ref {Sums("HiddenSums", "row")}, {(IsLstm ? "ref " + GroupGates : "in " + Sums("Gates", "row"))}";
                string output = $"in {Of("Gradient", "row", units)}", gradients = $"ref {Of("DGates", "block.Part", NormalizedPlan.RowGroup * GradientStride)}, ref {Of("DWeights", "first / SequencesTogether", WeightStride)}";
                string states = IsLstm
                    ? $"in {State(1, "previous")}, in {State(1, "current")}, in {Of("Tanh", "row", units)}, in {Statistics("row")}, {output}, in {dH}, ref {Of("DC", "first", units)}"
                    : $"in {State(0, "previous")}, in {Statistics("row")}, {output}, ref {dH}";
                writer.WriteLine($"{NormalizedCalls.Cell(plan)}.Backward(count, ahead, SequencesTogether, {units}, {Stride}, {GradientStride}, {WeightStride}, in weights, {sums}, {states}, {gradients});");
                writer.WriteLine(
                    $"{(plan.States[0].IsLearned ? "" : "if (t > 0 || HasStates) ")}{Kernels}.PanelMatrix.LinearInputGradient(0, count, {units}, {width}, in {Sums("HiddenSums", "row")}, in {Buffer("HiddenTransposed")}, ref {dH}, {(IsLstm ? "false" : "true")}, {Stride});");
            }
        }
    }

    private void WriteWeights(SourceWriter writer)
    {
        writer.WriteLine($"// {plan.Title}: gradients of the weights, once all time steps are done.");
        using (writer.Block($"private void {Method}Weights(int part)"))
        {
            writer.WriteLine($"Range(part, {plan.InputSize}, 6, out int first, out int last);");
            writer.WriteLine(WeightGradient(plan.Input, "Rows", Previous.Output, Buffer("InputSums")));
            writer.WriteLine($"Range(part, {units}, 6, out first, out last);");
            using (writer.Block("for (int t = 0, end; t < TimeSteps; t = end)"))
            {
                writer.WriteLine("end = EndOfEvenSteps(t);");
                writer.WriteLine(WeightGradient(plan.Hidden, "(end - t) * BatchSize(t)", State(0, "PreviousRow(t)"), Sums("HiddenSums", "RowStart(t)")));
            }

            // Those of the normalisations: the sums over the pairs, which none but a time step has begun.
            foreach ((int place, int parameter, int size) in NormGradients)
            {
                writer.WriteLine($"Range(part, {size}, {Context.Plan.VectorLanes}, out first, out last);");
                writer.WriteLine($"{Kernels}.ColumnSums.Accumulate(TimeSteps == 0 ? 0 : (Batch + SequencesTogether - 1) / SequencesTogether, last - first, in {At(Buffer("DWeights"), Lane.Sum("first", $"{place}"))}, {WeightStride}, ref Gradient({Lane.Sum("first", $"{parameter}")}));");
            }

            foreach (RunState state in CarriedStates.Where(state => state.State.IsLearned))
            {
                writer.WriteLine($"SumInitialGradients(part, {units}, ref {state.Gradient}, ref Gradient({state.State.Parameter}));");
            }
        }
    }

    /// <summary>Where the gradients of the normalisations' weights and biases lie in a row of them, the parameters that they belong to, and their sizes.</summary>
    private IEnumerable<(int Place, int Parameter, int Size)> NormGradients
    {
        get
        {
            (NormPlan input, NormPlan hidden) = (plan.InputNorm, plan.HiddenNorm);
            yield return (0, input.Weight, width);
            yield return (width, hidden.Weight, width);
            yield return (2 * width, input.Bias, width);
            if (plan.CellNorm is { } cell)
            {
                yield return (2 * width, hidden.Bias, width);
                yield return (3 * width, cell.Weight, units);
                yield return ((3 * width) + units, cell.Bias, units);
            }
            else
            {
                yield return (2 * width, hidden.Bias, 2 * units);
                yield return (3 * width, hidden.Bias + (2 * units), units);
            }
        }
    }

    /// <summary>Where the gates of a few rows of an LSTM lie while they are used.</summary>
    private string GroupGates => Of("Gates", "block.Part", NormalizedPlan.RowGroup * Stride);

    private string Buffer(string name) => $"{Field}{name}.Reference";

    private string Of(string name, string row, int size) => At(Buffer(name), $"{row} * {size}");

    private string Sums(string name, string row) => Of(name, row, Stride);

    private string State(int state, string row) => Of(state == 0 ? "H" : "C", row, units);

    private string Statistics(string row) => Of("Statistics", row, NormalizedPlan.StatisticsSize);

    private string Product(CellPlan product, string rows, string x, string y) =>
        $"{Kernels}.PanelMatrix.Linear(0, {rows}, {product.InputSize}, {product.Units}, {product.Lanes}, in {x}, in {Parameter(product.InputWeight.Offset.ToString())}, in {Parameter(product.InputBias.Offset.ToString())}, ref {y}, {Stride});";

    private string WeightGradient(CellPlan product, string rows, string x, string d) =>
        $"{Kernels}.PanelMatrix.LinearWeightGradient(first, last, {rows}, {product.InputSize}, {product.Units}, {product.Lanes}, in {x}, in {d}, ref Packed(part), ref Gradient({product.InputWeight.Offset}), {Stride});";

    private string Pack(CellPlan product, string buffer) =>
        $"{Kernels}.PanelTranspose.Pack(part, Parts, {product.InputSize}, {product.Units}, {product.Lanes}, in {At("parameters.Reference", product.InputWeight.Offset.ToString())}, ref {Buffer(buffer)});";
}

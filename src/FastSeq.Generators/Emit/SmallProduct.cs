using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;
using static FastSeq.Generators.Emit.Lane;

namespace FastSeq.Generators.Emit;

/// <summary>
/// A product of the rows of one panel of a small layer with a weight, every size a literal: it takes so short that general tiles would spend half of the
/// time on being called, and its last columns take the narrowest register that holds them. All chains of a few rows go side by side through k.
/// </summary>
internal sealed class SmallProduct
{
    /// <summary>What a sum begins with.</summary>
    private enum Start
    {
        Zero,
        Bias,
        Result,
    }

    private readonly string summary;
    private readonly int inner, chains, columns, operandStride, resultStride;
    private readonly Start start;

    private SmallProduct(string method, string summary, int inner, int chains, int columns, int operandStride, int resultStride, Start start)
    {
        Method = method;
        this.summary = summary;
        this.inner = inner;
        this.chains = chains;
        this.columns = columns;
        this.operandStride = operandStride;
        this.resultStride = resultStride;
        this.start = start;
    }

    /// <summary>The name of the emitted method, without its width.</summary>
    public string Method { get; }

    /// <summary>c = b_ih + W_ih·a, a being x and c a row of the tape.</summary>
    public static SmallProduct InputSums(CellPlan plan, bool isNarrow)
    {
        int units = plan.UnitsOf(isNarrow), columns = plan.InputWeight.Gates * units, slots = TapeLayout.Of(plan.Equations()).SlotCount;
        return new SmallProduct(
            plan.Identifier + "InputSums" + Suffix(isNarrow), $"{plan.Title}: the input sums b_ih + W_ih·x, of the rows of {Panel(isNarrow)}.",
            plan.InputSize, 1, columns, plan.InputSize, slots * units, Start.Bias);
    }

    /// <summary>c = b_hh + W_hh·a, a being h: the chains are added up before they are stored.</summary>
    public static SmallProduct HiddenSums(CellPlan plan, bool isNarrow)
    {
        int columns = plan.HiddenWeights[0].Gates * plan.UnitsOf(isNarrow);
        return new SmallProduct(
            plan.Maths + "HiddenSums" + Suffix(isNarrow), $"{plan.Equations().Name}, {plan.Units} units: the recurrent sums b_hh + W_hh·h, of the rows of {Panel(isNarrow)}.",
            plan.Units, plan.HiddenChains, columns, plan.Units, columns, Start.Bias);
    }

    /// <summary>c += W_hhᵀ·a, a being the gradients of the recurrent sums and c that of h.</summary>
    public static SmallProduct HiddenGradient(CellPlan plan, bool isNarrow)
    {
        int units = plan.UnitsOf(isNarrow);
        return new SmallProduct(
            plan.Maths + "HiddenGradient" + Suffix(isNarrow), $"{plan.Equations().Name}, {plan.Units} units: dh += dz·W_hh, of the rows of {Panel(isNarrow)}.",
            plan.HiddenWeights[0].Gates * units, 1, plan.Units, plan.Equations().GradientCount * units, plan.Units, Start.Result);
    }

    /// <summary>c = b + W·a, of a linear layer.</summary>
    public static SmallProduct Linear(CellPlan plan) => new(
        plan.Identifier + "Sums", $"{plan.Title}: the sums b + W·x of some rows.", plan.InputSize, 1, plan.Units, plan.InputSize, plan.Units, Start.Bias);

    /// <summary>c = Wᵀ·a, of a linear layer, a being the gradients of its sums.</summary>
    public static SmallProduct LinearGradient(CellPlan plan) => new(
        plan.Identifier + "InputGradient", $"{plan.Title}: dx = dy·W of some rows.", plan.Units, 1, plan.InputSize, plan.Units, plan.InputSize, Start.Zero);

    public void Write(SourceWriter writer, string number, bool isDouble)
    {
        string parameters = "int rows" + string.Concat(References.Select(name => $", ref {number} {name}")), arguments = "rows" + string.Concat(References.Select(name => ", ref " + name));
        EmittedMethod.Write(writer, isDouble, Method, parameters, arguments, summary, WriteBody);
    }

    private string[] References => start == Start.Bias ? ["a", "weight", "bias", "c"] : ["a", "weight", "c"];

    private static string Suffix(bool isNarrow) => isNarrow ? "Narrow" : "";

    private static string Panel(bool isNarrow) => isNarrow ? "the narrow panel" : "a panel";

    /// <summary>The sums that go side by side: with a row of the weight and a broadcast number they stay in 32 registers of 512 bits, or in 16 of the others.</summary>
    private static int SumsTogether(Lane lane) => lane.Bits == 512 ? 16 : 8;

    private void WriteBody(Lane lane, SourceWriter writer)
    {
        foreach (Pass pass in Pass.Over(columns, lane, SumsTogether(lane) / chains))
        {
            using (pass.LoopEnd > 0 ? writer.Block($"for (int u = 0; u < {pass.LoopEnd}; u += {pass.LoopStep})") : writer.Block())
            {
                int height = 1;
                while (2 * height * pass.Segments.Count * chains <= SumsTogether(lane))
                {
                    height *= 2;
                }

                writer.WriteLine($"ref {lane.Number} x = ref a, y = ref c;");
                writer.WriteLine("int left = rows;");
                if (height > 1)
                {
                    WriteRows(writer, lane, pass, height);
                }

                WriteRows(writer, lane, pass, 1);
            }
        }
    }

    private void WriteRows(SourceWriter writer, Lane lane, Pass pass, int height)
    {
        using (writer.Block(height == 1 ? "for (; left > 0; left--)" : $"for (; left >= {height}; left -= {height})"))
        {
            // One line a row.
            for (int row = 0; row < height; row++)
            {
                writer.WriteLine(string.Join(" ", pass.Segments.SelectMany(segment => Enumerable.Range(0, chains).Select(chain => $"var {SumOf(segment, row, chain)} = {Begin(segment, row, chain)};"))));
            }

            writer.WriteLine($"ref {lane.Number} w = ref weight;");
            int common = inner / chains;
            using (writer.Block($"for (nuint k = 0; k < {common}; k++)"))
            {
                for (int chain = 0; chain < chains; chain++)
                {
                    WriteMultiplyAdds(writer, lane, pass, height, chain, "k");
                }

                writer.WriteLine($"w = {Ref("w", columns.ToString())};");
            }

            for (int chain = 0; chain < inner % chains; chain++)
            {
                WriteMultiplyAdds(writer, lane, pass, height, chain, common.ToString());
            }

            for (int row = 0; row < height; row++)
            {
                writer.WriteLine(string.Join(" ", pass.Segments.Select(segment => segment.Store(Added(segment, row, 0, chains), "y", Sum(segment.Start, (row * resultStride).ToString())))));
            }

            writer.WriteLine($"x = {Ref("x", (height * operandStride).ToString())};");
            writer.WriteLine($"y = {Ref("y", (height * resultStride).ToString())};");
        }
    }

    private string Begin(Segment segment, int row, int chain) => chain > 0 || start == Start.Zero
        ? segment.Lane.Zero
        : start == Start.Result ? segment.Lane.Load("y", Sum(segment.Start, (row * resultStride).ToString())) : segment.Lane.Load("bias", segment.Start);

    private void WriteMultiplyAdds(SourceWriter writer, Lane lane, Pass pass, int height, int chain, string k)
    {
        int first = StepProduct.FirstOf(chain, inner, chains);
        using (writer.Block())
        {
            string Weight(Segment segment) => segment.Lane.Load("w", Sum(segment.Start, (first * columns).ToString()));
            if (height > 1)
            {
                writer.WriteLine(string.Join(" ", pass.Segments.Select(segment => $"var weight{segment.Suffix}_ = {Weight(segment)};")));
            }

            for (int row = 0; row < height; row++)
            {
                string Broadcast(Lane width) => $"x{row}Of{width.Count}";
                var line = new List<string> { $"var {Broadcast(lane)} = {lane.Broadcast(At("x", Sum(k, (first + (row * operandStride)).ToString())))};" };
                line.AddRange(pass.Segments.Select(s => s.Lane).Where(l => l != lane).Distinct().Select(narrower => $"var {Broadcast(narrower)} = {lane.Lower(Broadcast(lane), narrower.Count)};"));
                foreach (Segment segment in pass.Segments)
                {
                    string sum = SumOf(segment, row, chain), loaded = height > 1 ? $"weight{segment.Suffix}_" : Weight(segment);
                    line.Add($"{sum} = {segment.Lane.MultiplyAdd(Broadcast(segment.Lane), loaded, sum)};");
                }

                writer.WriteLine(string.Join(" ", line));
            }
        }
    }

    /// <summary>The chains of a sum, added as the single step adds them: those side by side first.</summary>
    private static string Added(Segment segment, int row, int firstChain, int chains) => chains == 1
        ? SumOf(segment, row, firstChain)
        : $"({Added(segment, row, firstChain, chains / 2)} + {Added(segment, row, firstChain + (chains / 2), chains / 2)})";

    private static string SumOf(Segment segment, int row, int chain) => $"z{segment.Suffix}Row{row}" + (chain == 0 ? "" : "Chain" + (chain + 1));
}

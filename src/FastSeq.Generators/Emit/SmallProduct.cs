using System.Linq;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;
using static FastSeq.Generators.Emit.Lane;

namespace FastSeq.Generators.Emit;

/// <summary>
/// A product of the rows of one panel of a small cell with its recurrent weight, every size a literal: it takes so short that general tiles would spend half of the
/// time on being called. All chains of a few rows go side by side through k.
/// </summary>
internal sealed class SmallProduct
{
    private readonly CellPlan plan;
    private readonly string summary;
    private readonly int inner, chains, columns, operandStride;
    private readonly bool accumulates;

    private SmallProduct(CellPlan plan, bool isNarrow, string verb, string summary, int inner, int chains, int columns, int operandStride, bool accumulates)
    {
        this.plan = plan;
        this.summary = $"{plan.Equations().Name}, {plan.Units} units: {summary}, of the rows of {(isNarrow ? "the narrow panel" : "a panel")}.";
        this.inner = inner;
        this.chains = chains;
        this.columns = columns;
        this.operandStride = operandStride;
        this.accumulates = accumulates;
        Method = plan.Maths + verb + (isNarrow ? "Narrow" : "");
    }

    /// <summary>The name of the emitted method, without its width.</summary>
    public string Method { get; }

    /// <summary>c = b_hh + W_hh·a, a being h: the chains are added up before they are stored.</summary>
    public static SmallProduct HiddenSums(CellPlan plan, bool isNarrow)
    {
        int columns = plan.HiddenWeights[0].Gates * UnitsOf(plan, isNarrow);
        return new SmallProduct(plan, isNarrow, "HiddenSums", "the recurrent sums b_hh + W_hh·h", plan.Units, plan.HiddenChains, columns, plan.Units, accumulates: false);
    }

    /// <summary>c += W_hhᵀ·a, a being the gradients of the recurrent sums and c that of h.</summary>
    public static SmallProduct HiddenGradient(CellPlan plan, bool isNarrow)
    {
        int units = UnitsOf(plan, isNarrow);
        return new SmallProduct(
            plan, isNarrow, "HiddenGradient", "dh += dz·W_hh", plan.HiddenWeights[0].Gates * units, 1, plan.Units, plan.GradientSlots * units, accumulates: true);
    }

    public void Write(SourceWriter writer, string number, bool isDouble)
    {
        string parameters = "int rows" + string.Concat(References.Select(name => $", ref {number} {name}")), arguments = "rows" + string.Concat(References.Select(name => ", ref " + name));
        EmittedMethod.Write(writer, isDouble, Method, parameters, arguments, summary, WriteBody);
    }

    private string[] References => accumulates ? ["a", "weight", "c"] : ["a", "weight", "bias", "c"];

    private static int UnitsOf(CellPlan plan, bool isNarrow) => isNarrow ? plan.NarrowUnits : plan.Lanes;

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
            foreach (Segment segment in pass.Segments)
            {
                for (int row = 0; row < height; row++)
                {
                    for (int chain = 0; chain < chains; chain++)
                    {
                        writer.WriteLine($"var {SumOf(segment, row, chain)} = {Start(segment, row, chain)};");
                    }
                }
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
                foreach (Segment segment in pass.Segments)
                {
                    writer.WriteLine(segment.Store(Added(segment, row, 0, chains), "y", Sum(segment.Start, (row * columns).ToString())));
                }
            }

            writer.WriteLine($"x = {Ref("x", (height * operandStride).ToString())};");
            writer.WriteLine($"y = {Ref("y", (height * columns).ToString())};");
        }
    }

    private string Start(Segment segment, int row, int chain) => chain > 0
        ? segment.Lane.Zero
        : accumulates ? segment.Lane.Load("y", Sum(segment.Start, (row * columns).ToString())) : segment.Lane.Load("bias", segment.Start);

    private void WriteMultiplyAdds(SourceWriter writer, Lane lane, Pass pass, int height, int chain, string k)
    {
        int first = StepProduct.FirstOf(chain, inner, chains);
        using (writer.Block())
        {
            string Weight(Segment segment) => segment.Lane.Load("w", Sum(segment.Start, (first * columns).ToString()));
            if (height > 1)
            {
                foreach (Segment segment in pass.Segments)
                {
                    writer.WriteLine($"var weight{segment.Suffix}_ = {Weight(segment)};");
                }
            }

            for (int row = 0; row < height; row++)
            {
                string Broadcast(Lane width) => $"x{row}Of{width.Count}";
                writer.WriteLine($"var {Broadcast(lane)} = {lane.Broadcast(At("x", Sum(k, (first + (row * operandStride)).ToString())))};");
                foreach (Lane narrower in pass.Segments.Select(s => s.Lane).Where(l => l != lane).Distinct())
                {
                    writer.WriteLine($"var {Broadcast(narrower)} = {lane.Lower(Broadcast(lane), narrower.Count)};");
                }

                foreach (Segment segment in pass.Segments)
                {
                    string sum = SumOf(segment, row, chain), loaded = height > 1 ? $"weight{segment.Suffix}_" : Weight(segment);
                    writer.WriteLine($"{sum} = {segment.Lane.MultiplyAdd(Broadcast(segment.Lane), loaded, sum)};");
                }
            }
        }
    }

    /// <summary>The chains of a sum, added as the single step adds them: those side by side first.</summary>
    private static string Added(Segment segment, int row, int firstChain, int chains) => chains == 1
        ? SumOf(segment, row, firstChain)
        : $"({Added(segment, row, firstChain, chains / 2)} + {Added(segment, row, firstChain + (chains / 2), chains / 2)})";

    private static string SumOf(Segment segment, int row, int chain) => $"z{segment.Suffix}Row{row}" + (chain == 0 ? "" : "Chain" + (chain + 1));
}

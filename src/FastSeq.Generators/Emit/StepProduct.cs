using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Support;
using static FastSeq.Generators.Emit.Lane;

namespace FastSeq.Generators.Emit;

/// <summary>A register of sums of a step's product.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Lane">Its width.</param>
/// <param name="Row">The variable that refers to the row of the weight.</param>
/// <param name="Column">Where in the row its columns begin, as text.</param>
/// <param name="Bias">Where its biases begin in the parameters, as text.</param>
internal sealed record SumRegister(string Name, Lane Lane, string Row, string Column, string Bias);

/// <summary>The rows of a panel of a weight, in the order of k.</summary>
/// <param name="Name">The variable that refers to the row.</param>
/// <param name="Start">Where the first row begins in the parameters, as text.</param>
/// <param name="Stride">The numbers from a row to the next.</param>
internal sealed record WeightRows(string Name, string Start, int Stride);

/// <summary>
/// A product of a step: sums in registers, k running. A sum of several chains is cut into as many runs of k, which are added at the end: few registers of one chain
/// each would wait for their own last multiply-add most of the time.
/// </summary>
internal static class StepProduct
{
    /// <summary>The longest sum of a single number that is written without a loop.</summary>
    private const int LongestUnrolled = 32;

    public static void Write(
        SourceWriter writer, Lane lane, IReadOnlyList<SumRegister> sums, IReadOnlyList<WeightRows> rows, int inner, int chains, string operand, string formula)
    {
        writer.WriteLine("// " + formula);
        for (int chain = 0; chain < chains; chain++)
        {
            foreach (SumRegister sum in sums)
            {
                string start = chain == 0 ? sum.Lane.Load("parameters", sum.Bias) : sum.Lane.Zero;
                writer.WriteLine($"var {ChainOf(sum, chain)} = {start};");
            }
        }

        foreach (WeightRows row in rows)
        {
            writer.WriteLine($"ref {lane.Number} {row.Name} = {Ref("parameters", row.Start)};");
        }

        if (sums.Count == 1 && lane.IsScalar && chains == 1 && inner <= LongestUnrolled)
        {
            WriteUnrolled(writer, sums[0], rows[0], inner, operand);
            return;
        }

        int common = inner / chains;
        using (writer.Block($"for (nuint k = 0; k < {common}; k++)"))
        {
            for (int chain = 0; chain < chains; chain++)
            {
                WriteMultiplyAdds(writer, sums, rows, chain, At(operand, Sum("k", FirstOf(chain, inner, chains).ToString())), FirstOf(chain, inner, chains));
            }

            foreach (WeightRows row in rows)
            {
                writer.WriteLine($"{row.Name} = {Ref(row.Name, row.Stride.ToString())};");
            }
        }

        for (int chain = 0; chain < inner % chains; chain++)
        {
            int first = FirstOf(chain, inner, chains);
            using (writer.Block())
            {
                WriteMultiplyAdds(writer, sums, rows, chain, At(operand, (first + common).ToString()), first);
            }
        }

        for (int distance = 1; distance < chains; distance *= 2)
        {
            for (int chain = 0; chain < chains; chain += 2 * distance)
            {
                foreach (SumRegister sum in sums)
                {
                    writer.WriteLine($"{ChainOf(sum, chain)} += {ChainOf(sum, chain + distance)};");
                }
            }
        }

        writer.WriteLine();
    }

    /// <summary>One number: counting would take most of the instructions, which stand between the store of h and the product of the next step.</summary>
    private static void WriteUnrolled(SourceWriter writer, SumRegister sum, WeightRows row, int inner, string operand)
    {
        for (int k = 0; k < inner; k++)
        {
            string weight = sum.Lane.Load(row.Name, Sum(sum.Column, (k * row.Stride).ToString()));
            writer.WriteLine($"{sum.Name} = {sum.Lane.MultiplyAdd(At(operand, k.ToString()), weight, sum.Name)};");
        }

        writer.WriteLine();
    }

    /// <summary>Where the run of k of a chain begins; earlier chains are longer by one where they cannot all be the same.</summary>
    public static int FirstOf(int chain, int inner, int chains) => (chain * (inner / chains)) + System.Math.Min(chain, inner % chains);

    private static string ChainOf(SumRegister sum, int chain) => chain == 0 ? sum.Name : sum.Name + "Chain" + (chain + 1);

    private static void WriteMultiplyAdds(
        SourceWriter writer, IReadOnlyList<SumRegister> sums, IReadOnlyList<WeightRows> rows, int chain, string element, int firstRow)
    {
        string Broadcast(int count) => $"k{count}" + (chain == 0 ? "" : "Chain" + (chain + 1));
        Lane widest = sums.Select(s => s.Lane).OrderByDescending(l => l.Count).First();
        writer.WriteLine($"var {Broadcast(widest.Count)} = {widest.Broadcast(element)};");
        foreach (int count in sums.Select(s => s.Lane.Count).Where(c => c != widest.Count).Distinct())
        {
            writer.WriteLine($"var {Broadcast(count)} = {widest.Lower(Broadcast(widest.Count), count)};");
        }

        foreach (SumRegister sum in sums)
        {
            int stride = rows.Single(r => r.Name == sum.Row).Stride;
            string name = ChainOf(sum, chain);
            string loaded = sum.Lane.Load(sum.Row, Sum(sum.Column, (firstRow * stride).ToString()));
            writer.WriteLine($"{name} = {sum.Lane.MultiplyAdd(Broadcast(sum.Lane.Count), loaded, name)};");
        }
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;
using static FastSeq.Generators.Emit.Lane;

namespace FastSeq.Generators.Emit;

/// <summary>
/// The gradients of a small layer's weight and bias, every size a literal: dW[k, j] += the sum over rows of a[row, k] * d[row, j], db[j] += that of d[row, j]. The sums of a few k
/// stay in registers while the rows of some time steps, which stay in the first-level cache, pass by; the bias is one k more, the last.
/// </summary>
internal sealed class SmallWeightGradient
{
    /// <summary>Rows that are taken at a time.</summary>
    private const int RowBlock = 128;

    private readonly string summary;
    private readonly int inner, columns, gradientStride, tileRows, lastTile;
    private readonly bool hasBias;

    private SmallWeightGradient(string method, string summary, int inner, int columns, int gradientStride, bool hasBias, bool isDouble)
    {
        Method = method;
        this.summary = summary;
        this.inner = inner;
        this.columns = columns;
        this.gradientStride = gradientStride;
        this.hasBias = hasBias;

        // As many as keep 20 sums of 512 bits side by side, but no more than keep the multiply-adds busy. Tiles have about the same height.
        int lanes = isDouble ? 8 : 16, registers = (columns + lanes - 1) / lanes, most = Math.Min(registers == 1 ? 10 : 6, 20 / registers);
        int rows = inner + (hasBias ? 1 : 0), tiles = (rows + most - 1) / most;
        tileRows = (rows + tiles - 1) / tiles;
        lastTile = (tiles - 1) * tileRows;
    }

    /// <summary>The name of the emitted method, without its width.</summary>
    public string Method { get; }

    /// <summary>dW_ih and db_ih, of a cell.</summary>
    public static SmallWeightGradient Input(CellPlan plan, bool isNarrow, bool isDouble) => OfCell(plan, "Input", plan.InputWeight, isNarrow, isDouble);

    /// <summary>dW_hh and db_hh, of a cell.</summary>
    public static SmallWeightGradient Hidden(CellPlan plan, bool isNarrow, bool isDouble) => OfCell(plan, "Hidden", plan.HiddenWeights[0], isNarrow, isDouble);

    /// <summary>dW and db, of a linear layer.</summary>
    public static SmallWeightGradient Linear(CellPlan plan, bool isDouble) =>
        new(plan.Identifier + "WeightGradient", $"{plan.Title}: dW and db, of some rows.", plan.InputSize, plan.Units, plan.Units, plan.HasBias, isDouble);

    public void Write(SourceWriter writer, string number, bool isDouble)
    {
        string parameters = "int steps, int rows, int apart" + string.Concat(References.Select(name => $", ref {number} {name}"));
        EmittedMethod.Write(writer, isDouble, Method, parameters, "steps, rows, apart" + string.Concat(References.Select(name => ", ref " + name)), summary, WriteBody);
    }

    private string[] References => hasBias ? ["a", "d", "weight", "bias"] : ["a", "d", "weight"];

    private static SmallWeightGradient OfCell(CellPlan plan, string operand, Region weight, bool isNarrow, bool isDouble)
    {
        int units = plan.UnitsOf(isNarrow);
        string suffix = operand == "Input" ? "ih" : "hh";
        return new SmallWeightGradient(
            plan.Identifier + operand + "WeightGradient" + (isNarrow ? "Narrow" : ""),
            $"{plan.Title}: dW_{suffix} and db_{suffix} of {(isNarrow ? "the narrow panel" : "a panel")}, of some rows.",
            weight.Inner, weight.Gates * units, plan.Equations().GradientCount * units, plan.HasBias, isDouble);
    }

    private void WriteBody(Lane lane, SourceWriter writer)
    {
        IReadOnlyList<Pass> passes = Pass.Over(columns, lane, Math.Max(1, (lane.Bits == 512 ? 20 : 10) / tileRows));
        using (writer.Block("while (steps > 0)"))
        {
            writer.WriteLine($"int count = global::System.Math.Min(steps, global::System.Math.Max(1, {RowBlock} / rows));");
            if (lastTile > 0)
            {
                using (writer.Block($"for (int k = 0; k < {lastTile}; k += {tileRows})"))
                {
                    WriteTile(writer, lane, passes, "k", tileRows, false);
                }
            }

            WriteTile(writer, lane, passes, lastTile.ToString(), inner - lastTile, hasBias);
            writer.WriteLine($"a = {Ref("a", $"count * apart * {inner}")};");
            writer.WriteLine($"d = {Ref("d", $"count * apart * {gradientStride}")};");
            writer.WriteLine("steps -= count;");
        }
    }

    private void WriteTile(SourceWriter writer, Lane lane, IReadOnlyList<Pass> passes, string k, int height, bool withBias)
    {
        foreach (Pass pass in passes)
        {
            using (pass.LoopEnd > 0 ? writer.Block($"for (int u = 0; u < {pass.LoopEnd}; u += {pass.LoopStep})") : writer.Block())
            {
                writer.WriteLine($"ref {lane.Number} w = {Ref("weight", Times(k, columns))};");
                int rows = height + (withBias ? 1 : 0);
                (string Reference, string Index) Place(Segment segment, int row) => row == height ? ("bias", segment.Start) : ("w", Sum(segment.Start, (row * columns).ToString()));
                for (int row = 0; row < rows; row++)
                {
                    writer.WriteLine(string.Join(" ", pass.Segments.Select(segment => $"var {SumOf(segment, row)} = {segment.Lane.Load(Place(segment, row).Reference, Place(segment, row).Index)};")));
                }

                using (writer.Block("for (int step = 0; step < count; step++)"))
                {
                    writer.WriteLine($"ref {lane.Number} x = {Ref("a", Sum($"(step * apart * {inner})", k))}, y = {Ref("d", $"step * apart * {gradientStride}")};");
                    using (writer.Block("for (int row = 0; row < rows; row++)"))
                    {
                        WriteMultiplyAdds(writer, lane, pass, height, withBias);
                    }
                }

                for (int row = 0; row < rows; row++)
                {
                    writer.WriteLine(string.Join(" ", pass.Segments.Select(segment => segment.Store(SumOf(segment, row), Place(segment, row).Reference, Place(segment, row).Index))));
                }
            }
        }
    }

    private void WriteMultiplyAdds(SourceWriter writer, Lane lane, Pass pass, int height, bool withBias)
    {
        // One line a row.
        writer.WriteLine(string.Join(" ", pass.Segments.Select(segment => $"var d{segment.Suffix}_ = {segment.Lane.Load("y", segment.Start)};")));
        for (int row = 0; row < height; row++)
        {
            string Broadcast(Lane width) => $"x{row}Of{width.Count}";
            var line = new List<string> { $"var {Broadcast(lane)} = {lane.Broadcast(At("x", row.ToString()))};" };
            line.AddRange(pass.Segments.Select(s => s.Lane).Where(l => l != lane).Distinct().Select(narrower => $"var {Broadcast(narrower)} = {lane.Lower(Broadcast(lane), narrower.Count)};"));
            line.AddRange(pass.Segments.Select(segment => $"{SumOf(segment, row)} = {segment.Lane.MultiplyAdd(Broadcast(segment.Lane), $"d{segment.Suffix}_", SumOf(segment, row))};"));
            writer.WriteLine(string.Join(" ", line));
        }

        if (withBias)
        {
            writer.WriteLine(string.Join(" ", pass.Segments.Select(segment => $"{SumOf(segment, height)} += d{segment.Suffix}_;")));
        }

        writer.WriteLine($"x = {Ref("x", inner.ToString())};");
        writer.WriteLine($"y = {Ref("y", gradientStride.ToString())};");
    }

    private static string SumOf(Segment segment, int row) => $"z{segment.Suffix}Row{row}";
}

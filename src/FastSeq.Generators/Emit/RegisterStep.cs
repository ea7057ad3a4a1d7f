using System;
using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Cells;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>
/// The step of a cell so small that the sums of all its panels stay in registers together: each product is one loop, and every sum is there before the first number
/// of the new state is stored.
/// </summary>
internal sealed class RegisterStep
{
    private readonly CellPlan plan;
    private readonly Lane lane;
    private readonly PreActivation[] inputs, hidden;

    public RegisterStep(CellPlan plan, Lane lane)
    {
        this.plan = plan;
        this.lane = lane;
        inputs = plan.Equations().Inputs.ToArray();
        hidden = plan.Equations().HiddenOf(0).ToArray();
    }

    /// <summary>Whether the registers of this width are enough: 32 of 512 bits, 16 of the others; some stay free for what is loaded.</summary>
    public bool Fits =>
        plan.Recurrent is not null && plan.Equations().StageCount == 1 && !lane.IsScalar
        && RegisterCount(inputs.Length) + (RegisterCount(hidden.Length) * plan.HiddenChains) <= (lane.Bits == 512 ? 20 : 13);

    /// <summary>The space for the sums of a narrow panel, where a gate's columns lie in two registers.</summary>
    public int ScratchSize => NarrowSums.All(sum => Enumerable.Range(0, sum.Gates.Length).All(g => Units(plan.NarrowUnits).All(s => IsInOneRegister(g, s))))
        ? 0
        : NarrowSums.Sum(sum => Registers(sum.Gates.Length * plan.NarrowUnits) * lane.Count);

    /// <summary>Whether the columns of the narrow panel lie side by side in registers, whatever gate they belong to.</summary>
    private bool GatesShareRegisters => plan.NarrowUnits % lane.Count != 0 && Math.Max(inputs.Length, hidden.Length) > 1;

    /// <summary>Whether each input sum has its recurrent sum at the same place, so that registers can be added before they are taken apart.</summary>
    private bool AreAlike => inputs.SequenceEqual(hidden);

    /// <summary>What a narrow panel's gates are taken from: registers named so, and the gates in them.</summary>
    private (string Name, PreActivation[] Gates)[] NarrowSums => !GatesShareRegisters
        ? []
        : AreAlike ? [("narrow", inputs)] : [("inNarrow", inputs), ("reNarrow", hidden)];

    /// <param name="writer">Where to.</param>
    /// <param name="writeEpilogue">Writes the pointwise maths of a panel's register of units, given the expressions of its sums.</param>
    public void Write(SourceWriter writer, Action<string?, Segment, Func<PreActivation, string>> writeEpilogue)
    {
        WriteProduct(writer, inputs, "in", plan.InputWeight, plan.InputBias, 1, "x", "b_ih + W_ih·x");
        WriteProduct(writer, hidden, "re", plan.HiddenWeights[0], plan.HiddenBiases[0], plan.HiddenChains, "hState", "b_hh + W_hh·h");
        WriteNarrowSums(writer);
        for (int panel = 0; panel < plan.FullPanels; panel++)
        {
            foreach (Segment segment in Units(plan.Lanes))
            {
                string name = NameOf(panel, segment);
                WriteUnits(panel, segment, p => Both(p, "in" + Upper(p) + name, "re" + Upper(p) + name));
            }
        }

        foreach (Segment segment in Units(plan.NarrowUnits))
        {
            WriteUnits(null, segment, p => GatesShareRegisters
                ? NarrowSum(p, segment)
                : Both(p, "in" + Upper(p) + NameOf(null, segment), "re" + Upper(p) + NameOf(null, segment)));
        }

        void WriteUnits(int? panel, Segment segment, Func<PreActivation, string> sum)
        {
            int first = ((panel ?? plan.FullPanels) * plan.Lanes) + int.Parse(segment.Start);
            writer.WriteLine($"// Units {first} to {first + segment.Count - 1}.");
            using (writer.Block())
            {
                writeEpilogue(panel?.ToString(), segment, sum);
            }
        }
    }

    private static string Both(PreActivation sum, string input, string recurrent) =>
        sum.HasInput && sum.HasHidden ? $"{input} + {recurrent}" : sum.HasInput ? input : recurrent;

    private static string Upper(PreActivation sum) => char.ToUpperInvariant(sum.Name[0]) + sum.Name.Substring(1);

    private static string NameOf(int? panel, Segment segment) => (panel is null ? "N" : panel.ToString()) + (segment.Suffix == "" ? "" : "_" + segment.Suffix);

    /// <summary>The units of a panel in registers.</summary>
    private IReadOnlyList<Segment> Units(int units) => Pass.Over(units, lane, int.MaxValue)[0].Segments;

    private int Registers(int columns) => (columns + lane.Count - 1) / lane.Count;

    private int RegisterCount(int gates) =>
        (gates * plan.FullPanels * Registers(plan.Lanes)) + (GatesShareRegisters ? Registers(gates * plan.NarrowUnits) : gates * Registers(plan.NarrowUnits));

    private void WriteProduct(SourceWriter writer, PreActivation[] gates, string prefix, Region weight, Region bias, int chains, string operand, string formula)
    {
        var sums = new List<SumRegister>();
        for (int panel = 0; panel < plan.FullPanels; panel++)
        {
            AddGates(panel, Units(plan.Lanes), plan.Lanes, prefix + "Row", panel * weight.PanelStride, bias.Offset + (panel * bias.PanelStride));
        }

        if (GatesShareRegisters)
        {
            int columns = gates.Length * plan.NarrowUnits;
            for (int first = 0; first < columns; first += lane.Count)
            {
                Lane holding = columns - first < lane.Count ? lane.Holding(columns - first) : lane;
                sums.Add(new SumRegister($"{prefix}Narrow{first / lane.Count}", holding, prefix + "NarrowRow", first.ToString(), (bias.NarrowOffset + first).ToString()));
            }
        }
        else if (plan.NarrowUnits > 0)
        {
            AddGates(null, Units(plan.NarrowUnits), plan.NarrowUnits, prefix + "NarrowRow", 0, bias.NarrowOffset);
        }

        var rows = new List<WeightRows>();
        if (plan.FullPanels > 0)
        {
            rows.Add(new WeightRows(prefix + "Row", weight.Offset.ToString(), weight.Gates * plan.Lanes));
        }

        if (plan.NarrowUnits > 0)
        {
            rows.Add(new WeightRows(prefix + "NarrowRow", weight.NarrowOffset.ToString(), weight.Gates * plan.NarrowUnits));
        }

        StepProduct.Write(writer, lane, sums, rows, weight.Inner, chains, operand, formula);

        void AddGates(int? panel, IReadOnlyList<Segment> segments, int units, string row, int start, int biasStart)
        {
            for (int gate = 0; gate < gates.Length; gate++)
            {
                foreach (Segment segment in segments)
                {
                    int column = (gate * units) + int.Parse(segment.Start);
                    sums.Add(new SumRegister(
                        prefix + Upper(gates[gate]) + NameOf(panel, segment), segment.Lane, row, (start + column).ToString(), (biasStart + column).ToString()));
                }
            }
        }
    }

    private void WriteNarrowSums(SourceWriter writer)
    {
        int scratch = 0;
        foreach ((string name, PreActivation[] gates) in NarrowSums)
        {
            int registers = Registers(gates.Length * plan.NarrowUnits);
            if (AreAlike)
            {
                for (int index = 0; index < registers; index++)
                {
                    writer.WriteLine($"var {name}{index} = inNarrow{index} + reNarrow{index};");
                }
            }

            for (int index = 0; ScratchSize > 0 && index < registers; index++, scratch += lane.Count)
            {
                Lane width = index == registers - 1 ? lane.Holding(((gates.Length * plan.NarrowUnits) - 1) % lane.Count + 1) : lane;
                writer.WriteLine(width.Store(name + index, "scratch", scratch.ToString(), width.Count));
            }
        }
    }

    /// <summary>A gate's sum of units of the narrow panel: taken out of its register or, where it lies in two, loaded from scratch memory.</summary>
    private string NarrowSum(PreActivation sum, Segment segment)
    {
        if (AreAlike)
        {
            return Take("narrow", inputs, 0);
        }

        return Both(sum, sum.HasInput ? Take("inNarrow", inputs, 0) : "", sum.HasHidden ? Take("reNarrow", hidden, Registers(inputs.Length * plan.NarrowUnits) * lane.Count) : "");

        string Take(string name, PreActivation[] gates, int scratch)
        {
            int gate = Array.IndexOf(gates, sum), first = (gate * plan.NarrowUnits) + int.Parse(segment.Start), columns = gates.Length * plan.NarrowUnits;
            if (!IsInOneRegister(gate, segment))
            {
                return segment.Lane.Load("scratch", (scratch + first).ToString());
            }

            int index = first / lane.Count, inRegister = Math.Min(lane.Count, columns - (index * lane.Count));
            Lane width = inRegister < lane.Count ? lane.Holding(inRegister) : lane;
            return width.Take(name + index, first % lane.Count, segment.Count);
        }
    }

    private bool IsInOneRegister(int gate, Segment segment)
    {
        int first = (gate * plan.NarrowUnits) + int.Parse(segment.Start);
        return first / lane.Count == (first + segment.Count - 1) / lane.Count;
    }
}

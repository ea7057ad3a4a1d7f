using System;
using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Cells;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;
using static FastSeq.Generators.Emit.Lane;

namespace FastSeq.Generators.Emit;

/// <summary>
/// The single-step path of a cell: a panel's sums stay in registers from the first product to the new state, where there are enough. The input sums and the recurrent sums are
/// separate chains, as in the batched code, so that both give the same bits.
/// </summary>
internal sealed partial class CellStep(CellPlan plan, Lane lane, SourceWriter writer)
{
    /// <summary>The numbers of half of a first-level cache of 32 KB.</summary>
    private const int FirstCacheNumbers = 4096;

    private readonly CellEquations cell = plan.Equations();
    private readonly RegisterStep small = new(plan, lane);

    /// <summary>
    /// Whether a product still reads the old h when the first units of the new one are stored: with several panels, or several passes over one.
    /// (A cell of several stages stores h in the last one, whose product reads another operand.)
    /// </summary>
    private bool NeedsPrevious => !small.Fits && !cell.IsProjected && plan.Recurrent is not null && cell.StageCount == 1 && (plan.PanelCount > 1 || PassCount > 1);

    /// <summary>The passes over the one panel of the cell.</summary>
    private int PassCount
    {
        get
        {
            int units = plan.FullPanels > 0 ? plan.Lanes : plan.NarrowUnits, hidden = cell.HiddenOf(0).Count();
            return SumsAreStored(units, cell.Inputs.Count(), hidden)
                ? 1
                : Pass.Over(units, lane, Together(cell.Inputs.Count(), hidden * plan.HiddenChains)).Sum(p => p.LoopEnd > 0 ? p.LoopEnd / p.LoopStep : 1);
        }
    }

    /// <summary>
    /// Whether the panels come in ascending and descending order in turn: where the weights do not stay in the first-level cache from one step to the next, so that those read last save reads.
    /// </summary>
    public static bool TurnsPanels(CellPlan plan) => plan.FullPanels > 1 && plan.InputWeight.Length + plan.HiddenWeights.Sum(w => w.Length) > FirstCacheNumbers;

    /// <summary>The numbers of scratch memory that the step of a cell needs in registers of this width.</summary>
    public static int ScratchSize(CellPlan plan, Lane lane)
    {
        CellEquations cell = plan.Equations();
        var step = new CellStep(plan, lane, new SourceWriter());
        int size = step.small.Fits ? step.small.ScratchSize : step.SumsSize + (step.NeedsPrevious ? plan.Units : 0);
        size += cell.StageCount == 1 ? 0 : (cell.LaterOperands.Count + CrossingCount(plan)) * plan.Units;
        return size == 0 ? 0 : size + plan.Lanes;
    }

    /// <summary>The parameters of the emitted method, with their types.</summary>
    public static string Signature(CellPlan plan, string number)
    {
        CellEquations cell = plan.Equations();
        IEnumerable<string> states = cell.States.Count == 0 ? ["output"] : cell.States.Select(s => s.Name + "State");
        IEnumerable<string> projected = cell.IsProjected ? ["projected"] : [];
        return string.Join(", ", new[] { "parameters", "x" }.Concat(states).Concat(projected).Concat(["scratch"]).Select(name => $"ref {number} {name}"));
    }

    /// <summary>The arguments that pass the parameters of <see cref="Signature"/> on.</summary>
    public static string Arguments(CellPlan plan) =>
        string.Join(", ", Signature(plan, "").Split([", "], StringSplitOptions.None).Select(p => "ref " + p.Split(' ').Last()));

    public void Write()
    {
        if (small.Fits)
        {
            small.Write(writer, (panel, segment, sum) => WriteEpilogue(0, panel, segment, sum));
            return;
        }

        if (TurnsPanels(plan))
        {
            writer.WriteLine("bool descending = StepOrder.IsDescending;");
        }

        for (int stage = 0; stage < cell.StageCount; stage++)
        {
            if (plan.FullPanels > 0)
            {
                string last = (plan.FullPanels * plan.Lanes).ToString();
                writer.WriteLine($"// Units 0 to {int.Parse(last) - 1}{(plan.FullPanels > 1 ? $", in {plan.FullPanels} panels of {plan.Lanes}" : "")}{StageNote(stage)}.");
                int together = PanelsTogether(stage), inLoop = plan.FullPanels - (plan.FullPanels % together);
                string step = together == 1 ? "panel++" : $"panel += {together}", turnStep = together == 1 ? "turn++" : $"turn += {together}";
                bool turns = inLoop > together && TurnsPanels(plan);
                using (writer.Block(turns ? $"for (int turn = 0; turn < {inLoop}; {turnStep})" : inLoop > together ? $"for (int panel = 0; panel < {inLoop}; {step})" : ""))
                {
                    if (turns)
                    {
                        writer.WriteLine($"int panel = descending ? {inLoop - together} - turn : turn;");
                    }

                    WritePanels(stage, [.. Enumerable.Range(0, together).Select(index => inLoop == together ? index.ToString() : index == 0 ? "panel" : $"(panel + {index})")], plan.Lanes);
                }

                if (inLoop < plan.FullPanels)
                {
                    using SourceWriter.Scope scope = writer.Block();
                    WritePanels(stage, [.. Enumerable.Range(inLoop, plan.FullPanels - inLoop).Select(index => index.ToString())], plan.Lanes);
                }
            }

            if (plan.NarrowUnits > 0)
            {
                writer.WriteLine($"// {(plan.FullPanels > 0 ? "The last " : "")}{plan.NarrowUnits} unit{(plan.NarrowUnits > 1 ? "s" : "")}{StageNote(stage)}.");
                using (writer.Block())
                {
                    WritePanels(stage, [null], plan.NarrowUnits);
                }
            }
        }
    }

    private static int CrossingCount(CellPlan plan) => TapeLayout.Of(plan.Equations()).Crossing.Count;

    /// <summary>The space for the sums of a panel that are stored.</summary>
    private int SumsSize
    {
        get
        {
            var units = new[] { plan.FullPanels > 0 ? plan.Lanes : 0, plan.NarrowUnits }
                .Where(u => u > 0 && Enumerable.Range(0, cell.StageCount).Any(stage => SumsAreStored(u, InputsOf(stage).Length, HiddenOf(stage).Length)));
            return units.Select(u => ((cell.Inputs.Count() + cell.PreActivations.Count(p => p.HasHidden)) * u) + (3 * plan.Lanes)).DefaultIfEmpty(0).Max();
        }
    }

    private string StageNote(int stage) => cell.StageCount > 1 ? $", stage {stage + 1} of {cell.StageCount}" : "";

    /// <summary>
    /// The full panels that are summed together in a stage: the sums of one panel of few gates would wait for their own last multiply-add most of the time.
    /// Four sums are enough, as the weights of what needs several panels come from the second cache at best.
    /// </summary>
    private int PanelsTogether(int stage)
    {
        int inputs = InputsOf(stage).Length, hidden = HiddenOf(stage).Length;
        if (lane.IsScalar || SumsAreStored(plan.Lanes, inputs, hidden))
        {
            return 1;
        }

        IReadOnlyList<Pass> passes = Pass.Over(plan.Lanes, lane, Together(inputs, hidden * plan.HiddenChains));
        int registers = Math.Max(inputs, hidden * plan.HiddenChains) * passes[0].Segments.Count;
        return passes.Count > 1 || passes[0].LoopEnd > 0 ? 1 : Math.Min(plan.FullPanels, Math.Max(1, 4 / registers));
    }

    /// <param name="stage">The stage.</param>
    /// <param name="panels">The panels as text; null for the narrow one. Several have sums in registers.</param>
    /// <param name="units">The units of a panel.</param>
    private void WritePanels(int stage, string?[] panels, int units)
    {
        string? panel = panels[0];
        PreActivation[] inputs = InputsOf(stage), hidden = HiddenOf(stage);
        if (SumsAreStored(units, inputs.Length, hidden.Length))
        {
            WriteStoredSums(stage, panel, units, inputs, hidden);
            foreach (Pass pass in Pass.Over(units, lane, 1))
            {
                WritePass(pass, () => WriteEpilogue(stage, panel, pass.Segments[0], p => StoredSum(p, units, pass.Segments[0], inputs, hidden)));
            }

            return;
        }

        foreach (Pass pass in Pass.Over(units, lane, Together(inputs.Length, hidden.Length * plan.HiddenChains)))
        {
            WritePass(pass, () =>
            {
                if (inputs.Length > 0)
                {
                    int first = Array.IndexOf(cell.Inputs.ToArray(), inputs[0]);
                    WriteProduct(inputs, "in", first, plan.InputWeight, plan.InputBias, 1, panels, units, "x", pass.Segments, "b_ih + W_ih·x");
                }

                if (hidden.Length > 0)
                {
                    WriteProduct(
                        hidden, "re", 0, plan.HiddenWeights[stage], plan.HiddenBiases[stage], plan.HiddenChains, panels, units, Operand(stage), pass.Segments,
                        stage == 0 ? "b_hh + W_hh·h" : $"b_hh + W_hh·{cell.LaterOperands[stage - 1].Name}");
                }

                for (int index = 0; index < panels.Length; index++)
                {
                    foreach (Segment segment in pass.Segments)
                    {
                        using SourceWriter.Scope? scope = pass.Segments.Count * panels.Length > 1 ? writer.Block() : null;
                        WriteEpilogue(stage, panels[index], segment, p => RegisterSum(p, segment.Suffix + PanelSuffix(panels, index)));
                    }
                }
            });
        }
    }

    private PreActivation[] InputsOf(int stage) => cell.Inputs.Where(p => p.Stage == stage).ToArray();

    private PreActivation[] HiddenOf(int stage) => plan.Recurrent is null ? [] : cell.HiddenOf(stage).ToArray();

    /// <summary>
    /// Whether a panel's columns are summed side by side, whatever gate they belong to, and stored for the maths: where the gates of a narrow panel share registers,
    /// and where there are too few registers for all units of all gates. (Passes over some units of all gates would read a part of each cache line of the weight, and
    /// fetch it again for the next.)
    /// </summary>
    private bool SumsAreStored(int units, int inputGates, int hiddenGates) =>
        !lane.IsScalar && Math.Max(plan.InputWeight.Gates, hiddenGates) > 1
        && (units % lane.Count != 0 || units / lane.Count > Together(inputGates, hiddenGates * plan.HiddenChains));

    /// <summary>The registers of units that a pass works on together, so that the sums of all their gates fit into about 12 registers.</summary>
    private static int Together(int inputGates, int hiddenGates) => Math.Max(1, 12 / Math.Max(1, inputGates + hiddenGates));

    private void WritePass(Pass pass, Action write)
    {
        using (pass.LoopEnd > 0 ? writer.Block($"for (int u = 0; u < {pass.LoopEnd}; u += {pass.LoopStep})") : writer.Block())
        {
            write();
        }
    }

    /// <summary>What the recurrent product of a stage multiplies.</summary>
    private string Operand(int stage) => stage > 0 ? "operand" + stage : NeedsPrevious ? "hOld" : "hState";

    private static string RegisterSum(PreActivation sum, string suffix) =>
        sum.HasInput && sum.HasHidden ? $"in{Upper(sum)}{suffix} + re{Upper(sum)}{suffix}" : (sum.HasInput ? "in" : "re") + Upper(sum) + suffix;

    private static string StoredSum(PreActivation sum, int units, Segment segment, PreActivation[] inputs, PreActivation[] hidden)
    {
        string Load(string buffer, PreActivation[] sums) =>
            segment.Lane.Load(buffer, Sum(segment.Start, (Array.IndexOf(sums, sum) * units).ToString()));
        return sum.HasInput && sum.HasHidden
            ? $"{Load("inSums", inputs)} + {Load("reSums", hidden)}"
            : sum.HasInput ? Load("inSums", inputs) : Load("reSums", hidden);
    }

    private static string Upper(PreActivation sum) => char.ToUpperInvariant(sum.Name[0]) + sum.Name.Substring(1);

    /// <summary>One register a panel, gate and segment.</summary>
    private void WriteProduct(
        PreActivation[] sums, string prefix, int firstColumn, Region weight, Region bias, int chains, string?[] panels, int units, string operand, IReadOnlyList<Segment> segments, string formula)
    {
        string Column(int gate, Segment segment) => Sum(segment.Start, ((firstColumn + gate) * units).ToString());
        var registers = new List<SumRegister>();
        var rows = new List<WeightRows>();
        for (int index = 0; index < panels.Length; index++)
        {
            string suffix = PanelSuffix(panels, index), row = prefix + "Row" + suffix;
            rows.Add(new WeightRows(row, OffsetOf(weight, panels[index]), weight.Gates * units));
            registers.AddRange(Registers(segments, sums.Length).Select(r => new SumRegister(
                $"{prefix}{Upper(sums[r.Gate])}{r.Segment.Suffix}{suffix}", r.Segment.Lane, row, Column(r.Gate, r.Segment), Sum(OffsetOf(bias, panels[index]), Column(r.Gate, r.Segment)))));
        }

        StepProduct.Write(writer, lane, registers, rows, weight.Inner, chains, operand, formula);
    }

    /// <summary>Tells the registers of panels that are summed together apart.</summary>
    private static string PanelSuffix(string?[] panels, int index) => panels.Length == 1 ? "" : "Panel" + (index + 1);

    private static IEnumerable<(Segment Segment, int Gate)> Registers(IReadOnlyList<Segment> segments, int gates)
    {
        for (int gate = 0; gate < gates; gate++)
        {
            foreach (Segment segment in segments)
            {
                yield return (segment, gate);
            }
        }
    }

    /// <summary>The columns of a panel side by side, whatever gate they belong to; the sums go to scratch memory, from where the maths takes them by gate.</summary>
    private void WriteStoredSums(int stage, string? panel, int units, PreActivation[] inputs, PreActivation[] hidden)
    {
        int first = inputs.Length > 0 ? Array.IndexOf(cell.Inputs.ToArray(), inputs[0]) : 0;
        string inSize = ((inputs.Length * units) + plan.Lanes).ToString();
        writer.WriteLine($"ref {lane.Number} inSums = ref scratch;");
        writer.WriteLine($"ref {lane.Number} reSums = {Ref("scratch", inSize)};");
        if (inputs.Length > 0)
        {
            WriteStoredProduct("inSums", inputs.Length, first * units, plan.InputWeight, plan.InputBias, 1, panel, units, "x", "b_ih + W_ih·x");
        }

        if (hidden.Length > 0)
        {
            WriteStoredProduct(
                "reSums", hidden.Length, 0, plan.HiddenWeights[stage], plan.HiddenBiases[stage], plan.HiddenChains, panel, units, Operand(stage), "b_hh + W_hh·h");
        }
    }

    private void WriteStoredProduct(
        string sums, int gates, int firstColumn, Region weight, Region bias, int chains, string? panel, int units, string operand, string formula)
    {
        foreach (Pass pass in Pass.Over(gates * units, lane, 8 / chains))
        {
            // In a loop over columns the row begins at its first one, so that the others are at fixed distances.
            string start = Sum(firstColumn.ToString(), pass.LoopEnd > 0 ? "u" : "0");
            WritePass(pass, () =>
            {
                SumRegister[] registers = pass.Segments
                    .Select((s, index) => new SumRegister(
                        "sum" + s.Suffix, s.Lane, "row", pass.LoopEnd > 0 ? (index * lane.Count).ToString() : s.Start, Sum(OffsetOf(bias, panel), firstColumn.ToString(), s.Start)))
                    .ToArray();
                var rows = new WeightRows("row", Sum(OffsetOf(weight, panel), start), weight.Gates * units);
                StepProduct.Write(writer, lane, registers, [rows], weight.Inner, chains, operand, $"{formula}: {gates} x {units} columns side by side");
                foreach (Segment s in pass.Segments)
                {
                    // What lies behind the sums in scratch memory may be overwritten: whole registers are stored.
                    writer.WriteLine(s.Lane.Store("sum" + s.Suffix, sums, s.Start, s.Lane.Count));
                }
            });
        }

        writer.WriteLine();
    }

    /// <summary>Where a panel of a region begins in the parameters; the narrow one has no number.</summary>
    private static string OffsetOf(Region region, string? panel) =>
        panel is null ? region.NarrowOffset.ToString() : Sum(Times(panel, region.PanelStride), region.Offset.ToString());

    /// <summary>The lines before the panels: names for the parts of scratch memory, which begins with the sums of a narrow panel; a copy of the old h.</summary>
    public void WriteScratch()
    {
        int offset = small.Fits ? small.ScratchSize : SumsSize;
        if (NeedsPrevious)
        {
            writer.WriteLine($"ref {lane.Number} hOld = {Ref("scratch", offset.ToString())};");
            writer.WriteLine($"MemoryMarshal.CreateSpan(ref hState, {plan.Units}).CopyTo(MemoryMarshal.CreateSpan(ref hOld, {plan.Units}));");
        }

        for (int stage = 1; stage < cell.StageCount; stage++, offset += plan.Units)
        {
            writer.WriteLine($"ref {lane.Number} operand{stage} = {Ref("scratch", offset.ToString())};");
        }

        for (int index = 0; index < CrossingCount(plan); index++, offset += plan.Units)
        {
            writer.WriteLine($"ref {lane.Number} crossing{index} = {Ref("scratch", offset.ToString())};");
        }
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>
/// The nested class that predicts and trains on batches: its memory, and the phases of forward and backward. Within a phase threads need not wait for each other;
/// between two they do.
/// </summary>
internal static class RunEmitter
{
    private const string ForwardBegins = "forward begins", BackwardBegins = "backward begins", BackThroughTime = "back through time", BackwardEnds = "backward ends", Gradients = "the gradients of all parameters";

    public static void Write(EmitPlan plan, SourceWriter writer)
    {
        RunContext context = RunContext.Of(plan);
        string baseClass = $"global::FastSeq.SequenceRun<{plan.Number}, {ModelEmitter.InputType(plan)}, {ModelEmitter.TargetType(plan)}>";
        string buffer = $"global::FastSeq.Tensors.AlignedBuffer<{plan.Number}>";
        bool sharesTokens = context.Layers.Any(l => l.SharesTokens), dropsWeights = plan.Layers.Any(l => l is RecurrentPlan { WeightDrop: not null });
        string sharing = sharesTokens ? ", sharesTokens: true" : "";
        string packedLength = $"global::FastSeq.Kernels.OuterProduct.PackedLength({WidestOperand(plan)})";
        (string Field, string Length)[] buffers =
        [
            .. context.Layers.SelectMany(l => l.Buffers),
            .. plan.SumsByBundle ? Enumerable.Empty<(string, string)>() : [("packed", $"Elements(Threads, {packedLength})")],
            .. RunBundles.Buffers(context),
        ];
        List<List<PhaseCall>> forward = Stretches(context.Layers.SelectMany(l => l.ForwardAtLevel));
        List<List<PhaseCall>> backward = Stretches(Enumerable.Reverse(context.Layers).SelectMany(l => l.BackwardAtLevel));
        List<RunPhase> phases = Phases(context, forward, backward);
        int forwardPhases = phases.Count(phase => phase.IsForward), backwardEnd = phases.FindIndex(phase => phase.Title == BackwardEnds);

        writer.WriteLine("/// <summary>The memory and the threads for predicting and training with this model; nothing is allocated after it was made.</summary>");
        writer.WriteLine(ModelEmitter.GeneratedCode);
        using (writer.Block($"public sealed class Run : {baseClass}"))
        {
            writer.WriteLine($"private readonly {buffer} parameters;");
            writer.WriteLine($"private readonly {buffer} rest;");
            foreach ((string field, _) in buffers)
            {
                writer.WriteLine($"private readonly {buffer} {field};");
            }

            writer.WriteLine();
            using (writer.Block($"internal Run(global::FastSeq.ModelInfo info, {buffer} parameters, {buffer} rest, int maxBatch, int maxTimeSteps, int threads, int maxTokens) : base(info, parameters, maxBatch, maxTimeSteps, threads, maxTokens{sharing})"))
            {
                writer.WriteLine("this.parameters = parameters;");
                writer.WriteLine("this.rest = rest;");
                foreach ((string field, string length) in buffers)
                {
                    writer.WriteLine($"{field} = new {buffer}({length}, zeroed: false);");
                }
            }

            RunStates.Write(context, writer);
            RunLayer output = context.Layers[context.Layers.Count - 1];
            string Span(string reference) =>
                $"global::System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref {reference}, OutputRowCount * {plan.Output.OutputSize})";
            writer.WriteLines($$"""

                /// <inheritdoc/>
                protected override int ForwardPhases => {{forwardPhases}};

                /// <inheritdoc/>
                protected override int BackwardPhases => {{phases.Count - forwardPhases}};

                /// <inheritdoc/>
                protected override global::System.Span<{{plan.Number}}> OutputRows => {{Span(output.Output)}};

                /// <inheritdoc/>
                protected override global::System.Span<{{plan.Number}}> OutputGradientRows => {{Span(output.Gradient)}};

                """);
            RunLevels.WriteLevelOf(phases.ConvertAll(phase => phase.Level), writer);
            if (phases[0].Title == ForwardBegins)
            {
                writer.WriteLines($"""
                    /// <inheritdoc/>
                    protected override bool SkipsPhase(int phase) => {(sharesTokens, dropsWeights, backwardEnd >= 0) switch
                    {
                        (false, _, _) => "!Training && phase == 0",
                        (true, false, true) => $"!SharesTokens && (phase is 0 or {backwardEnd})",
                        (true, false, false) => "!SharesTokens && phase == 0",
                        (true, true, true) => $"!SharesTokens && (phase == {backwardEnd} || (phase == 0 && !Training))",
                        (true, true, false) => "!SharesTokens && !Training && phase == 0",
                    }};

                    """);
            }

            if (plan.SumsByBundle)
            {
                RunBundles.WriteOverrides(phases.FindIndex(phase => phase.Title == BackwardBegins), phases.Count - 1, writer);
            }
            else if (context.SharesBundles)
            {
                RunBundles.WriteSharing(writer);
            }

            if (context.Layers.OfType<RunNormalized>().Any(layer => layer.Learns))
            {
                writer.WriteLines("""
                    /// <inheritdoc/>
                    protected override bool HasPairs => true;

                    """);
            }

            writer.WriteLine("/// <inheritdoc/>");
            WriteExecute(context, phases, forward.Concat(backward).Any(IsOfSequences), writer);
            WriteBlocks("Forward", forward, writer);
            WriteBlocks("Backward", backward, writer);
            WritePrepare(context, writer);
            writer.WriteLine();
            if (plan.SumsByBundle)
            {
                RunBundles.WriteSums(context, writer);
            }
            else
            {
                writer.WriteLine("// Where a part packs the left matrix of a weight's gradient.");
                writer.WriteLine($"private ref {plan.Number} Packed(int part) => ref global::System.Runtime.CompilerServices.Unsafe.Add(ref packed.Reference, part * {packedLength});");
            }

            if (context.SharesBundles)
            {
                writer.WriteLine();
                RunBundles.WriteShares(context, writer);
            }

            foreach (RunLayer layer in context.Layers.Where(l => l.HasMethods))
            {
                writer.WriteLine();
                layer.WriteMethods(writer);
            }
        }
    }

    /// <summary>The longest row that a weight multiplies.</summary>
    private static int WidestOperand(EmitPlan plan) => plan.Layers.Max(layer => layer switch
    {
        RecurrentPlan recurrent => System.Math.Max(recurrent.Cell.InputSize, recurrent.Cell.Units),
        NormalizedPlan normalised => System.Math.Max(normalised.InputSize, normalised.Units),
        LinearPlan linear => linear.Cell.InputSize,
        _ => 1,
    });

    /// <summary>The phases in order: those of forward and of backward level by level.</summary>
    private static List<RunPhase> Phases(RunContext context, List<List<PhaseCall>> forward, List<List<PhaseCall>> backward)
    {
        var phases = new List<RunPhase>();
        void AddCalls(string title, bool isForward, Func<RunLayer, IEnumerable<string>> calls) => phases.AddRange(
            from layer in context.Layers
            group layer by layer.Level into level
            let all = level.SelectMany(calls).ToArray()
            where all.Length > 0
            select new RunPhase(title, level.Key, isForward) { Calls = all });
        void AddStretches(string title, bool isForward, List<List<PhaseCall>> stretches) => phases.AddRange(
            from index in Enumerable.Range(0, stretches.Count)
            group index by stretches[index][0].Level into level
            select new RunPhase(title, level.Key, isForward) { Stretches = level.Select(index => (BlockName(stretches, index), stretches[index])).ToList() });

        AddCalls(ForwardBegins, true, layer => layer.ForwardBegin);
        AddStretches("forward", true, forward);
        phases.Add(new RunPhase(BackwardBegins, 0, false) { Calls = ["Prepare(part);"] });
        AddStretches(BackThroughTime, false, backward);
        AddCalls(BackwardEnds, false, layer => layer.BackwardEnd);
        if (context.Plan.SumsByBundle)
        {
            int last = phases.FindLastIndex(phase => phase.Title == BackThroughTime);
            phases[last] = phases[last] with { Calls = ["SumBundles(part);"] };
            phases.Add(new RunPhase(Gradients, 0, false) { Calls = [RunBundles.Total(context), .. context.Layers.SelectMany(layer => layer.Weights)] });
        }
        else if (context.SharesBundles)
        {
            phases.Add(new RunPhase("the gradients of bundles of sequences", 0, false) { Calls = ["SumShares(part);"] });
            phases.Add(new RunPhase(Gradients, 0, false) { Calls = [.. RunBundles.SharedTotals(context), .. context.Layers.SelectMany(layer => layer.Weights)] });
        }
        else
        {
            AddCalls(Gradients, false, layer => layer.Weights);
        }

        return phases;
    }

    private static void WriteExecute(RunContext context, List<RunPhase> phases, bool hasSequences, SourceWriter writer)
    {
        using (writer.Block("protected override void Execute(int phase, int part)"))
        {
            if (hasSequences)
            {
                writer.WriteLine("int first, last;");
            }

            using (writer.Block("switch (phase)"))
            {
                for (int number = 0; number < phases.Count; number++)
                {
                    RunPhase phase = phases[number];
                    writer.WriteLine($"case {number}: // {phase.Title}{(context.HasLevels ? $", level {phase.Level}" : "")}");
                    using (writer.Indent())
                    {
                        WriteStretches(phase);
                        foreach (string call in phase.Calls)
                        {
                            writer.WriteLine(call);
                        }

                        writer.WriteLine("break;");
                    }
                }
            }
        }

        void WriteStretches(RunPhase phase)
        {
            bool hasRange = false;
            foreach ((string name, List<PhaseCall> stretch) in phase.Stretches)
            {
                if (!IsOfSequences(stretch))
                {
                    WriteLoop(phase.IsForward, name);
                    continue;
                }

                if (!hasRange)
                {
                    writer.WriteLine("SequenceRange(part, out first, out last);");
                    hasRange = true;
                }

                foreach (PhaseCall call in stretch)
                {
                    writer.WriteLine(call.Text);
                }
            }
        }

        void WriteLoop(bool isForward, string name)
        {
            if (!context.SharesBundles)
            {
                WriteTimeLoop(isForward, name, "part");
                return;
            }

            using (writer.Block("for (int number = 0; TakeStretch(part, number, out int from, out int to); number++)"))
            {
                WriteTimeLoop(isForward, name, "part, from, to");
            }
        }

        void WriteTimeLoop(bool isForward, string name, string sequences)
        {
            using (writer.Block(isForward ? "for (int t = 0; t < TimeSteps;)" : "for (int t = TimeSteps; t > 0;)"))
            {
                writer.WriteLines(isForward
                    ? $"""
                        global::FastSeq.TimeBlock block = TakeBlock({sequences}, t, {context.Plan.BlockRows}, Training);
                        Forward{name}(in block);
                        t = block.End;
                        """
                    : $"""
                        global::FastSeq.TimeBlock block = TakeBlockBefore({sequences}, t, {context.Plan.BlockRows});
                        Backward{name}(in block);
                        t = block.Begin;
                        """);
            }
        }
    }

    /// <summary>The calls between two that need whole sequences: a part goes through each stretch in blocks of time steps.</summary>
    private static List<List<PhaseCall>> Stretches(IEnumerable<PhaseCall> calls)
    {
        var stretches = new List<List<PhaseCall>>();
        foreach (PhaseCall call in calls)
        {
            List<PhaseCall>? last = stretches.LastOrDefault();
            if (last is null || last[0].Level != call.Level || last[0].IsSecondCell != call.IsSecondCell || IsOfSequences(last) != (call.Division == Division.Sequences))
            {
                stretches.Add([]);
            }

            stretches[stretches.Count - 1].Add(call);
        }

        return stretches;
    }

    private static bool IsOfSequences(List<PhaseCall> stretch) => stretch[0].Division == Division.Sequences;

    /// <summary>The end of the name of the method that takes a block through a stretch.</summary>
    private static string BlockName(List<List<PhaseCall>> stretches, int index)
    {
        int number = stretches.Take(index).Count(stretch => !IsOfSequences(stretch));
        return number == 0 ? "Block" : $"Block{number + 1}";
    }

    private static void WriteBlocks(string direction, List<List<PhaseCall>> stretches, SourceWriter writer)
    {
        for (int index = 0; index < stretches.Count; index++)
        {
            if (!IsOfSequences(stretches[index]))
            {
                WriteBlock(direction + BlockName(stretches, index), direction, stretches[index], writer);
            }
        }
    }

    private static void WriteBlock(string name, string direction, List<PhaseCall> calls, SourceWriter writer)
    {
        writer.WriteLine();
        writer.WriteLine($"// {direction} through a block of time steps, layer by layer.");
        using (writer.Block($"private void {name}(scoped in global::FastSeq.TimeBlock block)"))
        {
            for (int index = 0; index < calls.Count;)
            {
                if (calls[index].Division == Division.Blocks)
                {
                    writer.WriteLine(calls[index++].Text);
                    continue;
                }

                using (writer.Block("foreach (ref readonly global::FastSeq.Kernels.RowSpan rows in block.Rows)"))
                {
                    writer.WriteLine("int first = rows.First, last = rows.End;");
                    while (index < calls.Count && calls[index].Division == Division.Rows)
                    {
                        writer.WriteLine(calls[index++].Text);
                    }
                }
            }
        }
    }

    private static void WritePrepare(RunContext context, SourceWriter writer)
    {
        writer.WriteLine();
        writer.WriteLine("// Gradients start at zero; the products of backward read transposed weights.");
        using (writer.Block("private void Prepare(int part)"))
        {
            if (context.SharesBundles)
            {
                RunBundles.WriteClearing(context, writer);
            }
            else if (!context.Plan.SumsByBundle)
            {
                writer.WriteLines($"""
                    Range(part, {context.Plan.BufferLength}, 64, out int first, out int last);
                    Clear(ref Gradient(first), last - first);
                    """);
            }

            foreach (string call in context.Layers.SelectMany(l => l.Prepare))
            {
                writer.WriteLine(call);
            }
        }
    }
}

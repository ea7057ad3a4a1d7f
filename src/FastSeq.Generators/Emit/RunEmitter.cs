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
    public static void Write(EmitPlan plan, SourceWriter writer)
    {
        RunContext context = RunContext.Of(plan);
        string baseClass = $"global::FastSeq.SequenceRun<{plan.Number}, {ModelEmitter.InputType(plan)}, {ModelEmitter.TargetType(plan)}>";
        string buffer = $"global::FastSeq.Tensors.AlignedBuffer<{plan.Number}>";
        string packedLength = $"global::FastSeq.Kernels.OuterProduct.PackedLength({WidestOperand(plan)})";
        (string Field, string Length)[] buffers = [.. context.Layers.SelectMany(l => l.Buffers), ("packed", $"Elements(Threads, {packedLength})")];
        List<List<PhaseCall>> forward = Phases(context.Layers.SelectMany(l => l.Forward));
        List<List<PhaseCall>> backward = Phases(Enumerable.Reverse(context.Layers).SelectMany(l => l.Backward));

        writer.WriteLine("/// <summary>The memory and the threads for predicting and training with this model; nothing is allocated after it was made.</summary>");
        writer.WriteLine(ModelEmitter.GeneratedCode);
        using (writer.Block($"public sealed class Run : {baseClass}"))
        {
            writer.WriteLine($"private readonly {buffer} parameters;");
            foreach ((string field, _) in buffers)
            {
                writer.WriteLine($"private readonly {buffer} {field};");
            }

            writer.WriteLine();
            using (writer.Block($"internal Run(global::FastSeq.ModelInfo info, {buffer} parameters, int maxBatch, int maxTimeSteps, int threads) : base(info, maxBatch, maxTimeSteps, threads)"))
            {
                writer.WriteLine("this.parameters = parameters;");
                foreach ((string field, string length) in buffers)
                {
                    writer.WriteLine($"{field} = new {buffer}({length}, zeroed: false);");
                }
            }

            RunLayer output = context.Layers[context.Layers.Count - 1];
            string rows = plan.Output.PerSequence ? "Batch" : "Rows";
            string Span(string reference) =>
                $"global::System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref {reference}, {rows} * {plan.Output.OutputSize})";
            writer.WriteLines($$"""

                /// <inheritdoc/>
                protected override int ForwardPhases => {{forward.Count}};

                /// <inheritdoc/>
                protected override int BackwardPhases => {{backward.Count + 2}};

                /// <inheritdoc/>
                protected override global::System.Span<{{plan.Number}}> OutputRows => {{Span(output.Output)}};

                /// <inheritdoc/>
                protected override global::System.Span<{{plan.Number}}> OutputGradientRows => {{Span(output.Gradient)}};

                /// <inheritdoc/>
                """);
            WriteExecute(context, forward, backward, writer);
            WritePrepare(context, writer);
            writer.WriteLine();
            writer.WriteLine("// Where a part packs the left matrix of a weight's gradient.");
            writer.WriteLine($"private ref {plan.Number} Packed(int part) => ref global::System.Runtime.CompilerServices.Unsafe.Add(ref packed.Reference, part * {packedLength});");
            foreach (RunLayer layer in context.Layers.Where(l => l is not RunInput and not RunEmbedding and not RunLastStep))
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
        LinearPlan linear => linear.Cell.InputSize,
        _ => 1,
    });

    /// <summary>Calls whose work is divided alike follow each other without waiting.</summary>
    public static List<List<PhaseCall>> Phases(IEnumerable<PhaseCall> calls)
    {
        var phases = new List<List<PhaseCall>>();
        foreach (PhaseCall call in calls)
        {
            if (phases.Count == 0 || phases[phases.Count - 1][0].Division != call.Division)
            {
                phases.Add([]);
            }

            phases[phases.Count - 1].Add(call);
        }

        return phases;
    }

    private static void WriteExecute(RunContext context, List<List<PhaseCall>> forward, List<List<PhaseCall>> backward, SourceWriter writer)
    {
        using (writer.Block("protected override void Execute(int phase, int part)"))
        {
            writer.WriteLine("int first, last;");
            using (writer.Block("switch (phase)"))
            {
                int number = 0;
                foreach (List<PhaseCall> phase in forward)
                {
                    WritePhase(writer, number++, phase);
                }

                writer.WriteLine($"case {number++}: // backward begins");
                using (writer.Indent())
                {
                    writer.WriteLine("Prepare(part);");
                    writer.WriteLine("break;");
                }

                foreach (List<PhaseCall> phase in backward)
                {
                    WritePhase(writer, number++, phase);
                }

                writer.WriteLine($"case {number}: // the gradients of all parameters");
                using (writer.Indent())
                {
                    foreach (string call in context.Layers.SelectMany(l => l.Weights))
                    {
                        writer.WriteLine(call);
                    }

                    writer.WriteLine("break;");
                }
            }
        }
    }

    /// <summary>The case of a phase: the range of the part, then the calls.</summary>
    public static void WritePhase(SourceWriter writer, int number, List<PhaseCall> phase)
    {
        writer.WriteLine($"case {number}:");
        using (writer.Indent())
        {
            writer.WriteLine($"{(phase[0].Division == Division.Rows ? "RowRange" : "SequenceRange")}(part, out first, out last);");
            foreach (PhaseCall call in phase)
            {
                writer.WriteLine(call.Text);
            }

            writer.WriteLine("break;");
        }
    }

    private static void WritePrepare(RunContext context, SourceWriter writer)
    {
        writer.WriteLine();
        writer.WriteLine("// Gradients start at zero; the products of backward read transposed weights.");
        using (writer.Block("private void Prepare(int part)"))
        {
            writer.WriteLines($"""
                Range(part, {context.Plan.BufferLength}, 64, out int first, out int last);
                Clear(ref Gradient(first), last - first);
                """);
            foreach (string call in context.Layers.SelectMany(l => l.Prepare))
            {
                writer.WriteLine(call);
            }
        }
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>The nested class that predicts batches with a quantised model: no gradients, no tape, no copies of weights.</summary>
internal static class QuantizedRun
{
    public static void Write(EmitPlan plan, SourceWriter writer)
    {
        RunContext context = ContextOf(plan);
        (string Field, string Length)[] buffers = context.Layers.SelectMany(layer => layer.Buffers).ToArray();
        List<List<PhaseCall>> phases = Phases(context.Layers.SelectMany(layer => layer.ForwardAtLevel));
        string weights = QuantizedModel.WeightType(plan) + "[]";
        const string Buffer = "global::FastSeq.Tensors.AlignedBuffer<float>";

        writer.WriteLine("/// <summary>The memory and the threads for predicting with this model; nothing is allocated after it was made.</summary>");
        writer.WriteLine(ModelEmitter.GeneratedCode);
        using (writer.Block($"public sealed class Run : {QuantizedModel.RunBase(plan)}"))
        {
            bool hasTables = TokenTables.Of(plan).Count > 0;
            string tableParameter = (plan.KeptLength > 0 ? $", {Buffer} parameters" : "") + (hasTables ? $", {Buffer}[] {EmittedMembers.TokenSums}" : "");
            writer.WriteLine($"private readonly {weights} weights;");
            writer.WriteLine($"private readonly {Buffer} rest;");
            if (plan.KeptLength > 0)
            {
                writer.WriteLine($"private readonly {Buffer} parameters;");
            }

            if (hasTables)
            {
                writer.WriteLine($"private readonly {Buffer}[] {EmittedMembers.TokenSums};");
            }

            foreach ((string field, _) in buffers)
            {
                writer.WriteLine($"private readonly {Buffer} {field};");
            }

            writer.WriteLine();
            using (writer.Block($"internal Run(global::FastSeq.ModelInfo info, {weights} weights{tableParameter}, {Buffer} rest, int maxBatch, int maxTimeSteps, int threads, int maxTokens) : base(info, maxBatch, maxTimeSteps, threads, maxTokens{(TokenTables.Sharing(plan) is null ? "" : ", sharesTokens: true")})"))
            {
                writer.WriteLine("this.weights = weights;");
                writer.WriteLine("this.rest = rest;");
                if (plan.KeptLength > 0)
                {
                    writer.WriteLine("this.parameters = parameters;");
                }

                if (hasTables)
                {
                    writer.WriteLine($"this.{EmittedMembers.TokenSums} = {EmittedMembers.TokenSums};");
                }

                foreach ((string field, string length) in buffers)
                {
                    writer.WriteLine($"{field} = new {Buffer}({length}, zeroed: false);");
                }
            }

            RunStates.Write(context, writer);
            string output = context.Layers[context.Layers.Count - 1].Output;
            writer.WriteLines($$"""

                /// <inheritdoc/>
                protected override int ForwardPhases => {{phases.Count}};

                /// <inheritdoc/>
                protected override global::System.Span<float> OutputRows => global::System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref {{output}}, OutputRowCount * {{plan.Output.OutputSize}});

                """);
            RunLevels.WriteLevelOf(phases.ConvertAll(phase => phase[0].Level), writer);
            writer.WriteLine("/// <inheritdoc/>");
            using (writer.Block("protected override void Execute(int phase, int part)"))
            {
                writer.WriteLine("int first, last;");
                using (writer.Block("switch (phase)"))
                {
                    for (int phase = 0; phase < phases.Count; phase++)
                    {
                        WritePhase(writer, phase, phases[phase]);
                    }
                }
            }

            foreach (RunLayer layer in context.Layers.Where(layer => layer is QuantizedRecurrent or QuantizedLinear && layer.HasMethods))
            {
                writer.WriteLine();
                layer.WriteMethods(writer);
            }
        }
    }

    /// <summary>Calls whose work is divided alike follow each other without waiting.</summary>
    private static List<List<PhaseCall>> Phases(IEnumerable<PhaseCall> calls)
    {
        var phases = new List<List<PhaseCall>>();
        foreach (PhaseCall call in calls)
        {
            if (phases.Count == 0 || phases[phases.Count - 1][0].Division != call.Division || phases[phases.Count - 1][0].Level != call.Level)
            {
                phases.Add([]);
            }

            phases[phases.Count - 1].Add(call);
        }

        return phases;
    }

    /// <summary>The case of a phase: the range of the part, then the calls.</summary>
    private static void WritePhase(SourceWriter writer, int number, List<PhaseCall> phase)
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

    private static RunContext ContextOf(EmitPlan plan)
    {
        var context = new RunContext(plan);
        var products = new QuantizedProducts(plan);
        for (int index = 0; index < plan.Layers.Count; index++)
        {
            context.Layers.Add(plan.Layers[index] switch
            {
                InputPlan input => new RunInput(context, index, input),
                EmbeddingPlan embedding when !TokenTables.NeedsRows(plan) || TokenTables.Sharing(plan) is not null => new QuantizedTokens(context, index, embedding),
                EmbeddingPlan embedding => new RunEmbedding(context, index, embedding),
                ColumnsPlan columns => new RunColumns(context, index, columns),
                RecurrentPlan recurrent => new QuantizedRecurrent(context, index, recurrent, products),
                LinearPlan linear => new QuantizedLinear(context, index, linear, products),
                DropoutPlan dropout => new QuantizedDropout(context, index, dropout),
                LastStepPlan last => new RunLastStep(context, index, last),
                ReversalPlan reversal => new RunReversal(context, index, reversal),
                MergePlan merge => new RunMerge(context, index, merge),
                ActivationPlan activation => new RunActivation(context, index, activation),
                LayerNormPlan normalisation => new RunLayerNorm(context, index, normalisation),
                PoolingPlan pooling => new RunPooling(context, index, pooling),
                WindowPlan window => new RunWindow(context, index, window),
                SkipPlan skip => new RunSkip(context, index, skip),
                LayerPlan other => throw new InvalidOperationException("No quantised run for " + other.GetType().Name),
            });
        }

        return context;
    }
}

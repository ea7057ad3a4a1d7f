using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>The rest of the user's class of a quantised model: it takes the weights of the same layers in float, packs them, and has nothing of learning.</summary>
internal static class QuantizedModel
{
    /// <summary>The type of a packed weight.</summary>
    public static string WeightType(EmitPlan plan) => $"global::FastSeq.Kernels.{plan.Model.Weights}Weight";

    public static string RunBase(EmitPlan plan) => $"global::FastSeq.PredictionRun<float, {ModelEmitter.InputType(plan)}>";

    public static string Interface(EmitPlan plan) =>
        $"global::FastSeq.IQuantizedModel<{plan.Model.Hierarchy.Identifier}, {ModelEmitter.InputType(plan)}>";

    public static void Write(EmitPlan plan, SourceWriter writer)
    {
        ModelEmitter.WriteFacts(plan, writer);
        WriteMaking(plan, writer);
        WriteLoading(plan, writer);
        StateEmitter.Write(plan, writer);
        if (plan.NotStreaming is { } reason)
        {
            StepEmitter.WriteRefusals(plan, reason, writer);
        }
        else
        {
            new QuantizedStep(plan, writer).Write();
            writer.WriteLine();
            StepManyEmitter.Write(plan, writer);
        }

        writer.WriteLine();
        QuantizedRun.Write(plan, writer);
    }

    private static string PlainContent(EmitPlan plan) =>
        plan.ReadsTokens && !plan.Layers.Any(layer => layer is LayerNormPlan or PoolingPlan { Query: >= 0 }) ? "the embedding table" : "the parameters that no product reads";

    private static void WriteMaking(EmitPlan plan, SourceWriter writer)
    {
        string self = plan.Model.Hierarchy.Identifier, weight = WeightType(plan), tableField = EmittedMembers.Buffer;
        string buffer = "global::FastSeq.Tensors.AlignedBuffer<float>";
        writer.WriteLine();
        if (plan.KeptLength > 0)
        {
            writer.WriteLine($"private readonly {buffer} {tableField}; // {PlainContent(plan)}");
        }

        var products = new QuantizedProducts(plan);
        string tables = products.Tables.Count > 0 ? $"\nprivate readonly {buffer}[] {EmittedMembers.TokenSums}; // for each token what a product makes of its row of the embedding" : "";
        writer.WriteLines($$"""
            private readonly {{weight}}[] {{EmittedMembers.PackedWeights}};{{tables}}
            private readonly {{buffer}} {{EmittedMembers.Rest}} = new {{buffer}}({{plan.StateSize}});

            /// <summary>Makes a model whose weights are drawn as PyTorch does, then packed: the same seed, the same weights.</summary>
            /// <param name="seed">The seed.</param>
            {{ModelEmitter.GeneratedCode}}
            public {{self}}(ulong seed = 0) : this(InitialParameters(seed))
            {
            }

            """);
        using (writer.Block($"private {self}(global::System.ReadOnlySpan<float> parameters)"))
        {
            if (plan.KeptLength > 0)
            {
                writer.WriteLine($"{tableField} = new {buffer}({plan.KeptLength});");
                if (plan.PlainLength > 0)
                {
                    writer.WriteLine($"parameters.Slice(0, {plan.PlainLength}).CopyTo({tableField}.Span);");
                }

                if (plan.Layers[0] is EmbeddingPlan { TakenFrom: { } region } table)
                {
                    writer.WriteLine(
                        $"global::FastSeq.Kernels.TiedTable.Unpack({table.Size}, {table.Vocabulary}, {region.Lanes}, in parameters[{region.Offset}], ref {tableField}.Span[{table.Offset}]);");
                }
            }

            foreach (StatePlan state in plan.States.Where(state => state.IsLearned))
            {
                writer.WriteLine($"parameters.Slice({state.Parameter}, {state.Size}).CopyTo({EmittedMembers.Rest}.Span.Slice({state.Offset}));");
            }

            writer.WriteLine($"{EmittedMembers.PackedWeights} =");
            writer.WriteLine("[");
            using (writer.Indent())
            {
                foreach (QuantizedProduct product in products.All)
                {
                    writer.WriteLine($"{product.Pack(weight)}, // {product.Formula}");
                }
            }

            writer.WriteLine("];");
            WriteTables(plan, products.Tables, writer);
        }

        writer.WriteLine();
        using (writer.Block("private static global::System.ReadOnlySpan<float> InitialParameters(ulong seed)"))
        {
            writer.WriteLine($"global::System.Span<float> parameters = new {buffer}({plan.BufferLength}).Span;");
            ModelEmitter.WriteInitialisation(plan, writer, "parameters");
            writer.WriteLine("return parameters;");
        }
    }

    /// <summary>The sums of all tokens, each by the product that a step would compute.</summary>
    private static void WriteTables(EmitPlan plan, IReadOnlyList<QuantizedProduct> tables, SourceWriter writer)
    {
        if (tables.Count == 0)
        {
            return;
        }

        var embedding = (EmbeddingPlan)plan.Layers[0];
        string lengths = string.Join(", ", tables.Select(table => $"new({embedding.Vocabulary * table.Columns})"));
        writer.WriteLine($"{EmittedMembers.TokenSums} = [{lengths}];");
        for (int index = 0; index < tables.Count; index++)
        {
            QuantizedProduct table = tables[index];
            writer.WriteLine(
                $"{table.Pack(WeightType(plan))}.Multiply({embedding.Vocabulary}, in {EmittedMembers.Buffer}.Span[{embedding.Offset}], ref {EmittedMembers.TokenSums}[{index}].Reference); // {table.Formula}");
            if (table.Activation is { } activation)
            {
                writer.WriteLine($"global::FastSeq.Kernels.Activations.{activation}({EmittedMembers.TokenSums}[{index}].Span);");
            }
        }
    }

    private static void WriteLoading(EmitPlan plan, SourceWriter writer)
    {
        string self = plan.Model.Hierarchy.Identifier, buffer = "global::FastSeq.Tensors.AlignedBuffer<float>";
        string table = (plan.KeptLength > 0 ? $", {EmittedMembers.Buffer}" : "") + (TokenTables.Of(plan).Count > 0 ? $", {EmittedMembers.TokenSums}" : "");
        writer.WriteLines($$"""

            global::FastSeq.ModelInfo global::FastSeq.ISequenceModel.Info => ModelInfo;

            /// <summary>Makes a model with weights drawn from a seed.</summary>
            public static {{self}} Create(ulong seed) => new {{self}}(seed);

            /// <summary>Packs trained weights.</summary>
            /// <param name="parameters">The <c>Parameters</c> of the same layers declared with <see cref="global::FastSeq.WeightFormat.Float32"/>.</param>
            /// <exception cref="global::System.ArgumentException">There are more or fewer of them.</exception>
            public static {{self}} FromParameters(global::System.ReadOnlySpan<float> parameters)
            {
                if (parameters.Length != {{plan.BufferLength}}) throw new global::System.ArgumentException($"There are {parameters.Length} parameters; the same layers in float32 have {{plan.BufferLength}}.", nameof(parameters));
                return new {{self}}(parameters);
            }

            /// <summary>Reads a model from a safetensors file with PyTorch's names and shapes, as the same layers in float32 save it.</summary>
            /// <param name="path">The file.</param>
            /// <exception cref="global::FastSeq.CheckpointException">The file is not one of this model: the message names the tensor, what was expected and what was found.</exception>
            public static {{self}} Load(string path)
            {
                var parameters = new {{buffer}}({{plan.BufferLength}});
                global::FastSeq.SafetensorsReader.Read(path, ModelInfo, parameters.Span);
                return new {{self}}(parameters.Span);
            }

            /// <summary>Reads a model from the bytes of a safetensors file, such as data embedded in the program.</summary>
            /// <inheritdoc cref="Load(string)"/>
            public static {{self}} Load(global::System.ReadOnlySpan<byte> file)
            {
                var parameters = new {{buffer}}({{plan.BufferLength}});
                global::FastSeq.SafetensorsReader.Read(file, ModelInfo, parameters.Span);
                return new {{self}}(parameters.Span);
            }

            /// <summary>Makes the memory and the threads for predicting with this model; several runs may share a model.</summary>
            /// <param name="maxBatch">The most sequences at a time.</param>
            /// <param name="maxTimeSteps">The most time steps of a sequence.</param>
            /// <param name="threads">How many threads share a batch.</param>
            /// <param name="maxTokens">The most time steps of all sequences of a batch; by default as many as maxBatch sequences of maxTimeSteps have. Memory grows with it.</param>
            public Run CreateRun(int maxBatch, int maxTimeSteps, int threads = 1, int maxTokens = int.MaxValue) => new Run(ModelInfo, {{EmittedMembers.PackedWeights}}{{table}}, {{EmittedMembers.Rest}}, maxBatch, maxTimeSteps, threads, maxTokens);

            {{RunBase(plan)}} {{Interface(plan)}}.NewRun(int maxBatch, int maxTimeSteps, int threads, int maxTokens) => CreateRun(maxBatch, maxTimeSteps, threads, maxTokens);

            """);
    }
}

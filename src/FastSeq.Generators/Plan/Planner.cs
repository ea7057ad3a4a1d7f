using System;
using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Cells;
using FastSeq.Generators.Specs;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Plan;

/// <summary>Decides every number of the emitted text: sizes, the offset of each parameter, tape slots, panels.</summary>
internal static partial class Planner
{
    public static EmitPlan Plan(ModelSpec model) => new Planning(model).Run();

    /// <summary>The units of a full panel: so many that the sums of a unit's gates fill about four registers of 64 bytes.</summary>
    public static int PanelLanes(int gates, bool isDouble) => (isDouble ? 8 : 16) * (gates >= 3 ? 1 : gates == 2 ? 2 : 4);

    /// <summary>
    /// Two chains where the recurrent sums of a cell fill six registers or fewer: a core does two multiply-adds at a time and each takes four cycles, so that it needs
    /// eight that do not wait for each other. (Four chains of the smallest cells measured no faster; the stages of a cell of several wait for each other anyway.)
    /// </summary>
    public static int HiddenChains(CellEquations cell, int units, bool isDouble)
    {
        int lanes = isDouble ? 8 : 16, registers = ((cell.HiddenOf(0).Count() * units) + lanes - 1) / lanes;
        return cell.StageCount == 1 && units >= 8 && registers <= 6 ? 2 : 1;
    }

    private sealed partial class Planning(ModelSpec model)
    {
        private readonly List<LayerPlan> layers = [];
        private readonly List<ParameterPlan> parameters = [];
        private readonly int alignment = model.IsDouble ? 8 : 16;
        private const int FirstMaskStream = 1 << 16;

        private bool isFrozen;
        private int masks;
        private int offset;
        private int plainLength;
        private int stateSize;
        private long flops;

        /// <summary>The time steps of the input for each of the current layer.</summary>
        private long stride = 1;

        /// <summary>For each layer of the declaration the operation whose rows leave it.</summary>
        private readonly List<int> ends = [];

        public EmitPlan Run()
        {
            offset = PlainLengthOf(model);
            for (int index = 0; index < model.Layers.Count;)
            {
                index = model.Layers[index] switch
                {
                    ResidualSpec residual => AddResidual(residual, index),
                    EmbeddingSpec { Column: not null } first => AddColumns(first, index),
                    _ => AddNext(index),
                };
            }

            return new EmitPlan(
                model,
                layers.ToEquatableArray(),
                parameters.ToEquatableArray(),
                parameters.Sum(p => p.Shape.Aggregate(1, (product, size) => product * size)),
                plainLength,
                offset,
                stateSize,
                flops);
        }

        /// <summary>Adds a layer, with the activation that is part of it.</summary>
        /// <returns>The number of the next layer.</returns>
        private int AddNext(int index)
        {
            ActivationKind? following = TakesActivation(index) ? FusedOf(model.Layers[index + 1]) : null;
            isFrozen = model.Layers[index].IsFrozen;
            Add(model.Layers[index], following);
            int next = index + (following is null ? 1 : 2);
            while (ends.Count < next)
            {
                ends.Add(layers.Count - 1);
            }

            return next;
        }

        /// <summary>Whether an activation below may be part of a layer: it is a product, and its sums themselves are nowhere read.</summary>
        private bool TakesActivation(int index) => model.Layers[index] is LinearSpec or Conv1dSpec && index + 1 < model.Layers.Count && !IsSkipped(index);

        /// <summary>The activation that is part of the product above it; null of any other layer.</summary>
        private static ActivationKind? FusedOf(LayerSpec layer) =>
            layer is ActivationSpec { Function: ActivationKind.Relu or ActivationKind.Tanh or ActivationKind.Sigmoid } activation ? activation.Function : null;

        private int Width => layers[layers.Count - 1].OutputSize;

        private bool PerSequence => layers[layers.Count - 1].PerSequence;

        /// <summary>Begins the names of a layer's members: identifiers of layers hold no '_', so no member of one layer can be named like one of another.</summary>
        private static string Prefix(LayerSpec layer) => layer.Identifier + "_";

        private void Add(LayerSpec layer, ActivationKind? following)
        {
            switch (layer)
            {
                case InputSpec input:
                    Add(new InputPlan(input.Features));
                    break;
                case EmbeddingSpec embedding when SharesTable(model):
                    AddTensor(new ParameterPlan(embedding.Name + ".weight", [embedding.Vocabulary, embedding.Size], [], 0, InitialValues.Zero));
                    Add(new EmbeddingPlan(Prefix(embedding), embedding.Vocabulary, embedding.Size, 0));
                    break;
                case EmbeddingSpec embedding:
                    int table = TakePlain(embedding.Vocabulary * embedding.Size);
                    AddTensor(new ParameterPlan(
                        embedding.Name + ".weight", [embedding.Vocabulary, embedding.Size], [], table, new InitialValues(true, 0)));
                    Add(new EmbeddingPlan(Prefix(embedding), embedding.Vocabulary, embedding.Size, table) { Dropout = TakeMask(embedding.Dropout) });
                    break;
                case RecurrentSpec recurrent:
                    AddStack(recurrent, null);
                    break;
                case LinearSpec linear:
                    AddProduct(linear, linear.Size, 1, following);
                    break;
                case Conv1dSpec convolution:
                    int kept = (convolution.Kept.Rows * Width) + convolution.Kept.Others;
                    StatePlan? before = kept > 0 ? TakeState(convolution.Name + ".before", kept) : null;
                    stride *= convolution.Stride;
                    Add(new WindowPlan(Prefix(convolution) + "Window_", Width, convolution, before));
                    AddProduct(convolution, convolution.Channels, convolution.Taps, following);
                    break;
                case ActivationSpec activation:
                    Add(new ActivationPlan(Prefix(activation), Width, activation.Function, PerSequence));
                    break;
                case LayerNormSpec normalisation:
                    AddLayerNorm(normalisation);
                    break;
                case PoolingSpec pooling:
                    AddPooling(pooling);
                    break;
                case SkipSpec skip:
                    AddMerge(skip, Prefix(skip), ends[skip.Source], skip.Merge);
                    break;
                case DropoutSpec { IsVariational: true } dropout when dropout.Probability > 0:
                    AddVariationalDropout(Prefix(dropout), dropout.Probability, layers.Count - 1);
                    break;
                case DropoutSpec dropout when dropout.Probability > 0:
                    AddDropout(Prefix(dropout), dropout.Probability);
                    break;
                case LastStepSpec last:
                    Add(new LastStepPlan(Prefix(last), Width));
                    break;
            }
        }

        private void Add(LayerPlan layer) => Add(layer, layers.Count - 1);

        private void Add(LayerPlan layer, int source) => layers.Add(layer with
        {
            Source = source,
            IsFrozen = isFrozen,
            Level = layers.Count == 0 ? 0 : layers[source].Level + (layer is WindowPlan { Convolution.ChangesTime: true } ? 1 : 0),
        });

        private void CountProducts(long multiplyAdds) => flops += 2 * multiplyAdds / stride;

        /// <summary>A linear layer; of a convolution that of its windows, whose rows hold one tap after the other.</summary>
        private void AddProduct(LayerSpec spec, int units, int taps, ActivationKind? activation)
        {
            int inputSize = Width, lanes = PanelLanes(1, model.IsDouble);
            Region weight = TakeRegion(inputSize, 1, units, lanes), bias = TakeRegion(1, 1, units, lanes);

            // PyTorch's start: uniform in ±1/sqrt(input), bias included; the input of a convolution is a window.
            var start = new InitialValues(false, 1 / Math.Sqrt(inputSize));
            bool isConvolution = spec is Conv1dSpec;
            bool isTied = spec is LinearSpec { IsTied: true };
            if (isTied)
            {
                Tie(spec.Name + ".weight", weight, start);
            }
            else
            {
                AddTensor(new ParameterPlan(
                    spec.Name + ".weight", isConvolution ? [units, inputSize / taps, taps] : [units, inputSize], [new GatePlace(weight, 0)], 0, start));
            }

            bool hasBias = spec is not LinearSpec { HasBias: false };
            if (hasBias)
            {
                AddTensor(new ParameterPlan(spec.Name + ".bias", [units], [new GatePlace(bias, 0)], 0, start));
            }

            string title = (isConvolution ? $"convolution {inputSize / taps} -> {units} over {taps} time steps" : $"linear layer {inputSize} -> {units}") + (hasBias ? "" : " without bias");
            var cell = new CellPlan(Prefix(spec), Prefix(spec), title, null, activation, inputSize, units, lanes, weight, bias, [], [], 1, 0) { HasBias = hasBias };
            Add(new LinearPlan(cell, PerSequence) { IsTied = isTied });
            CountProducts((long)inputSize * units);
        }

        /// <summary>The table of the embedding is the weight of a linear layer: one parameter, which begins as the linear layer's.</summary>
        private void Tie(string sharedName, Region weight, InitialValues start)
        {
            parameters[0] = parameters[0] with { Gates = [new GatePlace(weight, 0)], Start = start, SharedName = sharedName };
            var table = (EmbeddingPlan)layers[0];
            layers[0] = model.IsQuantized ? table with { Offset = PlainLengthOf(model), TakenFrom = weight } : table with { Tied = weight };
        }

        private void AddLayerNorm(LayerNormSpec spec)
        {
            int weight = AddPlain(spec.Name + ".weight", [Width], new InitialValues(false, 0, 0, 1));
            int? bias = spec.HasBias ? AddPlain(spec.Name + ".bias", [Width], InitialValues.Zero) : null;
            Add(new LayerNormPlan(Prefix(spec), Width, spec.Epsilon, weight, bias, PerSequence));
        }

        private void AddPooling(PoolingSpec spec)
        {
            int query = spec.Kind == PoolingKind.Attention ? AddPlain(spec.Name + ".weight", [1, Width], new InitialValues(false, 1 / Math.Sqrt(Width))) : -1;
            Add(new PoolingPlan(Prefix(spec), Width, spec.Kind, query, TakeState(spec.Name + ".pooled", Read.SizeRules.PoolingState(spec.Kind, Width))));
        }

        /// <summary>What a layer that is no cell keeps of a stream.</summary>
        private StatePlan TakeState(string name, int size)
        {
            int place = stateSize;
            stateSize += size;
            return new StatePlan(name, place, size, -1);
        }

        /// <summary>A parameter that lies as on disk.</summary>
        private int AddPlain(string name, EquatableArray<int> shape, InitialValues start)
        {
            int place = TakePlain(shape.Aggregate(1, (product, size) => product * size));
            AddTensor(new ParameterPlan(name, shape, [], place, start));
            return place;
        }

        private void AddTensor(ParameterPlan parameter) => parameters.Add(parameter with { IsFrozen = isFrozen });

        private void AddDropout(string identifier, float probability) =>
            Add(new DropoutPlan(identifier, Width, probability, layers.OfType<DropoutPlan>().Count(layer => !layer.IsVariational), PerSequence));

        private void AddVariationalDropout(string identifier, float probability, int source) =>
            Add(new DropoutPlan(identifier, layers[source].OutputSize, probability, TakeMask(probability)!.Stream, false) { IsVariational = true }, source);

        /// <summary>The next mask that is not drawn anew for every number; null where nothing is dropped. Their streams lie far above those of the others.</summary>
        private MaskPlan? TakeMask(float probability) => probability > 0 ? new MaskPlan(probability, FirstMaskStream + masks++) : null;
    }
}

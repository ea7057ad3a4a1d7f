using System;
using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Cells;
using FastSeq.Generators.Specs;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Plan;

/// <summary>Decides every number of the emitted text: sizes, the offset of each parameter, tape slots, panels.</summary>
internal static class Planner
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

    private sealed class Planning(ModelSpec model)
    {
        private readonly List<LayerPlan> layers = [];
        private readonly List<ParameterPlan> parameters = [];
        private readonly int alignment = model.IsDouble ? 8 : 16;
        private int offset;
        private int plainLength;
        private int stateSize;
        private long flops;

        public EmitPlan Run()
        {
            offset = PlainLengthOf(model);
            for (int index = 0; index < model.Layers.Count; index++)
            {
                LayerSpec layer = model.Layers[index];
                ActivationKind? following = TakesActivation(layer) && index + 1 < model.Layers.Count ? FusedOf(model.Layers[index + 1]) : null;
                Add(layer, following);
                index += following is null ? 0 : 1;
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

        private static bool TakesActivation(LayerSpec layer) => layer is LinearSpec or Conv1dSpec;

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
                case EmbeddingSpec embedding:
                    int table = TakePlain(embedding.Vocabulary * embedding.Size);
                    parameters.Add(new ParameterPlan(
                        embedding.Name + ".weight", [embedding.Vocabulary, embedding.Size], [], table, new InitialValues(true, 0)));
                    Add(new EmbeddingPlan(Prefix(embedding), embedding.Vocabulary, embedding.Size, table));
                    break;
                case RecurrentSpec recurrent:
                    AddStack(recurrent);
                    break;
                case LinearSpec linear:
                    AddProduct(linear, linear.Size, 1, following);
                    break;
                case Conv1dSpec convolution:
                    StatePlan? before = convolution.Taps > 1 ? TakeState(convolution.Name + ".before", (convolution.Taps - 1) * convolution.Dilation * Width) : null;
                    Add(new WindowPlan(Prefix(convolution) + "Window_", Width, convolution.Taps, convolution.Dilation, before));
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
                case DropoutSpec dropout when dropout.Probability > 0:
                    AddDropout(Prefix(dropout), dropout.Probability);
                    break;
                case LastStepSpec last:
                    Add(new LastStepPlan(Prefix(last), Width));
                    break;
            }
        }

        private void AddStack(RecurrentSpec spec)
        {
            for (int layer = 0; layer < spec.Layers; layer++)
            {
                string identifier = spec.Layers == 1 ? Prefix(spec) : $"{Prefix(spec)}L{layer}_";
                AddDirections(spec, layer, identifier);
                if (spec.Dropout > 0 && layer + 1 < spec.Layers)
                {
                    AddDropout(identifier + "Dropout_", spec.Dropout);
                }
            }
        }

        private void AddDirections(RecurrentSpec spec, int layer, string identifier)
        {
            if (spec.Direction == Direction.Forward)
            {
                AddRecurrent(spec, layer, "", identifier);
                return;
            }

            int below = layers.Count - 1;
            Add(new ReversalPlan(identifier + "Reversal_", Width, spec.Declaration), below);
            if (spec.Direction == Direction.Reverse)
            {
                AddRecurrent(spec, layer, "", identifier);
                Add(new ReversalPlan(identifier + "Restored_", Width, spec.Declaration), layers.Count - 1);
                return;
            }

            int reversal = layers.Count - 1;
            AddRecurrent(spec, layer, "", identifier, below);
            AddRecurrent(spec, layer, "_reverse", identifier + "Reverse_", reversal);
            Add(new MergePlan(identifier + "Merge_", layers.Count - 1, spec.CellOutputSize, spec.Merge), layers.Count - 2);
        }

        private void Add(LayerPlan layer) => Add(layer, layers.Count - 1);

        private void Add(LayerPlan layer, int source) => layers.Add(layer with { Source = source });

        private void AddRecurrent(RecurrentSpec spec, int layer, string suffix, string identifier) => AddRecurrent(spec, layer, suffix, identifier, layers.Count - 1);

        private void AddRecurrent(RecurrentSpec spec, int layer, string suffix, string identifier, int source)
        {
            CellEquations cell = CellPlan.EquationsOf(spec.Cell, null);
            int units = spec.HiddenSize, outputSize = spec.CellOutputSize, inputSize = layers[source].OutputSize, inputGates = cell.Inputs.Count();
            int lanes = PanelLanes(Math.Max(inputGates, cell.HiddenOf(0).Count()), model.IsDouble);
            Region inputWeight = TakeRegion(inputSize, inputGates, units, lanes);
            Region[] hiddenWeights = new Region[cell.StageCount], hiddenBiases = new Region[cell.StageCount];
            for (int stage = 0; stage < cell.StageCount; stage++)
            {
                hiddenWeights[stage] = TakeRegion(outputSize, cell.HiddenOf(stage).Count(), units, lanes);
            }

            // Without biases sums begin with zeros, the same ones in every product.
            Region inputBias = TakeRegion(1, spec.HasBias ? inputGates : cell.PreActivations.Count, units, lanes) with { Gates = inputGates };
            for (int stage = 0; stage < cell.StageCount; stage++)
            {
                int gates = cell.HiddenOf(stage).Count();
                hiddenBiases[stage] = spec.HasBias ? TakeRegion(1, gates, units, lanes) : inputBias with { Gates = gates };
            }

            // PyTorch's start: uniform in ±1/sqrt(hidden), biases included.
            var start = new InitialValues(false, 1 / Math.Sqrt(units));
            bool fixedForget = spec.ForgetBias is not null && spec.Cell.Kind == CellKind.Lstm;
            InitialValues inputBiasStart = fixedForget ? start with { ConstantGate = 1, Constant = spec.ForgetBias!.Value } : start;
            InitialValues hiddenBiasStart = fixedForget ? start with { ConstantGate = 1, Constant = 0 } : start;
            int rows = cell.Gates.Count * units;
            AddParameter("weight_ih", [rows, inputSize], g => InputPlace(cell, inputWeight, g), start);
            AddParameter("weight_hh", [rows, outputSize], g => HiddenPlace(cell, hiddenWeights, g), start);
            if (spec.HasBias)
            {
                AddParameter("bias_ih", [rows], g => InputPlace(cell, inputBias, g), inputBiasStart);
                AddParameter("bias_hh", [rows], g => HiddenPlace(cell, hiddenBiases, g), hiddenBiasStart);
            }

            Region? unitParameters = cell.UnitParameters.Count == 0 ? null : TakeRegion(1, cell.UnitParameters.Count, units, lanes);
            for (int index = 0; index < cell.UnitParameters.Count; index++)
            {
                parameters.Add(new ParameterPlan(
                    $"{spec.Name}.{cell.UnitParameters[index].ParameterName}_l{layer}{suffix}", [units], [new GatePlace(unitParameters!, index)], 0, start));
            }

            CellPlan? projection = spec.ProjectionSize is null ? null : PlanProjection(spec, $"weight_hr_l{layer}{suffix}", identifier, start);
            string? shared = layers.OfType<RecurrentPlan>().FirstOrDefault(l => l.Cell.Recurrent == spec.Cell && l.Cell.Units == units)?.Cell.Maths;
            var plan = new CellPlan(
                identifier,
                shared ?? identifier,
                $"{cell.Name} {inputSize} -> {units}{(spec.HasBias ? "" : " without biases")}",
                spec.Cell,
                null,
                inputSize,
                units,
                lanes,
                inputWeight,
                inputBias,
                hiddenWeights.ToEquatableArray(),
                hiddenBiases.ToEquatableArray(),
                model.IsQuantized || projection is not null ? 1 : HiddenChains(cell, units, model.IsDouble),
                stateSize) { HasBias = spec.HasBias, UnitParameters = unitParameters, Projection = projection };
            Add(new RecurrentPlan(plan, TapeLayout.Of(cell).SlotCount, cell.States.Select((state, index) => TakeState(state.Name, index == 0 ? outputSize : units)).ToEquatableArray()), source);
            flops += 2L * units * ((inputGates * (long)inputSize) + (cell.PreActivations.Count(p => p.HasHidden) * (long)outputSize) + (projection is null ? 0 : outputSize));

            StatePlan TakeState(string value, int size)
            {
                int place = stateSize, parameter = -1;
                stateSize += size;
                if (spec.LearnsInitialState)
                {
                    parameter = Take(size);
                    parameters.Add(new ParameterPlan($"{spec.Name}.{value}_0_l{layer}{suffix}", [size], [], parameter, InitialValues.Zero));
                }

                return new StatePlan($"{spec.Name}.{value}_l{layer}{suffix}", place, size, parameter);
            }

            void AddParameter(string name, EquatableArray<int> shape, Func<int, GatePlace> place, InitialValues initial) =>
                parameters.Add(new ParameterPlan(
                    $"{spec.Name}.{name}_l{layer}{suffix}", shape, Enumerable.Range(0, cell.Gates.Count).Select(place).ToEquatableArray(), 0, initial));
        }

        /// <summary>h = W_hr·m: a linear layer that begins with zeros.</summary>
        private CellPlan PlanProjection(RecurrentSpec spec, string name, string identifier, InitialValues start)
        {
            int size = spec.CellOutputSize, lanes = PanelLanes(1, model.IsDouble);
            Region weight = TakeRegion(spec.HiddenSize, 1, size, lanes), zeros = TakeRegion(1, 1, size, lanes);
            parameters.Add(new ParameterPlan($"{spec.Name}.{name}", [size, spec.HiddenSize], [new GatePlace(weight, 0)], 0, start));
            string title = $"projection {spec.HiddenSize} -> {size}";
            return new CellPlan(identifier + "Projection", identifier + "Projection", title, null, null, spec.HiddenSize, size, lanes, weight, zeros, [], [], 1, 0) { HasBias = false };
        }

        private static GatePlace InputPlace(CellEquations cell, Region region, int gate)
        {
            PreActivation[] sums = cell.Inputs.ToArray();
            return new GatePlace(region, Array.FindIndex(sums, p => p.InputGate == gate));
        }

        private static GatePlace HiddenPlace(CellEquations cell, Region[] regions, int gate)
        {
            int stage = cell.PreActivations.First(p => p.HiddenGate == gate).Stage;
            PreActivation[] sums = cell.HiddenOf(stage).ToArray();
            return new GatePlace(regions[stage], Array.FindIndex(sums, p => p.HiddenGate == gate));
        }

        /// <summary>A linear layer; of a convolution that of its windows, whose rows hold one tap after the other.</summary>
        private void AddProduct(LayerSpec spec, int units, int taps, ActivationKind? activation)
        {
            int inputSize = Width, lanes = PanelLanes(1, model.IsDouble);
            Region weight = TakeRegion(inputSize, 1, units, lanes), bias = TakeRegion(1, 1, units, lanes);

            // PyTorch's start: uniform in ±1/sqrt(input), bias included; the input of a convolution is a window.
            var start = new InitialValues(false, 1 / Math.Sqrt(inputSize));
            bool isConvolution = spec is Conv1dSpec;
            parameters.Add(new ParameterPlan(
                spec.Name + ".weight", isConvolution ? [units, inputSize / taps, taps] : [units, inputSize], [new GatePlace(weight, 0)], 0, start));
            bool hasBias = spec is not LinearSpec { HasBias: false };
            if (hasBias)
            {
                parameters.Add(new ParameterPlan(spec.Name + ".bias", [units], [new GatePlace(bias, 0)], 0, start));
            }

            string title = (isConvolution ? $"convolution {inputSize / taps} -> {units} over {taps} time steps" : $"linear layer {inputSize} -> {units}") + (hasBias ? "" : " without bias");
            var cell = new CellPlan(Prefix(spec), Prefix(spec), title, null, activation, inputSize, units, lanes, weight, bias, [], [], 1, 0) { HasBias = hasBias };
            Add(new LinearPlan(cell, PerSequence));
            flops += 2L * inputSize * units;
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
            parameters.Add(new ParameterPlan(name, shape, [], place, start));
            return place;
        }

        private void AddDropout(string identifier, float probability) =>
            Add(new DropoutPlan(identifier, Width, probability, layers.OfType<DropoutPlan>().Count(), PerSequence));

        private Region TakeRegion(int inner, int gates, int units, int lanes)
        {
            var region = new Region(0, inner, gates, units, lanes);
            return region with { Offset = Take(region.Length) };
        }

        /// <summary>A region that quantised models do not pack: such regions come first, so that the others can be left out behind them.</summary>
        private int TakePlain(int length)
        {
            int start = Aligned(plainLength);
            plainLength = start + length;
            return start;
        }

        /// <summary>Every region starts at a multiple of 64 bytes.</summary>
        private int Take(int length)
        {
            int start = offset;
            offset = checked(start + Aligned(length));
            return start;
        }

        private int Aligned(int length) => (length + alignment - 1) / alignment * alignment;

        /// <summary>The elements of all regions that <see cref="TakePlain"/> will give.</summary>
        private int PlainLengthOf(ModelSpec model)
        {
            int width = 0, length = 0;
            foreach (LayerSpec layer in model.Layers)
            {
                int[] regions = layer switch
                {
                    EmbeddingSpec embedding => [embedding.Vocabulary * embedding.Size],
                    LayerNormSpec normalisation => normalisation.HasBias ? [width, width] : [width],
                    PoolingSpec { Kind: PoolingKind.Attention } => [width],
                    _ => [],
                };
                length = checked(length + regions.Sum(Aligned));
                width = Read.SizeRules.OutputSize(layer, width);
            }

            return length;
        }
    }
}

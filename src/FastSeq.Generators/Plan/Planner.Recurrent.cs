using System;
using System.Linq;
using FastSeq.Generators.Cells;
using FastSeq.Generators.Specs;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Plan;

/// <content>Stacks of recurrent layers, their directions and cells.</content>
internal static partial class Planner
{
    private sealed partial class Planning
    {
        /// <param name="spec">The stack.</param>
        /// <param name="residual">What goes around each of its layers: the dropout below a layer, too, as in GNMT.</param>
        private void AddStack(RecurrentSpec spec, ResidualSpec? residual)
        {
            int before = layers.Count - 1;
            for (int layer = 0; layer < spec.Layers; layer++)
            {
                string identifier = spec.Layers == 1 ? Prefix(spec) : $"{Prefix(spec)}L{layer}_";
                AddDirections(spec, layer, identifier);
                if (residual is not null)
                {
                    AddMerge(residual, spec.Layers == 1 ? Prefix(residual) : $"{Prefix(residual)}L{layer}_", before, Merge.Sum);
                }

                before = layers.Count - 1;
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
            int forward = layers.Count - 1;
            AddRecurrent(spec, layer, "_reverse", identifier + "Reverse_", reversal);
            Add(new MergePlan(identifier + "Merge_", layers.Count - 1, spec.CellOutputSize, spec.Merge), forward);
        }

        private void AddRecurrent(RecurrentSpec spec, int layer, string suffix, string identifier) => AddRecurrent(spec, layer, suffix, identifier, layers.Count - 1);

        private void AddRecurrent(RecurrentSpec spec, int layer, string suffix, string identifier, int source)
        {
            if (spec.Cell.IsNormalized)
            {
                AddNormalized(spec, $"l{layer}{suffix}", identifier, source);
                return;
            }

            if (spec.InputDropout > 0)
            {
                AddVariationalDropout(identifier + "InputDropout_", spec.InputDropout, source);
                source = layers.Count - 1;
            }

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
                AddTensor(new ParameterPlan(
                    $"{spec.Name}.{cell.UnitParameters[index].ParameterName}_l{layer}{suffix}", [units], [new GatePlace(unitParameters!, index)], 0, start));
            }

            CellPlan? projection = spec.ProjectionSize is null
                ? null : PlanProjection($"{spec.Name}.weight_hr_l{layer}{suffix}", identifier + "Projection", spec.HiddenSize, spec.CellOutputSize, start);
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
            var recurrent = new RecurrentPlan(plan, TapeLayout.Of(cell).SlotCount, cell.States.Select((state, index) => TakeState(spec, state.Name, $"l{layer}{suffix}", index == 0 ? outputSize : units)).ToEquatableArray())
            {
                Dropout = TakeMask(spec.RecurrentDropout),
                WeightDrop = TakeMask(spec.WeightDrop),
                Zoneouts = cell.Masks.Select(mask => TakeMask(mask.Expectation)!).ToEquatableArray(),
            };
            Add(recurrent, source);
            CountProducts(units * ((inputGates * (long)inputSize) + (cell.PreActivations.Count(p => p.HasHidden) * (long)outputSize) + (projection is null ? 0 : outputSize)));

            void AddParameter(string name, EquatableArray<int> shape, Func<int, GatePlace> place, InitialValues initial) =>
                AddTensor(new ParameterPlan(
                    $"{spec.Name}.{name}_l{layer}{suffix}", shape, Enumerable.Range(0, cell.Gates.Count).Select(place).ToEquatableArray(), 0, initial));
        }

        /// <summary>A state of a cell, with the parameter of its start where that is learned.</summary>
        private StatePlan TakeState(RecurrentSpec spec, string value, string place, int size)
        {
            StatePlan state = TakeState($"{spec.Name}.{value}_{place}", size);
            if (!spec.LearnsInitialState)
            {
                return state;
            }

            int parameter = Take(size);
            AddTensor(new ParameterPlan($"{spec.Name}.{value}_0_{place}", [size], [], parameter, InitialValues.Zero));
            return state with { Parameter = parameter };
        }

        /// <summary>y = W·x: a linear layer that begins with zeros.</summary>
        private CellPlan PlanProjection(string parameter, string identifier, int inputSize, int size, InitialValues start, string title = "projection")
        {
            int lanes = PanelLanes(1, model.IsDouble);
            Region weight = TakeRegion(inputSize, 1, size, lanes), zeros = TakeRegion(1, 1, size, lanes);
            AddTensor(new ParameterPlan(parameter, [size, inputSize], [new GatePlace(weight, 0)], 0, start));
            return new CellPlan(identifier, identifier, $"{title} {inputSize} -> {size}", null, null, inputSize, size, lanes, weight, zeros, [], [], 1, 0) { HasBias = false };
        }

        /// <summary>A cell whose sums are normalised; all gates of a sum are one linear layer.</summary>
        private void AddNormalized(RecurrentSpec spec, string place, string identifier, int source)
        {
            bool isLstm = spec.Cell.Kind == CellKind.Lstm;
            int units = spec.HiddenSize, inputSize = layers[source].OutputSize, width = (isLstm ? 4 : 3) * units;
            var start = new InitialValues(false, 1 / Math.Sqrt(units));
            string name = $"layer-normalised {(isLstm ? "LSTM" : "GRU")}", title = $"{name} {inputSize} -> {units}";
            CellPlan input = PlanProjection($"{spec.Name}.weight_ih_{place}", identifier + "Input", inputSize, width, start, name + ", input sums");
            CellPlan hidden = PlanProjection($"{spec.Name}.weight_hh_{place}", identifier + "Hidden", units, width, start, name + ", recurrent sums");

            NormPlan inputNorm = Norm("i", width), hiddenNorm = Norm("h", width);
            NormPlan? cellNorm = isLstm ? Norm("c", units) : null;
            StatePlan[] states = [.. (isLstm ? new[] { "h", "c" } : ["h"]).Select(value => TakeState(spec, value, place, units))];
            Add(new NormalizedPlan(identifier, title, spec.Cell.Kind, input, hidden, inputNorm, hiddenNorm, cellNorm, states.ToEquatableArray()), source);
            CountProducts((long)width * (inputSize + units));

            NormPlan Norm(string of, int size)
            {
                int weight = Take(size), bias = Take(size);
                string norm = $"{spec.Name}.layernorm_{of}_{place}";
                AddTensor(new ParameterPlan(norm + ".weight", [size], [], weight, new InitialValues(false, 0, 0, 1)));
                AddTensor(new ParameterPlan(norm + ".bias", [size], [], bias, InitialValues.Zero));
                return new NormPlan(weight, bias);
            }
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
    }
}

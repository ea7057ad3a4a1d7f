using System;
using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Cells;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Specs;
using FastSeq.Generators.Support;
using Microsoft.CodeAnalysis.CSharp;

namespace FastSeq.Generators.Emit;

/// <summary>The model as a device computes it: the layers as data, the kernels of its cells as CUDA C.</summary>
internal static class DeviceEmitter
{
    private const string Devices = "global::FastSeq.Devices";

    public static void Write(EmitPlan plan, string owner, SourceWriter writer)
    {
        using (writer.Block($"static {Devices}.DeviceProgram {owner}.DeviceProgram => new {Devices}.DeviceProgram", ";"))
        {
            writer.WriteLine("Layers =");
            writer.WriteLine("[");
            using (writer.Indent())
            {
                for (int index = 0; index < plan.Layers.Count; index++)
                {
                    WriteLayer(plan, index, writer);
                }
            }

            writer.WriteLine("],");
            writer.WriteLine("Source = \"\"\"");
            using (writer.Indent())
            {
                writer.WriteLines(Kernels(plan));
                writer.WriteLine("\"\"\",");
            }
        }
    }

    /// <summary>The kernels of the cells, those of equal cells once.</summary>
    public static string Kernels(EmitPlan plan)
    {
        var writer = new SourceWriter();
        foreach (CellPlan cell in plan.Layers.OfType<RecurrentPlan>().Select(layer => layer.Cell).GroupBy(CudaCell.KindOf).Select(cells => cells.First()))
        {
            new CudaCell(cell, Kernel(plan, cell)).Write(writer);
        }

        return writer.ToString().TrimEnd('\n');
    }

    /// <summary>Begins the names of a cell's kernels: the number of the first layer that has them. (A user's name may be no name in CUDA C.)</summary>
    private static string Kernel(EmitPlan plan, CellPlan cell)
    {
        int first = 0;
        while (plan.Layers[first] is not RecurrentPlan layer || CudaCell.KindOf(layer.Cell) != CudaCell.KindOf(cell))
        {
            first++;
        }

        return $"cell{first}";
    }

    private static void WriteLayer(EmitPlan plan, int index, SourceWriter writer)
    {
        LayerPlan layer = plan.Layers[index];
        (string type, IEnumerable<string> facts) = Describe(plan, layer);
        IEnumerable<string> all =
        [
            $"Name = {Text(layer.Identifier.Trim('_'))}",
            $"InputSize = {layer.InputSize}",
            $"OutputSize = {layer.OutputSize}",
            .. index > 0 ? [$"Source = {layer.Source}"] : Enumerable.Empty<string>(),
            .. layer.PerSequence ? ["PerSequence = true"] : Enumerable.Empty<string>(),
            .. layer.Level > 0 ? [$"Level = {layer.Level}"] : Enumerable.Empty<string>(),
            .. layer.IsFrozen ? ["IsFrozen = true"] : Enumerable.Empty<string>(),
            .. facts,
        ];
        writer.WriteLine($"new {Devices}.{type} {{ {string.Join(", ", all)} }},");
    }

    private static (string Type, IEnumerable<string> Facts) Describe(EmitPlan plan, LayerPlan layer)
    {
        switch (layer)
        {
            case InputPlan:
                return ("InputLayer", []);
            case EmbeddingPlan embedding:
                int table = embedding.Tied is { } tied ? Parameter(plan, tied) : Parameter(plan, embedding.Offset);
                return ("EmbeddingLayer", [$"Table = {table}", .. Mask("Mask", embedding.Dropout)]);
            case RecurrentPlan recurrent:
                return ("CellLayer", Cell(plan, recurrent));
            case LinearPlan linear:
                return ("LinearLayer",
                [
                    $"Weight = {Parameter(plan, linear.Cell.InputWeight)}",
                    .. linear.Cell.HasBias ? [$"Bias = {Parameter(plan, linear.Cell.InputBias)}"] : Enumerable.Empty<string>(),
                    .. linear.Cell.Activation is { } function ? [Function(function)] : Enumerable.Empty<string>(),
                ]);
            case ActivationPlan activation:
                return ("FunctionLayer", [Function(activation.Function)]);
            case LayerNormPlan normalisation:
                return ("LayerNormLayer",
                [
                    $"Weight = {Parameter(plan, normalisation.Weight)}",
                    .. normalisation.Bias is int bias ? [$"Bias = {Parameter(plan, bias)}"] : Enumerable.Empty<string>(),
                    $"Epsilon = {SourceWriter.Literal(normalisation.Epsilon)}",
                ]);
            case DropoutPlan dropout:
                return ("DropoutLayer",
                [
                    $"Mask = {Mask(new MaskPlan(dropout.Probability, dropout.Stream))}",
                    .. dropout.IsVariational ? ["IsVariational = true"] : Enumerable.Empty<string>(),
                ]);
            case LastStepPlan:
                return ("LastStepLayer", []);
            case ReversalPlan:
                return ("ReversalLayer", []);
            case MergePlan merge:
                return ("MergeLayer", [$"Reverse = {merge.Reverse}", Merge(merge.Merge)]);
            case SkipPlan skip:
                return ("SkipLayer", [$"Earlier = {skip.Earlier}", Merge(skip.Merge)]);
            case NormalizedPlan normalised:
                return ("NormalizedLayer",
                [
                    $"IsGru = {(normalised.CellNorm is null ? "true" : "false")}",
                    $"Epsilon = {SourceWriter.Literal(NormalizedPlan.Epsilon)}",
                    $"InputWeight = {Parameter(plan, normalised.Input.InputWeight)}",
                    $"HiddenWeight = {Parameter(plan, normalised.Hidden.InputWeight)}",
                    $"InputNorm = {Parameter(plan, normalised.InputNorm.Weight)}",
                    $"HiddenNorm = {Parameter(plan, normalised.HiddenNorm.Weight)}",
                    .. normalised.CellNorm is { } cellNorm ? [$"CellNorm = {Parameter(plan, cellNorm.Weight)}"] : Enumerable.Empty<string>(),
                    $"States = [{string.Join(", ", normalised.States.Select(state => State(plan, state)))}]",
                ]);
            case PoolingPlan pooling:
                return ("PoolingLayer",
                [
                    $"Kind = {Devices}.DevicePooling.{pooling.Kind}",
                    .. pooling.Query >= 0 ? [$"Query = {Parameter(plan, pooling.Query)}"] : Enumerable.Empty<string>(),
                    $"State = {State(plan, pooling.State)}",
                ]);
            case WindowPlan window:
                Conv1dSpec convolution = window.Convolution;
                return ("WindowLayer",
                [
                    $"Taps = {convolution.Taps}",
                    $"Dilation = {convolution.Dilation}",
                    $"Stride = {convolution.Stride}",
                    $"Padding = global::FastSeq.Padding.{convolution.Padding}",
                    $"PaddingSize = {convolution.PaddingSize}",
                    .. window.State is { } kept ? [$"State = {State(plan, kept)}"] : Enumerable.Empty<string>(),
                ]);
            case ColumnsPlan columns:
                return ("ColumnsLayer",
                [
                    $"Kept = [{string.Join(", ", columns.Kept.Select(k => $"new {Devices}.KeptColumns({k.First}, {k.Count}, {k.Place})"))}]",
                    $"Tables = [{string.Join(", ", columns.Placed.Select(p => $"new {Devices}.TableColumn({p.Table.Column}, {p.Table.Size}, {p.Place}, {Parameter(plan, p.Table.Offset)}, {(p.Table.IsFrozen ? "true" : "false")})"))}]",
                ]);
            default:
                throw new InvalidOperationException("No device layer for " + layer.GetType().Name);
        }
    }

    private static IEnumerable<string> Cell(EmitPlan plan, RecurrentPlan layer)
    {
        CellPlan cell = layer.Cell;
        CellEquations equations = cell.Equations();
        yield return $"Kernel = {Text(Kernel(plan, cell))}";
        yield return $"Units = {cell.Units}";
        yield return $"InputGates = {equations.Inputs.Count()}";
        yield return $"HiddenGates = {equations.PreActivations.Count(p => p.HasHidden)}";
        yield return $"TapeSlots = {layer.TapeSlots}";
        yield return $"SharesGradients = {(CudaCell.SharesGradients(equations) ? "true" : "false")}";
        yield return $"Stages = [{string.Join(", ", Enumerable.Range(0, equations.StageCount).Select(Stage))}]";
        yield return $"States = [{string.Join(", ", layer.States.Select(state => State(plan, state)))}]";
        yield return $"InputWeight = {Parameter(plan, cell.InputWeight)}";
        yield return $"HiddenWeight = {Parameter(plan, cell.HiddenWeights[0])}";
        if (cell.HasBias)
        {
            yield return $"InputBias = {Parameter(plan, cell.InputBias)}";
            yield return $"HiddenBias = {Parameter(plan, cell.HiddenBiases[0])}";
        }

        if (cell.Projection is { } projection)
        {
            yield return $"Projection = {Parameter(plan, projection.InputWeight)}";
        }

        if (cell.UnitParameters is { } unitParameters)
        {
            yield return $"UnitParameters = [{string.Join(", ", Enumerable.Range(0, unitParameters.Gates).Select(position => Parameter(plan, unitParameters, position)))}]";
        }

        foreach (string mask in Mask("RecurrentDropout", layer.Dropout).Concat(Mask("WeightDrop", layer.WeightDrop)))
        {
            yield return mask;
        }

        for (int index = 0; index < layer.Zoneouts.Count; index++)
        {
            yield return $"{(equations.Masks[index].Name == "hMask" ? "Zoneout" : "CellZoneout")} = {Mask(layer.Zoneouts[index])}";
        }

        string Stage(int stage) =>
            $"new {Devices}.CellStage({equations.HiddenOf(stage).Min(p => p.HiddenGate)}, {equations.HiddenOf(stage).Count()})";
    }

    private static string State(EmitPlan plan, StatePlan state) =>
        $"new {Devices}.CellValue({state.Offset}, {state.Size}, {(state.IsLearned ? Parameter(plan, state.Parameter) : -1)})";

    /// <summary>The number of the parameter whose rows lie in a region.</summary>
    private static int Parameter(EmitPlan plan, Region region, int position = 0) =>
        IndexOf(plan, parameter => parameter.Gates.Any(gate => gate.Region.Offset == region.Offset && gate.Position == position));

    /// <summary>The number of the parameter that lies row by row from an offset on.</summary>
    private static int Parameter(EmitPlan plan, int offset) => IndexOf(plan, parameter => parameter.Gates.Count == 0 && parameter.Offset == offset);

    private static int IndexOf(EmitPlan plan, Func<ParameterPlan, bool> condition)
    {
        for (int index = 0; index < plan.Parameters.Count; index++)
        {
            if (condition(plan.Parameters[index]))
            {
                return index;
            }
        }

        throw new InvalidOperationException("A layer reads a parameter that is not in the table.");
    }

    private static string Function(ActivationKind function) => $"Function = {Devices}.DeviceFunction.{function}";

    private static string Merge(Merge merge) => $"Merge = global::FastSeq.Merge.{merge}";

    private static IEnumerable<string> Mask(string name, MaskPlan? mask) => mask is null ? [] : [$"{name} = {Mask(mask)}"];

    private static string Mask(MaskPlan mask) => $"new {Devices}.DeviceMask({SourceWriter.Literal(mask.Probability)}, {mask.Stream})";

    private static string Text(string text) => SymbolDisplay.FormatLiteral(text, quote: true);
}

using System.Linq;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;
using Microsoft.CodeAnalysis.CSharp;

namespace FastSeq.Generators.Emit;

/// <summary>The facts of a model: its sizes and the table of its parameters, by which checkpoints, optimizers and tools work.</summary>
internal static class ParameterTable
{
    public static void Write(EmitPlan plan, SourceWriter writer)
    {
        LayerPlan input = plan.Layers[0];
        string vocabulary = input is EmbeddingPlan embedding ? embedding.Vocabulary.ToString() : "0";
        writer.WriteLine("/// <summary>The facts of the model: its sizes, its layers, and the names, shapes and places of its parameters.</summary>");
        using (writer.Block("public static global::FastSeq.ModelInfo ModelInfo { get; } = new global::FastSeq.ModelInfo", ";"))
        {
            writer.WriteLines($$"""
                Name = {{Text(plan.Model.Name)}},
                InputSize = {{input.InputSize}},
                OutputSize = {{plan.Output.OutputSize}},
                Vocabulary = {{vocabulary}},
                LastStepOnly = {{(plan.Output.PerSequence ? "true" : "false")}},
                Loss = {{LossExpression.Of(plan.Model.Loss)}},
                Precision = global::FastSeq.Precision.{{(plan.Model.IsDouble ? "Double" : "Single")}},
                BufferLength = {{plan.BufferLength}},
                FlopsPerStep = {{plan.FlopsPerStep}},
                """);
            if (plan.Columns.Any())
            {
                writer.WriteLine($"TokenColumns = [{string.Join(", ", plan.Columns.Select(c => $"new global::FastSeq.TokenColumn({c.Column}, {c.Vocabulary})"))}],");
            }

            if (plan.TimeChanges.Any())
            {
                writer.WriteLine($"TimeChanges = [{string.Join(", ", plan.TimeChanges.Select(RunWindow.ShapeOf))}],");
            }

            if (plan.NotStreaming is not null)
            {
                writer.WriteLine("IsStreaming = false,");
            }

            if (plan.Model.IsQuantized)
            {
                writer.WriteLine($"Weights = global::FastSeq.WeightFormat.{plan.Model.Weights},");
            }

            writer.WriteLine($"Layers = [{string.Join(", ", plan.Model.Layers.Select(l => Text(l.Declaration)))}],");
            writer.WriteLine($"States = [{string.Join(", ", plan.States.Select(s => $"new global::FastSeq.StateInfo({Text(s.Name)}, {s.Offset}, {s.Size})"))}],");
            writer.WriteLine("Parameters =");
            writer.WriteLine("[");
            using (writer.Indent())
            {
                foreach (ParameterPlan parameter in plan.Parameters)
                {
                    WriteParameter(parameter, writer);
                }
            }

            writer.WriteLine("],");
        }
    }

    private static void WriteParameter(ParameterPlan parameter, SourceWriter writer)
    {
        string layout;
        if (parameter.Gates.IsEmpty)
        {
            layout = $"Plain({parameter.Offset}, {parameter.Shape[0]}, {(parameter.Shape.Count > 1 ? parameter.Shape[1] : 1)})";
        }
        else
        {
            Region first = parameter.Gates[0].Region;
            string gates = string.Join(", ", parameter.Gates.Select(g => $"new global::FastSeq.GateRegion({g.Region.Offset}, {g.Region.Gates}, {g.Position})"));
            layout = parameter.Shape.Count == 3
                ? $"Convolution({first.Units}, {parameter.Shape[1]}, {parameter.Shape[2]}, {first.Lanes}, {gates})"
                : $"Panels({first.Units}, {first.Inner}, {first.Lanes}, {gates})";
        }

        string shape = string.Join(", ", parameter.Shape);
        string[] more =
        [
            .. parameter.IsFrozen ? new[] { "IsFrozen = true" } : [],
            .. parameter.SharedName is { } name ? new[] { $"SharedName = {Text(name)}" } : [],
        ];
        string initializer = more.Length == 0 ? "" : $" {{ {string.Join(", ", more)} }}";
        writer.WriteLine($"new global::FastSeq.ParameterInfo({Text(parameter.Name)}, [{shape}], global::FastSeq.ParameterLayout.{layout}){initializer},");
    }

    private static string Text(string value) => SymbolDisplay.FormatLiteral(value, quote: true);
}

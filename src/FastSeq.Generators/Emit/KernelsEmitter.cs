using System;
using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>
/// The hot methods of a model, in a file-local class of a namespace of its own: no name that a user declares can come between them and what they call.
/// </summary>
internal static class KernelsEmitter
{
    /// <summary>The file-local class.</summary>
    public static string ClassName(EmitPlan plan) => plan.Model.Name + "Kernels";

    /// <summary>A namespace for the model alone: what it uses comes before any type that a user may declare in one of the namespaces around it.</summary>
    public static string Namespace(EmitPlan plan) => "FastSeq.Generated.Of" + plan.Model.Name;

    public static void Write(EmitPlan plan, SourceWriter writer)
    {
        using (writer.Block("namespace " + Namespace(plan)))
        {
            writer.WriteLines("""
                using global::System.Runtime.CompilerServices;
                using global::System.Runtime.InteropServices;
                using global::System.Runtime.Intrinsics;
                using global::FastSeq.Kernels;

                """);
            writer.WriteLine($"/// <summary>The cells of {plan.Model.Name}, one time step or one panel of rows at a time, for each register width.</summary>");
            writer.WriteLine($"[global::System.CodeDom.Compiler.GeneratedCode(\"FastSeq.Generators\", \"{ModelEmitter.Version}\")]");
            using (writer.Block($"file static class {ClassName(plan)}"))
            {
                bool isFirst = true;
                foreach (CellPlan cell in plan.Layers.SelectMany(StepEmitter.CellsOf))
                {
                    if (HasSteps(plan) || HasOwnGates(cell))
                    {
                        Separate();
                        WriteCell(plan, cell, writer);
                    }
                }

                foreach (Action write in SmallProducts(plan, writer))
                {
                    Separate();
                    write();
                }

                void Separate()
                {
                    if (!isFirst)
                    {
                        writer.WriteLine();
                    }

                    isFirst = false;
                }
            }
        }
    }

    /// <summary>Whether a cell has a method for one time step: quantised weights have products of their own, and a model of whole sequences has no <c>Step</c>.</summary>
    private static bool HasSteps(EmitPlan plan) => !plan.Model.IsQuantized && plan.NotStreaming is null;

    /// <summary>A linear layer has no gates; those of a layer like an earlier one are there already.</summary>
    private static bool HasOwnGates(CellPlan cell) => cell.Recurrent is not null && cell.Maths == cell.Identifier;

    /// <summary>The products of a small model's layers in batches, but for those that belong to the gates.</summary>
    private static IEnumerable<Action> SmallProducts(EmitPlan plan, SourceWriter writer)
    {
        bool isDouble = plan.Model.IsDouble;
        foreach (LayerPlan layer in plan.Layers.Where(_ => plan.SumsByBundle))
        {
            if (layer is LinearPlan { Cell: var linear })
            {
                yield return () => SmallProduct.Linear(linear).Write(writer, plan.Number, isDouble);
                yield return () => SmallProduct.LinearGradient(linear).Write(writer, plan.Number, isDouble);
                yield return () => SmallWeightGradient.Linear(linear, isDouble).Write(writer, plan.Number, isDouble);
            }

            if (layer is RecurrentPlan { Cell: var cell })
            {
                foreach (bool isNarrow in PanelsOf(cell))
                {
                    yield return () => SmallProduct.InputSums(cell, isNarrow).Write(writer, plan.Number, isDouble);
                    yield return () => SmallWeightGradient.Input(cell, isNarrow, isDouble).Write(writer, plan.Number, isDouble);
                    yield return () => SmallWeightGradient.Hidden(cell, isNarrow, isDouble).Write(writer, plan.Number, isDouble);
                }
            }
        }
    }

    /// <summary>The kinds of panels that a cell has: whether narrow.</summary>
    private static IEnumerable<bool> PanelsOf(CellPlan cell) => new[] { false, true }.Where(narrow => narrow ? cell.NarrowUnits > 0 : cell.FullPanels > 0);

    private static void WriteCell(EmitPlan plan, CellPlan cell, SourceWriter writer)
    {
        if (!HasSteps(plan))
        {
            WriteGates(plan, cell, writer);
            return;
        }

        WriteStep(plan, cell, writer);
        if (cell.Projection is { } projection)
        {
            writer.WriteLine();
            WriteStep(plan, projection, writer);
        }

        if (HasOwnGates(cell))
        {
            writer.WriteLine();
            WriteGates(plan, cell, writer);
        }
    }

    private static void WriteStep(EmitPlan plan, CellPlan cell, SourceWriter writer)
    {
        string formula = string.Join("\n", cell.Equations().Formula.Select(line => "/// " + line));
        string summary = $"{cell.Title}, one time step of one stream.</summary>\n/// <remarks><code>\n{formula}\n/// </code></remarks";
        EmittedMethod.Write(
            writer, plan.Model.IsDouble, cell.Identifier + "Step", CellStep.Signature(cell, plan.Number), CellStep.Arguments(cell), summary, (lane, body) =>
            {
                // One sum is added up in single numbers: a register would load and multiply what nobody needs, and hold up the next step's product behind it.
                var step = new CellStep(cell, cell.HasOneSum ? new Lane(1, plan.Model.IsDouble) : lane, body);
                step.WriteScratch();
                step.Write();
            });
    }

    /// <summary>The gates of the panels' rows; a model that learns has those of backward, too.</summary>
    private static void WriteGates(EmitPlan plan, CellPlan cell, SourceWriter writer)
    {
        bool isFirst = true;
        for (int stage = 0; stage < cell.Equations().StageCount; stage++)
        {
            foreach (bool isNarrow in PanelsOf(cell))
            {
                if (cell.HiddenChains > 1)
                {
                    WriteProduct(SmallProduct.HiddenSums(cell, isNarrow));
                }

                if (cell.HasSmallGradient)
                {
                    WriteProduct(SmallProduct.HiddenGradient(cell, isNarrow));
                }

                WriteMaths(new CellForward(cell, stage, isNarrow));
                if (!plan.Model.IsQuantized)
                {
                    WriteMaths(new CellBackward(cell, stage, isNarrow));
                }
            }
        }

        void WriteMaths(PanelMaths maths)
        {
            StartMethod();
            maths.Write(writer, plan.Number, plan.Model.IsDouble);
        }

        void WriteProduct(SmallProduct product)
        {
            StartMethod();
            product.Write(writer, plan.Number, plan.Model.IsDouble);
        }

        void StartMethod()
        {
            if (!isFirst)
            {
                writer.WriteLine();
            }

            isFirst = false;
        }
    }
}

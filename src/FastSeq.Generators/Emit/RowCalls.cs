using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Specs;
using static FastSeq.Generators.Emit.Lane;

namespace FastSeq.Generators.Emit;

/// <summary>The calls of layers that are no products: the same kernels in a step, in a block of streams and in a run, so that all give the same bits.</summary>
internal static class RowCalls
{
    private const string Unsafe = "global::System.Runtime.CompilerServices.Unsafe";
    private const string Kernels = "global::FastSeq.Kernels";

    /// <summary>The statement that takes rows through a layer that reads each row alone.</summary>
    /// <param name="layer">An <see cref="ActivationPlan"/> or a <see cref="LayerNormPlan"/>.</param>
    /// <param name="number">The number type.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="x">The first row in, a <c>ref</c> expression.</param>
    /// <param name="y">The first row out.</param>
    /// <param name="parameters">The flat buffer.</param>
    /// <param name="statistics">Where the statistics of rows go; null for nowhere.</param>
    public static string Rows(LayerPlan layer, string number, string rows, string x, string y, string parameters, string? statistics = null)
    {
        switch (layer)
        {
            case LayerNormPlan norm:
                string bias = norm.Bias is int place ? At(parameters, place) : Null(number);
                return $"{Kernels}.LayerNormalization.Forward({rows}, {norm.Size}, {Support.SourceWriter.Literal(norm.Epsilon)}, in {x}, in {At(parameters, norm.Weight)}, in {bias}, ref {y}, ref {statistics ?? Null(number)});";
            case ActivationPlan { Function: ActivationKind.Softmax }:
                return $"{Kernels}.Softmax.Forward({rows}, {layer.OutputSize}, in {x}, ref {y});";
            default:
                return $"{Kernels}.{Function((ActivationPlan)layer, "Forward", "")}({Times(rows, layer.OutputSize)}, in {x}, ref {y});";
        }
    }

    /// <summary>The statement that gives the gradient of the rows that went into an activation.</summary>
    public static string RowsBackward(ActivationPlan layer, string rows, string x, string y, string dy, string dx) => layer.Function switch
    {
        ActivationKind.Softmax => $"{Kernels}.Softmax.Backward({rows}, {layer.Size}, in {y}, in {dy}, ref {dx});",
        ActivationKind.Gelu or ActivationKind.GeluTanh => $"{Kernels}.{Function(layer, "Backward", "")}({Times(rows, layer.Size)}, in {x}, in {dy}, ref {dx});",
        _ => $"{Kernels}.{Function(layer, "", "Backward")}({Times(rows, layer.Size)}, in {y}, in {dy}, ref {dx});",
    };

    /// <summary>The statements that take rows of features to those with embedded columns.</summary>
    public static IEnumerable<string> Columns(ColumnsPlan layer, string rows, string x, string y, string parameters) =>
    [
        .. layer.Kept.Select(kept => $"{Kernels}.EmbeddingColumns.Copy({rows}, {layer.Features}, {kept.First}, {kept.Count}, in {x}, {layer.OutputSize}, ref {At(y, kept.Place)});"),
        .. layer.Placed.Select(placed =>
            $"{Kernels}.EmbeddingColumns.Gather({rows}, {layer.Features}, {placed.Table.Column}, {placed.Table.Size}, in {x}, in {At(parameters, placed.Table.Offset)}, {layer.OutputSize}, ref {At(y, placed.Place)});"),
    ];

    /// <summary>The statement that merges rows with those of an earlier layer.</summary>
    public static string Merge(SkipPlan layer, string rows, string x, string earlier, string y) => layer.Merge == Specs.Merge.Concat
        ? $"{Kernels}.RowMerge.Concat({rows}, {layer.Size}, {layer.EarlierSize}, in {x}, in {earlier}, ref {y});"
        : $"{Kernels}.RowMerge.{layer.Merge}({Times(rows, layer.Size)}, in {x}, in {earlier}, ref {y});";

    /// <summary>The statement that gives the gradient of the rows of one of the layers that <see cref="Merge"/> merges.</summary>
    /// <param name="layer">The merging layer.</param>
    /// <param name="ofEarlier">Which of them.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="other">The rows of the other one.</param>
    /// <param name="dy">The gradients of the merged rows.</param>
    /// <param name="dx">The gradients of its rows.</param>
    /// <param name="adds">Whether they are added to.</param>
    public static string MergeBackward(SkipPlan layer, bool ofEarlier, string rows, string other, string dy, string dx, bool adds)
    {
        string count = Times(rows, layer.Size), how = adds ? "true" : "false";
        return layer.Merge switch
        {
            Specs.Merge.Concat => $"{Kernels}.RowMerge.ConcatBackward({rows}, {layer.OutputSize}, {(ofEarlier ? layer.Size : 0)}, {(ofEarlier ? layer.EarlierSize : layer.Size)}, in {dy}, ref {dx}, {how});",
            Specs.Merge.Product => $"{Kernels}.RowMerge.ProductBackward({count}, in {other}, in {dy}, ref {dx}, {how});",
            _ => $"{Kernels}.RowMerge.{layer.Merge}Backward({count}, in {dy}, ref {dx}, {how});",
        };
    }

    /// <summary>The statements that take one row of a stream through a layer that keeps something of earlier ones.</summary>
    /// <param name="layer">A <see cref="PoolingPlan"/> or a <see cref="WindowPlan"/>.</param>
    /// <param name="x">The row in, a <c>ref</c> expression.</param>
    /// <param name="state">What the stream keeps.</param>
    /// <param name="y">The row out.</param>
    /// <param name="parameters">The flat buffer.</param>
    public static string[] Stream(LayerPlan layer, string x, string state, string y, string parameters)
    {
        switch (layer)
        {
            case WindowPlan { Convolution.Stride: > 1 and int stride } window:
                return [$"if (!{Kernels}.TimeWindows.StepStrided({window.Size}, {window.Taps}, {window.Dilation}, {stride}, in {x}, ref {state}, ref {y})) return false;"];
            case WindowPlan window:
                return [$"{Kernels}.TimeWindows.Step({window.Size}, {window.Taps}, {window.Dilation}, in {x}, ref {state}, ref {y});"];
            default:
                var pooling = (PoolingPlan)layer;
                string query = pooling.Kind == PoolingKind.Attention ? $"in {At(parameters, pooling.Query)}, " : "";
                return
                [
                    $"{Kernels}.TimePooling.AddTo{pooling.Kind}({pooling.Size}, {query}in {x}, ref {state});",
                    $"{Kernels}.TimePooling.{pooling.Kind}({pooling.Size}, in {state}, ref {y});",
                ];
        }
    }

    /// <summary>Where the state of a layer that <see cref="Stream"/> takes lies in the model's state.</summary>
    public static int? StateOffset(LayerPlan layer) => layer switch { PoolingPlan pooling => pooling.State.Offset, WindowPlan window => window.State?.Offset ?? 0, _ => null };

    public static string Null(string number) => $"{Unsafe}.NullRef<{number}>()";

    private static string Function(ActivationPlan layer, string ofGelu, string ofOthers) => layer.Function switch
    {
        ActivationKind.Gelu => "Gelu." + ofGelu,
        ActivationKind.GeluTanh => "Gelu.Tanh" + ofGelu,
        ActivationKind function => $"Activations.{function}{ofOthers}",
    };

    private static string At(string reference, int index) => index == 0 ? reference : $"{Unsafe}.Add(ref {reference}, {index})";
}

using System.Collections.Generic;
using System.Globalization;
using FastSeq.Generators.Diagnostics;
using FastSeq.Generators.Specs;

namespace FastSeq.Generators.Read;

/// <summary>What the sizes of all layers add up to: parameters must fit one buffer, a state a stack, the layers a compiler.</summary>
internal static class SizeRules
{
    /// <summary>Below the longest array of .NET, with room for the padding between regions.</summary>
    public const long MaxParameters = 2_000_000_000;

    /// <summary>A quarter of the smallest main stack (1 MiB), as callers hold states and copies of them in local variables.</summary>
    public const long MaxStateBytes = 1 << 18;

    public const int MaxLayers = 256;

    public static void Check(string model, LocationInfo place, bool isDouble, IReadOnlyList<LayerSpec> layers, DiagnosticBag diagnostics)
    {
        int count = 0, width = 0;
        var parameters = new Total();
        var stateBytes = new Total();
        foreach (LayerSpec layer in layers)
        {
            count += layer is RecurrentSpec stack ? stack.Layers * stack.Cells : 1;
            parameters.Add(layer, ParameterCount(layer, width));
            stateBytes.Add(layer, StateSize(layer, width) * (isDouble ? sizeof(double) : sizeof(float)));
            width = OutputSize(layer, width);
        }

        if (count > MaxLayers)
        {
            diagnostics.Add(DiagnosticDescriptors.TooManyLayers, place, model, Text(count), Text(MaxLayers));
        }

        Report(DiagnosticDescriptors.TooManyParameters, parameters, MaxParameters);
        Report(DiagnosticDescriptors.StateTooLarge, stateBytes, MaxStateBytes);

        void Report(Microsoft.CodeAnalysis.DiagnosticDescriptor descriptor, Total total, long maximum)
        {
            if (total.Sum > maximum)
            {
                diagnostics.Add(descriptor, place, model, Text(total.Sum), Text(total.Most), total.Largest!.Declaration, Text(maximum));
            }
        }
    }

    /// <summary>The size of a layer's output at one time step.</summary>
    public static int OutputSize(LayerSpec layer, int inputSize) => layer switch
    {
        InputSpec input => input.Features,
        EmbeddingSpec { Column: not null } column => inputSize - 1 + column.Size,
        EmbeddingSpec embedding => embedding.Size,
        RecurrentSpec recurrent => recurrent.OutputSize,
        LinearSpec linear => linear.Size,
        Conv1dSpec convolution => convolution.Channels,
        SkipSpec { Merge: Merge.Concat } skip => inputSize + skip.SourceSize,
        _ => inputSize,
    };

    /// <summary>The number of parameters of a layer, without padding.</summary>
    public static long ParameterCount(LayerSpec layer, int inputSize) => layer switch
    {
        EmbeddingSpec embedding => (long)embedding.Vocabulary * embedding.Size,
        LinearSpec linear => linear.Size * ((linear.IsTied ? 0L : inputSize) + (linear.HasBias ? 1 : 0)),
        Conv1dSpec convolution => convolution.Channels * (((long)inputSize * convolution.Taps) + 1),
        LayerNormSpec normalisation => normalisation.HasBias ? 2L * inputSize : inputSize,
        PoolingSpec { Kind: PoolingKind.Attention } => inputSize,
        ResidualSpec { Projects: true } residual => (long)residual.Size * inputSize,
        SkipSpec { Projects: true } skip => (long)skip.SourceSize * inputSize,
        RecurrentSpec recurrent => recurrent.HiddenSize * recurrent.Cells
            * ((Gates(recurrent.Cell) * (inputSize + ((long)(recurrent.Layers - 1) * recurrent.OutputSize) + (recurrent.Layers * (recurrent.CellOutputSize + (recurrent.HasBias ? 2L : 0)))))
                + (recurrent.Layers * (Peepholes(recurrent.Cell) + Norms(recurrent.Cell) + (recurrent.ProjectionSize ?? 0))))
            + (recurrent.LearnsInitialState ? StateSize(recurrent, inputSize) : 0),
        _ => 0,
    };

    private static long Peepholes(CellSpec cell) => cell.HasPeepholes ? Gates(cell) - 1 : 0;

    /// <summary>Weights and biases of the normalisations of both sums, and of an LSTM's c.</summary>
    private static long Norms(CellSpec cell) => cell.IsNormalized ? (4 * Gates(cell)) + (cell.Kind == CellKind.Lstm ? 2 : 0) : 0;

    private static long Gates(CellSpec cell) => cell.Kind switch
    {
        CellKind.Lstm => cell.IsCoupled ? 3 : 4,
        CellKind.GruResetAfterProduct or CellKind.GruResetBeforeProduct => 3,
        _ => 1,
    };

    private static long StateSize(LayerSpec layer, int inputSize) => layer switch
    {
        RecurrentSpec recurrent => (recurrent.CellOutputSize + (recurrent.Cell.Kind == CellKind.Lstm ? (long)recurrent.HiddenSize : 0)) * recurrent.Layers * recurrent.Cells,
        Conv1dSpec convolution => ((long)convolution.Kept.Rows * inputSize) + convolution.Kept.Others,
        PoolingSpec pooling => PoolingState(pooling.Kind, inputSize),
        _ => 0,
    };

    /// <summary>What a pooling keeps of a stream: <c>FastSeq.Kernels.TimePooling</c>.</summary>
    public static int PoolingState(PoolingKind kind, int size) => size + (kind == PoolingKind.Attention ? 2 : 1);

    private static string Text(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private sealed class Total
    {
        public long Sum { get; private set; }

        public long Most { get; private set; }

        public LayerSpec? Largest { get; private set; }

        public void Add(LayerSpec layer, long size)
        {
            Sum += size;
            if (size > Most)
            {
                (Most, Largest) = (size, layer);
            }
        }
    }
}

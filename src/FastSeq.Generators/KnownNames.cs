using System.Collections.Generic;
using System.Linq;

namespace FastSeq.Generators;

/// <summary>The names of FastSeq.Runtime that the generator knows; a test holds them against the Runtime.</summary>
internal static class KnownNames
{
    public const string Namespace = "FastSeq";
    public const string RuntimeAssembly = "FastSeq.Runtime";

    public const string SequenceModelAttribute = "FastSeq.SequenceModelAttribute";
    public const string LayerAttribute = "FastSeq.LayerAttribute";
    public const string LossAttribute = "FastSeq.LossAttribute";

    public const string InputAttribute = "FastSeq.InputAttribute";
    public const string EmbeddingAttribute = "FastSeq.EmbeddingAttribute";
    public const string RnnAttribute = "FastSeq.RnnAttribute";
    public const string LstmAttribute = "FastSeq.LstmAttribute";
    public const string GruAttribute = "FastSeq.GruAttribute";
    public const string LastStepAttribute = "FastSeq.LastStepAttribute";
    public const string DropoutAttribute = "FastSeq.DropoutAttribute";
    public const string LinearAttribute = "FastSeq.LinearAttribute";
    public const string ReluAttribute = "FastSeq.ReluAttribute";
    public const string TanhAttribute = "FastSeq.TanhAttribute";
    public const string SigmoidAttribute = "FastSeq.SigmoidAttribute";
    public const string GeluAttribute = "FastSeq.GeluAttribute";
    public const string SoftmaxAttribute = "FastSeq.SoftmaxAttribute";
    public const string LayerNormAttribute = "FastSeq.LayerNormAttribute";
    public const string MeanOverTimeAttribute = "FastSeq.MeanOverTimeAttribute";
    public const string MaxOverTimeAttribute = "FastSeq.MaxOverTimeAttribute";
    public const string AttentionPoolingAttribute = "FastSeq.AttentionPoolingAttribute";
    public const string Conv1dAttribute = "FastSeq.Conv1dAttribute";
    public const string ResidualAttribute = "FastSeq.ResidualAttribute";
    public const string SkipAttribute = "FastSeq.SkipAttribute";
    public const string CrossEntropyAttribute = "FastSeq.CrossEntropyAttribute";
    public const string BinaryCrossEntropyAttribute = "FastSeq.BinaryCrossEntropyAttribute";
    public const string MeanSquaredErrorAttribute = "FastSeq.MeanSquaredErrorAttribute";
    public const string MeanAbsoluteErrorAttribute = "FastSeq.MeanAbsoluteErrorAttribute";
    public const string HuberAttribute = "FastSeq.HuberAttribute";
    public const string QuantileAttribute = "FastSeq.QuantileAttribute";
    public const string CtcAttribute = "FastSeq.CtcAttribute";

    /// <summary>Every attribute that declares a loss.</summary>
    public static readonly string[] LossAttributes =
    [
        CrossEntropyAttribute, BinaryCrossEntropyAttribute, MeanSquaredErrorAttribute, MeanAbsoluteErrorAttribute, HuberAttribute, QuantileAttribute, CtcAttribute,
    ];

    /// <summary>Every attribute that may stand in a declaration beside [SequenceModel].</summary>
    public static readonly string[] LayerAndLossAttributes =
    [
        InputAttribute, EmbeddingAttribute, RnnAttribute, LstmAttribute, GruAttribute, LastStepAttribute, DropoutAttribute,
        LinearAttribute, ReluAttribute, TanhAttribute, SigmoidAttribute, GeluAttribute, SoftmaxAttribute, LayerNormAttribute,
        MeanOverTimeAttribute, MaxOverTimeAttribute, AttentionPoolingAttribute, Conv1dAttribute, ResidualAttribute, SkipAttribute, .. LossAttributes,
    ];

    /// <summary>Types of FastSeq.Runtime that emitted code uses: where one is missing, the project references another FastSeq.Runtime than this generator's.</summary>
    public static readonly string[] RequiredTypes =
    [
        LayerAttribute, LossAttribute,
        "FastSeq.BinaryCrossEntropyLoss",
        "FastSeq.ConvolutionShape",
        "FastSeq.CrossEntropyLoss",
        "FastSeq.CtcLoss",
        "FastSeq.Devices.CellLayer",
        "FastSeq.Devices.CellStage",
        "FastSeq.Devices.CellValue",
        "FastSeq.Devices.ColumnsLayer",
        "FastSeq.Devices.DeviceFunction",
        "FastSeq.Devices.DeviceMask",
        "FastSeq.Devices.DevicePooling",
        "FastSeq.Devices.DeviceProgram",
        "FastSeq.Devices.DropoutLayer",
        "FastSeq.Devices.EmbeddingLayer",
        "FastSeq.Devices.FunctionLayer",
        "FastSeq.Devices.InputLayer",
        "FastSeq.Devices.KeptColumns",
        "FastSeq.Devices.LastStepLayer",
        "FastSeq.Devices.LayerNormLayer",
        "FastSeq.Devices.LinearLayer",
        "FastSeq.Devices.MergeLayer",
        "FastSeq.Devices.NormalizedLayer",
        "FastSeq.Devices.PoolingLayer",
        "FastSeq.Devices.ReversalLayer",
        "FastSeq.Devices.SkipLayer",
        "FastSeq.Devices.TableColumn",
        "FastSeq.Devices.WindowLayer",
        "FastSeq.GateRegion",
        "FastSeq.HuberLoss",
        "FastSeq.IQuantizedModel`2",
        "FastSeq.ISequenceDevice",
        "FastSeq.ISequenceModel",
        "FastSeq.ISequenceModel`4",
        "FastSeq.IStreamState`1",
        "FastSeq.ITrainingEngine`1",
        "FastSeq.Initialization",
        "FastSeq.Kernels.Activations",
        "FastSeq.Kernels.BFloat16Weight",
        "FastSeq.Kernels.BiasGradients`1",
        "FastSeq.Kernels.BundleShare",
        "FastSeq.Kernels.CacheLines",
        "FastSeq.Kernels.ColumnSums",
        "FastSeq.Kernels.DropoutMask",
        "FastSeq.Kernels.EmbeddingColumns",
        "FastSeq.Kernels.EmbeddingTable",
        "FastSeq.Kernels.TiedTable",
        "FastSeq.Kernels.Gelu",
        "FastSeq.Kernels.Int8Weight",
        "FastSeq.Kernels.IStackMemoryUser",
        "FastSeq.Kernels.LayerNormalization",
        "FastSeq.Kernels.Lanes",
        "FastSeq.Kernels.NormalizedGru",
        "FastSeq.Kernels.NormalizedLstm",
        "FastSeq.Kernels.NormalizedWeights`1",
        "FastSeq.Kernels.OuterProduct",
        "FastSeq.Kernels.PanelMatrix",
        "FastSeq.Kernels.PanelProduct",
        "FastSeq.Kernels.PanelTranspose",
        "FastSeq.Kernels.RowMerge",
        "FastSeq.Kernels.RowProduct",
        "FastSeq.Kernels.RowSpan",
        "FastSeq.Kernels.SharedRows",
        "FastSeq.Kernels.Softmax",
        "FastSeq.Kernels.StackMemory",
        "FastSeq.Kernels.StepOrder",
        "FastSeq.Kernels.StreamStates",
        "FastSeq.Kernels.TimePooling",
        "FastSeq.Kernels.TimeWindows",
        "FastSeq.Kernels.VectorMath",
        "FastSeq.MeanAbsoluteErrorLoss",
        "FastSeq.MeanSquaredErrorLoss",
        "FastSeq.Merge",
        "FastSeq.ModelInfo",
        "FastSeq.Padding",
        "FastSeq.ParameterInfo",
        "FastSeq.ParameterLayout",
        "FastSeq.Precision",
        "FastSeq.PredictionRun`2",
        "FastSeq.QuantileLoss",
        "FastSeq.SafetensorsReader",
        "FastSeq.SafetensorsWriter",
        "FastSeq.SequenceBatch`2", "FastSeq.SequenceInputs`1", "FastSeq.StateFile", "FastSeq.StateInfo", "FastSeq.SequenceRun`3",
        "FastSeq.StepErrors",
        "FastSeq.Tensors.AlignedBuffer`1",
        "FastSeq.TimeBlock",
        "FastSeq.TokenColumn",
        "FastSeq.TrainerOptions",
        "FastSeq.TrainingEngine`4",
        "FastSeq.WeightFormat",
    ];

    /// <summary>Types of the framework that emitted code names.</summary>
    public static readonly string[] FrameworkTypes =
    [
        "System.ArgumentException",
        "System.ArgumentNullException",
        "System.CodeDom.Compiler.GeneratedCodeAttribute",
        "System.ComponentModel.EditorBrowsableAttribute",
        "System.ComponentModel.EditorBrowsableState",
        "System.Double",
        "System.Math",
        "System.MathF",
        "System.NotSupportedException",
        "System.ObsoleteAttribute",
        "System.ReadOnlySpan`1",
        "System.Runtime.CompilerServices.InlineArrayAttribute",
        "System.Runtime.CompilerServices.MethodImplAttribute",
        "System.Runtime.CompilerServices.MethodImplOptions",
        "System.Runtime.CompilerServices.Unsafe",
        "System.Runtime.InteropServices.MemoryMarshal",
        "System.Runtime.Intrinsics.Vector128",
        "System.Runtime.Intrinsics.Vector128`1",
        "System.Runtime.Intrinsics.Vector256",
        "System.Runtime.Intrinsics.Vector256`1",
        "System.Runtime.Intrinsics.Vector512",
        "System.Runtime.Intrinsics.Vector512`1",
        "System.Single",
        "System.Span`1",
        "System.UIntPtr",
    ];

    /// <summary>Words of emitted code that mean a type of that name where there is one.</summary>
    public static readonly string[] TypeWords = ["var", "nint", "nuint"];

    /// <summary>All that emitted code names by <c>global::</c>, types and the namespaces around them: a user's type of such a name would hide it.</summary>
    public static readonly string[] HideableNames =
        RequiredTypes.Concat(FrameworkTypes).SelectMany(WithNamespaces).Distinct().ToArray();

    private static IEnumerable<string> WithNamespaces(string name)
    {
        yield return name;
        for (int dot = name.LastIndexOf('.'); dot > 0; dot = name.LastIndexOf('.', dot - 1))
        {
            yield return name.Substring(0, dot);
        }
    }
}

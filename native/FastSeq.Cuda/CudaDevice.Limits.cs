using FastSeq.Cuda.Libraries;

namespace FastSeq.Cuda;

/// <content>What kernels of whole layers ask for.</content>
public sealed partial class CudaDevice
{
    /// <summary>0: recurrent layers are computed step by step; 1: by kernels of whole layers wherever they fit; otherwise the faster one, by estimates.</summary>
    internal const string LayerKernelsVariable = "FASTSEQ_CUDA_LAYERS";

    DeviceLimits? _limits;

    /// <summary>What the device gives to kernels of whole layers.</summary>
    internal DeviceLimits Limits
    {
        get => _limits ??= new(
            Multiprocessors,
            Attribute(CudaDriver.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN),
            Attribute(CudaDriver.CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH) != 0);
        set => _limits = value;
    }

    /// <summary>What the memory may take in which sequences of <c>[Ctc]</c> are computed at the same time; one always has what it needs.</summary>
    internal long MostCtcBytes { get; set; } = 256L << 20;

    /// <summary>
    /// How exactly kernels of whole layers multiply floats, where products are asked for in a precision: the tensor cores have instructions for TensorFloat-32 and bfloat16 from compute capability 8.0 on; before, float32 it is. Doubles stay as they are.
    /// </summary>
    internal ProductPrecision LayerPrecisionFor(ProductPrecision precision, bool isDouble) => isDouble || ComputeCapability.Major < 8 ? ProductPrecision.Float32 : precision;

    /// <summary>Whether runs that are made from here on use kernels of whole layers: never, wherever they fit, or (null) where they are faster by estimates.</summary>
    internal bool? UsesLayerKernels { get; set; } = Environment.GetEnvironmentVariable(LayerKernelsVariable) switch
    {
        "0" => false,
        "1" => true,
        _ => null,
    };
}

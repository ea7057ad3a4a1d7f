using FastSeq.Cuda.Tests.Support;
using Xunit;

namespace FastSeq.Tests.Equivalence;

/// <summary>
/// Every declared model on a CUDA device against the processor. Here the device is one of the fake libraries, which compile the model's kernels as plain C++ and run them on the processor: what is
/// tested is the arithmetic of the kernels, the order of the work, and every address and size.
/// </summary>
public sealed class DeviceTests
{
    public static TheoryData<string> Models => [.. ModelCheck.AllModels.Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Device_MatchesProcessor(string model)
    {
        FakeCuda.SkipIfMissing();
        ModelCheck.Of(model).DeviceMatchesProcessor();
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Device_TrainsAsProcessor(string model)
    {
        FakeCuda.SkipIfMissing();
        ModelCheck.Of(model).DeviceTrainsAsProcessor();
    }
}

using System.Diagnostics;

namespace FastSeq.Cuda.Tests;

/// <summary>
/// The fake libraries compile kernels as C++, with a header in the place of the device's language. Where clang is installed, it compiles them to PTX: it knows CUDA's language without CUDA.
/// </summary>
public sealed class DeviceBranchTests
{
    /// <summary>What NVRTC knows by itself and clang reads from CUDA's headers.</summary>
    const string Builtins = """
        #define __device__ __attribute__((device))
        #define __global__ __attribute__((global))
        #define __shared__ __attribute__((shared))
        #define __forceinline__ inline __attribute__((always_inline))
        #define __launch_bounds__(...) __attribute__((launch_bounds(__VA_ARGS__)))
        #include <__clang_cuda_builtin_vars.h>
        #define FUNCTION(name) __device__ float name(float); __device__ double name(double);
        FUNCTION(exp) FUNCTION(log) FUNCTION(tanh) FUNCTION(erf) FUNCTION(sqrt) FUNCTION(fabs) FUNCTION(log1p)
        __device__ float fma(float, float, float);
        __device__ double fma(double, double, double);
        __device__ float __shfl_xor_sync(unsigned, float, int);
        __device__ double __shfl_xor_sync(unsigned, double, int);
        __device__ void __syncthreads();
        __device__ void __threadfence();
        __device__ unsigned atomicAdd(unsigned*, unsigned);
        struct __attribute__((aligned(16))) float4 { float x, y, z, w; };
        struct __attribute__((aligned(16))) double2 { double x, y; };
        struct __attribute__((aligned(16))) uint4 { unsigned x, y, z, w; };
        __device__ float __ldcg(const float*);
        __device__ double __ldcg(const double*);
        __device__ float4 __ldcg(const float4*);
        __device__ double2 __ldcg(const double2*);
        __device__ uint4 __ldcg(const uint4*);

        """;

    const string Cell = """
        DEVICE void cell_forward0_of(const CellRows& a, i64 place, i64 row, i64 unit, const real* sums, i64 stride)
        {
            const real z = sums[0] + a.hPrevious[place] + sums[stride];
            a.h[place] = flush_tiny(tanh_of(z) * sigmoid_of(z), softplus_of(z));
        }

        DEVICE void cell_backward0_of(const CellRows& a, i64 place, i64 row, i64 unit) { a.dInput[place] = a.dH[place]; }

        KERNEL(cell_forward0, CellRows)
        {
            EACH(place, a.rows * 18)
            {
                const i64 row = place / 18, unit = place - (row * 18);
                cell_forward0_of(a, place, row, unit, a.sums + (row * 36) + unit, 18);
            }
        }

        LAYER_KERNEL(cell_forward_layer)
        {
            layer_forward<18, 2, 3>(a, [](const CellRows& rows, i64 place, i64 row, i64 unit, const real* sums) { cell_forward0_of(rows, place, row, unit, sums, 1); });
        }

        LAYER_KERNEL(cell_backward_layer)
        {
            layer_backward<18, 2, 2, 3, 0>(a, [](const CellRows& rows, i64 place, i64 row, i64 unit) { cell_backward0_of(rows, place, row, unit); });
        }
        """;

    [Theory]
    [InlineData("float", "sm_70")]
    [InlineData("double", "sm_80")]
    [InlineData("float", "sm_80")]
    [InlineData("float", "sm_80", ProductPrecision.TensorFloat32)]
    [InlineData("float", "sm_80", ProductPrecision.BFloat16)]
    public async Task Kernels_CompileForADevice(string real, string architecture, ProductPrecision precision = ProductPrecision.Float32)
    {
        string? clang = new[] { "clang++", "clang++-14", "clang++-16", "clang++-19" }.FirstOrDefault(IsInstalled);
        Assert.SkipWhen(clang is null, "There is no clang++, which compiles the device's branch of the kernels.");
        foreach (string source in KernelText.Of(Cell, precision))
        {
            string log = await Compile(clang!, Builtins + source, real, architecture);
            Assert.DoesNotContain("error", log, StringComparison.Ordinal);
        }

        Assert.Contains("error", await Compile(clang!, Builtins + KernelText.Of(Cell.Replace("tanh_of", "no_such_function"))[1], real, architecture), StringComparison.Ordinal);
    }

    static async Task<string> Compile(string clang, string source, string real, string architecture)
    {
        string path = Path.Combine(Path.GetTempPath(), $"fastseq-{Guid.NewGuid():N}.cu");
        await File.WriteAllTextAsync(path, source, TestContext.Current.CancellationToken);
        try
        {
            var start = new ProcessStartInfo(clang) { RedirectStandardError = true };
            foreach (string argument in new[]
            {
                "-x", "cuda", "--cuda-device-only", $"--cuda-gpu-arch={architecture}", "-nocudainc", "-nocudalib", "-std=c++17", "-D__CUDACC__", $"-DREAL={real}", "-S", "-o", "/dev/null", path,
            }) start.ArgumentList.Add(argument);
            using Process process = Process.Start(start)!;
            string log = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(log.Contains("error", StringComparison.Ordinal), process.ExitCode != 0);
            return log;
        }
        finally
        {
            File.Delete(path);
        }
    }

    static bool IsInstalled(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}

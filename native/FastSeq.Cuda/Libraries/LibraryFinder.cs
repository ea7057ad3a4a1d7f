using System.Runtime.InteropServices;

namespace FastSeq.Cuda.Libraries;

/// <summary>A library that was looked for.</summary>
/// <param name="Handle">Its handle; 0 where it was not found.</param>
/// <param name="Path">Where it was found, or its bare name where the system found it.</param>
/// <param name="Problem">What went wrong with a file that is there, or null.</param>
sealed record FoundLibrary(nint Handle, string Path, string? Problem);

/// <summary>
/// Where the libraries of CUDA are looked for: the folders of FASTSEQ_CUDA_PATH, the toolkit that CUDA_HOME or CUDA_PATH names, where the system looks, and the
/// usual place of the toolkit.
/// </summary>
static class LibraryFinder
{
    /// <summary>Folders to look into before all others.</summary>
    public const string PathVariable = "FASTSEQ_CUDA_PATH";

    /// <summary>A runtime option: look into the folders of FASTSEQ_CUDA_PATH and nowhere else, so that tests find what they brought.</summary>
    public const string OnlyPathSwitch = "FastSeq.Cuda.OnlyPath";

    /// <summary>File names of the driver.</summary>
    public static string[] Driver { get; } = OperatingSystem.IsWindows() ? ["nvcuda.dll"] : ["libcuda.so.1"];

    /// <summary>File names of cuBLAS, newest first, that a driver can serve.</summary>
    public static string[] Cublas(int driverMajor) =>
        OperatingSystem.IsWindows() ? Each(driverMajor, major => $"cublas64_{major}.dll") : [.. Each(driverMajor, major => $"libcublas.so.{major}"), "libcublas.so"];

    /// <summary>File names of NVRTC, newest first, whose code a driver can load.</summary>
    public static string[] Nvrtc(int driverMajor) =>
        OperatingSystem.IsWindows() ? Each(driverMajor, major => $"nvrtc64_{major}0_0.dll") : [.. Each(driverMajor, major => $"libnvrtc.so.{major}"), "libnvrtc.so"];

    /// <summary>
    /// Files that NVRTC loads itself, by a bare name: where the system does not look into NVRTC's folder, it finds them only if they are loaded already. (cuBLAS carries the path of what it needs.)
    /// </summary>
    public static string NvrtcBuiltins => OperatingSystem.IsWindows() ? "nvrtc-builtins64_*.dll" : "libnvrtc-builtins.so.*";

    /// <summary>Loads the first of some files that can be loaded.</summary>
    /// <param name="names">The files.</param>
    /// <param name="isDriver">Whether they belong to the driver, not to the toolkit.</param>
    /// <param name="companions">What is loaded from the same folder before; one that cannot be is missed by the library that wants it, which says so.</param>
    public static FoundLibrary Find(string[] names, bool isDriver, string? companions = null)
    {
        string? problem = null;
        bool onlyPath = AppContext.TryGetSwitch(OnlyPathSwitch, out bool value) && value;
        string[] system = onlyPath ? [] : [""];
        IEnumerable<string> folders = isDriver
            ? [.. Folders(PathVariable), .. system]
            : onlyPath ? Folders(PathVariable) : [.. Folders(PathVariable), .. Toolkit("CUDA_HOME"), .. Toolkit("CUDA_PATH"), .. system, .. UsualPlaces()];
        foreach (string folder in folders)
        {
            foreach (string name in names)
            {
                string path = Path.Combine(folder, name);
                if (folder.Length == 0)
                {
                    if (NativeLibrary.TryLoad(name, out nint found)) return new FoundLibrary(found, name, null);
                }
                else if (File.Exists(path))
                {
                    try
                    {
                        if (companions is not null) LoadCompanions(path, companions);
                        return new FoundLibrary(NativeLibrary.Load(path), path, null);
                    }
                    catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
                    {
                        problem ??= $"{path} cannot be loaded ({exception.Message.ReplaceLineEndings(" ").Trim()})";
                    }
                }
            }
        }

        return new FoundLibrary(0, names[0], problem);
    }

    static void LoadCompanions(string path, string pattern)
    {
        try
        {
            // Beside the file itself, too, where the path is a link to it.
            string?[] folders = [Path.GetDirectoryName(path), Path.GetDirectoryName(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName)];
            foreach (string folder in folders.OfType<string>().Distinct())
            {
                foreach (string companion in Directory.GetFiles(folder, pattern)) _ = NativeLibrary.TryLoad(companion, out _);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What cannot be listed is looked for by the library itself.
        }
    }

    static string[] Each(int driverMajor, Func<int, string> name)
    {
        const int oldest = CudaDriver.OldestVersion / 1000;
        return [.. Enumerable.Range(0, Math.Max(1, driverMajor - oldest + 1)).Select(back => name(Math.Max(driverMajor, oldest) - back))];
    }

    static string[] Folders(string variable) =>
        (Environment.GetEnvironmentVariable(variable) ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    static IEnumerable<string> Toolkit(string variable) => Folders(variable).SelectMany(LibraryFolders);

    static IEnumerable<string> UsualPlaces() => OperatingSystem.IsWindows() ? [] : LibraryFolders("/usr/local/cuda");

    static string[] LibraryFolders(string toolkit) =>
        OperatingSystem.IsWindows() ? [Path.Combine(toolkit, "bin", "x64"), Path.Combine(toolkit, "bin")] : [Path.Combine(toolkit, "lib64"), Path.Combine(toolkit, "lib")];
}

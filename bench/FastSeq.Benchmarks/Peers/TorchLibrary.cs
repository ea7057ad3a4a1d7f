using System.Runtime.InteropServices;
using TorchSharp;

namespace FastSeq.Benchmarks.Peers;

/// <summary>Loads TorchSharp's native library, also where the C++ library of the system is older than the one it was linked with.</summary>
/// <remarks>
/// libLibTorchSharp.so asks for one symbol of GCC 13, <c>std::ios_base_library_init()</c> of GLIBCXX_3.4.32, and Debian 12 has 3.4.30.
/// That function makes sure that the standard streams exist, which the constructor <c>std::ios_base::Init::Init()</c> of GLIBCXX_3.4 has done for ever
/// (it reads nothing of its object). So the copy in the output folder is made to ask for the constructor in its place: the symbol's name, the version's name and
/// the version's hash are exchanged in the file, all three no longer than the text they replace.
/// </remarks>
static class TorchLibrary
{
    /// <summary>Null when TorchSharp can be used, else one line that says why not.</summary>
    public static string? Load()
    {
        try
        {
            MendCopy();
            torch.InitializeDeviceType(DeviceType.CPU);
            torch.set_num_interop_threads(1);
            torch.random.manual_seed(1);
            return null;
        }
        catch (Exception e)
        {
            return $"TorchSharp does not load here and is left out: {e.Message.ReplaceLineEndings(" ")}";
        }
    }

    static void MendCopy()
    {
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux) || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return;
        string path = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        if (!File.Exists(path) || SystemHasLibraryInit())
            return;
        byte[] file = File.ReadAllBytes(path);
        if (!Replace(file, "\0_ZSt21ios_base_library_initv\0"u8, "\0_ZNSt8ios_base4InitC1Ev\0"u8))
            return; // mended before, or a version that does not need it
        if (!Replace(file, "\0GLIBCXX_3.4.32\0"u8, "\0GLIBCXX_3.4\0"u8) || !Replace(file, HashOf("GLIBCXX_3.4.32"), HashOf("GLIBCXX_3.4")))
            throw new NotSupportedException($"{path} does not look like the version this bench knows how to mend");
        string mended = path + ".mended";
        File.WriteAllBytes(mended, file);
        File.Move(mended, path, overwrite: true);
    }

    /// <summary>Overwrites the only occurrence of <paramref name="old"/>; false where it occurs never or more than once.</summary>
    static bool Replace(Span<byte> file, ReadOnlySpan<byte> old, ReadOnlySpan<byte> replacement)
    {
        int at = file.IndexOf(old);
        if (at < 0 || file[(at + 1)..].IndexOf(old) >= 0)
            return false;
        file.Slice(at, old.Length).Clear();
        replacement.CopyTo(file[at..]);
        return true;
    }

    /// <summary>The hash of a symbol version in an ELF file (System V ABI), little endian.</summary>
    static byte[] HashOf(string version)
    {
        uint hash = 0;
        foreach (char c in version)
        {
            hash = (hash << 4) + c;
            uint high = hash & 0xF000_0000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        return BitConverter.GetBytes(hash);
    }

    static bool SystemHasLibraryInit() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out nint library) && NativeLibrary.TryGetExport(library, "_ZSt21ios_base_library_initv", out _);
}

using System.Security.Cryptography;
using System.Text;

namespace FastSeq.Cuda.Compilation;

/// <summary>
/// Compiled kernels on disk. An entry is written under another name and then renamed, so that processes that compile the same see it whole or not at all; one that is
/// damaged counts as none; a folder that cannot be written is no error.
/// </summary>
static class KernelCache
{
    const int HashBytes = SHA256.HashSizeInBytes;

    /// <summary>The folder in the place of the user's cache of FastSeq; the entries go into its subfolder cuda.</summary>
    public const string FolderVariable = "FASTSEQ_CACHE";

    /// <summary>Where entries are: under FASTSEQ_CACHE, or the user's folder for caches; null where the user has none. (A folder that others can write is none: entries are code.)</summary>
    public static string? Folder
    {
        get
        {
            if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder) return Path.Combine(folder, "cuda");
            string caches = OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
            return Path.IsPathRooted(caches) ? Path.Combine(caches, "fastseq", "cuda") : null;
        }
    }

    /// <summary>The name of the entry that was made from some texts.</summary>
    public static string KeyOf(IEnumerable<string> texts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', texts))));

    /// <summary>An entry, or null where there is none that is whole.</summary>
    public static byte[]? TryRead(string key)
    {
        if (Folder is not { } folder) return null;
        try
        {
            byte[] entry = File.ReadAllBytes(PathOf(folder, key));
            if (entry.Length <= HashBytes) return null;
            byte[] image = entry[HashBytes..];
            return SHA256.HashData(image).AsSpan().SequenceEqual(entry.AsSpan(0, HashBytes)) ? image : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps an entry, if it can.</summary>
    public static void Write(string key, byte[] image)
    {
        if (Folder is not { } folder) return;
        string path = PathOf(folder, key), temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            Directory.CreateDirectory(folder);
            using (FileStream file = File.Create(temporary))
            {
                file.Write(SHA256.HashData(image));
                file.Write(image);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Delete(temporary);
        }
    }

    static string PathOf(string folder, string key) => Path.Combine(folder, $"{key}.bin");

    static void Delete(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Nothing was kept, which is no error.
        }
    }
}

namespace FastSeq.Cli;

/// <summary>Writes text files so that whoever reads sees the old file or the new one, whole.</summary>
static class AtomicFile
{
    /// <summary>Writes a file under another name beside its place, then puts it in its place at once.</summary>
    public static void WriteAllText(string path, string text)
    {
        string target = Path.GetFullPath(path), temporary = $"{target}.{Path.GetRandomFileName()}.tmp";
        try
        {
            File.WriteAllText(temporary, text);
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Says early, before hours of work, that a file cannot be written.</summary>
    public static void CheckFolder(string path)
    {
        if (Directory.Exists(path)) throw new CliException($"'{path}' is a folder; name a file.");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder)) throw new CliException($"there is no folder '{folder}' to write '{Path.GetFileName(path)}' into; make it first.");
    }
}

namespace FastSeq.Cuda;

/// <summary>The texts of a model's kernels: those that all models share, which are compiled once, and those of its cells; each begins with the prelude.</summary>
static class KernelText
{
    static readonly string[] Shared = ["Rows", "Functions", "Masks", "Time", "Normalized", "Losses", "Optimizers"];

    /// <summary>Puts a model's texts together.</summary>
    /// <param name="cells">The kernels of its cells.</param>
    public static string[] Of(string cells)
    {
        string prelude = Read("Prelude");
        string shared = prelude + string.Concat(Shared.Select(Read));
        return cells.Length == 0 ? [shared] : [shared, $"{prelude}{Read("Layers")}{cells}\n"];
    }

    static string Read(string name)
    {
        using Stream stream = typeof(KernelText).Assembly.GetManifestResourceStream($"FastSeq.Cuda.Kernels.{name}.cu")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd() + '\n';
    }
}

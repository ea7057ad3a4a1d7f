namespace FastSeq.Cuda;

/// <summary>The texts of a model's kernels: those that all models share, which are compiled once, and those of its cells; each begins with the prelude.</summary>
static class KernelText
{
    static readonly string[] Shared = ["Rows", "Functions", "Masks", "Time", "Normalized", "Losses", "Ctc", "Optimizers"];

    /// <summary>Puts a model's texts together.</summary>
    /// <param name="cells">The kernels of its cells.</param>
    /// <param name="precision">How exactly kernels of whole layers multiply floats.</param>
    public static string[] Of(string cells, ProductPrecision precision = ProductPrecision.Float32)
    {
        string prelude = Read("Prelude");
        string shared = prelude + string.Concat(Shared.Select(Read));
        return cells.Length == 0 ? [shared] : [shared, $"{prelude}{Read("Layers")}{Products(precision)}{Read("LayersTime")}{cells}\n"];
    }

    static string Products(ProductPrecision precision) =>
        precision == ProductPrecision.Float32 ? Read("LayersExact") : $"#define BFLOAT16 {(precision == ProductPrecision.BFloat16 ? 1 : 0)}\n{Read("LayersTensor")}";

    static string Read(string name)
    {
        using Stream stream = typeof(KernelText).Assembly.GetManifestResourceStream($"FastSeq.Cuda.Kernels.{name}.cu")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd() + '\n';
    }
}

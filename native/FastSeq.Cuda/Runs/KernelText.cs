using System.Text;

namespace FastSeq.Cuda;

/// <summary>The text of a model's kernels: the prelude, the kernels that all models share, those of the model's cells.</summary>
static class KernelText
{
    static readonly string[] Shared = ["Prelude", "Rows", "Functions", "Masks", "Time", "Normalized"];

    /// <summary>Puts a model's text together.</summary>
    /// <param name="cells">The kernels of its cells.</param>
    public static string Of(string cells)
    {
        var text = new StringBuilder();
        foreach (string name in Shared)
        {
            using Stream stream = typeof(KernelText).Assembly.GetManifestResourceStream($"FastSeq.Cuda.Kernels.{name}.cu")!;
            using var reader = new StreamReader(stream);
            text.Append(reader.ReadToEnd()).Append('\n');
        }

        return text.Append(cells).Append('\n').ToString();
    }
}

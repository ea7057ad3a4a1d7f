using FastSeq.Generators.Plan;

namespace FastSeq.Generators.Emit;

/// <summary>The call that looks up rows of the embedding, wherever its table lies.</summary>
internal static class TableRows
{
    private const string Kernels = "global::FastSeq.Kernels", Unsafe = "global::System.Runtime.CompilerServices.Unsafe";

    /// <param name="table">The embedding.</param>
    /// <param name="tokens">The span of tokens.</param>
    /// <param name="parameters">A <c>ref</c> expression for the first parameter.</param>
    /// <param name="rows">A <c>ref</c> expression for the first row.</param>
    public static string Gather(EmbeddingPlan table, string tokens, string parameters, string rows) => table.Tied is { } region
        ? $"{Kernels}.TiedTable.Gather({tokens}, {table.Size}, {table.Vocabulary}, {region.Lanes}, in {At(parameters, region.Offset)}, ref {rows});"
        : $"{Kernels}.EmbeddingTable.Gather({tokens}, {table.Size}, in {At(parameters, table.Offset)}, ref {rows});";

    private static string At(string reference, int index) => index == 0 ? reference : $"{Unsafe}.Add(ref {reference}, {index})";
}

using System.Collections.Generic;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <content>A layer above an embedding: what a batch with few different tokens computes once per token, forward and backward.</content>
internal sealed partial class RunRecurrent
{
    /// <summary>The embedding below, if any: a batch with few different tokens needs its products once per token.</summary>
    private RunEmbedding? Table => Previous is RunEmbedding table && table.Sharing == this ? table : null;

    public override bool SharesTokens => Table is not null;

    public override IEnumerable<string> ForwardBegin => Table is null ? DropWeights : [$"if (SharesTokens) {Method}TokenSums(part);", .. DropWeights];

    public override IEnumerable<string> BackwardEnd => Table is null || !Learns
        ? []
        : [$"if (SharesTokens) {Kernels}.SharedRows.Gather(part, Parts, TokenOfRow, {cell.Units}, {cell.Lanes}, {InputGates}, in {SumGradients}, {cell.GradientSlots}, {equations.FirstInput}, ref {Field}TokenSums.Reference, Tokens.Length);"];

    /// <summary>The call that computes the gradients of the table's rows, once per token.</summary>
    public string TokenGradient(string part) => $"{Method}TokenGradient({part});";

    /// <summary>The methods that compute it.</summary>
    private void WriteTokens(SourceWriter writer, RunEmbedding table)
    {
        const string Close = "var tokens = new global::FastSeq.Kernels.RowSpan(first, first, global::System.Math.Min(96, last - first));";
        const string Spans = "new global::System.ReadOnlySpan<global::FastSeq.Kernels.RowSpan>(in tokens)";
        const string Loop = "for (TokenRange(part, out int first, out int last); first < last; first += 96)";
        string rows = At($"{Field}TokenRows.Reference", $"first * {cell.InputSize}");
        writer.WriteLine("// b_ih + W_ih·x of each different token.");
        using (writer.Block($"private void {Method}TokenSums(int part)"))
        {
            writer.WriteLine($"ref {Number} p = ref parameters.Reference;");
            using (writer.Block(Loop))
            {
                writer.WriteLine(Close);
                writer.WriteLine($"{Kernels}.EmbeddingTable.Gather(Tokens.Slice(first, tokens.Count), {cell.InputSize}, in {Parameter(table.Offset.ToString())}, ref {rows});");
                if (table.DropTokens("Tokens.Slice(first, tokens.Count)", rows) is { } drops)
                {
                    writer.WriteLine("if (Training) " + drops);
                }

                writer.WriteLine(InputSums(Spans, "Tokens.Length", Field + "TokenRows.Reference", Field + "TokenSums.Reference", InputGates));
            }
        }

        if (!table.Learns)
        {
            return;
        }

        writer.WriteLine();
        writer.WriteLine("// dx = (sum of the token's dz)·W_ih");
        using (writer.Block($"private void {Method}TokenGradient(int part)"))
        {
            using (writer.Block(Loop))
            {
                writer.WriteLine(Close);
                writer.WriteLine(InputGradientOf(Spans, "Tokens.Length", Field + "TokenSums.Reference", InputGates, 0, Field + "TokenDRows.Reference", false));
                string gradients = At($"{Field}TokenDRows.Reference", $"first * {cell.InputSize}");
                if (table.DropTokens("Tokens.Slice(first, tokens.Count)", gradients) is { } drops)
                {
                    writer.WriteLine(drops);
                }

                writer.WriteLine(
                    $"{Kernels}.EmbeddingTable.Scatter(Tokens.Slice(first, tokens.Count), {cell.InputSize}, in {gradients}, ref Gradient({table.Offset}));");
            }
        }
    }
}

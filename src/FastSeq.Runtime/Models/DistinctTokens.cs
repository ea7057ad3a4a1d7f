namespace FastSeq;

/// <summary>
/// The different tokens of a batch, numbered in the order of their first row. A product with the row of an embedding is the same wherever the token stands:
/// it is needed once per token.
/// </summary>
internal sealed class DistinctTokens(int vocabulary, int maxRows)
{
    private readonly int[] tokens = new int[Math.Min(vocabulary, maxRows)];
    private readonly int[] ofRow = new int[maxRows];

    // For each token the batch that it was seen in last, and its number there: nothing needs to be cleared from batch to batch.
    private readonly long[] seenIn = new long[vocabulary];
    private readonly int[] numbers = new int[vocabulary];
    private long batch;

    /// <summary>The most tokens that are worth it: looking a product up costs a part of computing it.</summary>
    public static int MostOf(int rows) => (int)((long)rows * 3 / 4);

    /// <summary>The different tokens.</summary>
    public int Count { get; private set; }

    /// <summary>The tokens by their number.</summary>
    public ReadOnlySpan<int> Tokens => tokens.AsSpan(0, Count);

    /// <summary>The number of each row's token.</summary>
    public ReadOnlySpan<int> OfRow => ofRow;

    /// <summary>Numbers the tokens of a batch.</summary>
    /// <returns>Whether there are so few that computing once per token pays.</returns>
    public bool Find(ReadOnlySpan<int> rows)
    {
        batch++;
        Count = 0;
        int most = MostOf(rows.Length);
        for (int row = 0; row < rows.Length; row++)
        {
            int token = rows[row];
            if (seenIn[token] != batch)
            {
                if (Count == most)
                {
                    return false;
                }

                seenIn[token] = batch;
                numbers[token] = Count;
                tokens[Count++] = token;
            }

            ofRow[row] = numbers[token];
        }

        return true;
    }
}

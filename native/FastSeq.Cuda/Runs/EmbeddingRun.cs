using FastSeq.Devices;

namespace FastSeq.Cuda;

/// <summary>A row of a table for each token. Gradients are summed up token by token, in the order of the rows, so that results repeat bit by bit.</summary>
sealed class EmbeddingRun : LayerRun
{
    readonly EmbeddingLayer layer;
    readonly DevicePointer tokens, table;
    readonly CudaKernel gather, sum;

    // On the host: how often each token occurs, then for each different token itself, its first place, and the rows sorted by token.
    readonly int[] places, different, first, sorted;
    int count;

    public EmbeddingRun(RunContext context, EmbeddingLayer layer, DevicePointer tokens)
        : base(context, [], layer)
    {
        this.layer = layer;
        this.tokens = tokens;
        Output = AllocateRows(layer.OutputSize);
        gather = Kernel("embedding_rows");
        sum = Kernel("embedding_gradient");
        int most = Math.Min(context.Info.Vocabulary, MaxRowCount);
        places = new int[context.Info.Vocabulary];
        different = new int[most];
        first = new int[most + 1];
        sorted = new int[MaxRowCount];
        table = context.Memory.AllocateIntegers((2L * most) + 1 + MaxRowCount);
    }

    public override DevicePointer Output { get; }

    public override bool Learns => !layer.IsFrozen;

    /// <summary>Whether tokens are dropped now.</summary>
    int Drops => layer.Mask is not null && Context.Training ? 1 : 0;

    MaskArguments Mask => Context.MaskOf(layer.Mask ?? default);

    public override void Forward()
    {
        MaskArguments mask = Mask;
        Queue.Launch(
            gather, (long)RowCount * Width, RowCount, Width, tokens, Context.Parameter(layer.Table), Output, Drops, mask.Seed, mask.Stream, mask.Step, mask.Threshold, mask.Scale);
    }

    /// <summary>Sorts the rows of a batch by their tokens.</summary>
    public void Take(ReadOnlySpan<int> rows)
    {
        count = 0;
        foreach (int token in rows)
        {
            if (places[token]++ == 0)
            {
                different[count++] = token;
            }
        }

        int place = 0;
        for (int number = 0; number < count; number++)
        {
            first[number] = place;
            place += places[different[number]];
            places[different[number]] = first[number];
        }

        first[count] = place;
        for (int row = 0; row < rows.Length; row++)
        {
            sorted[places[rows[row]]++] = row;
        }

        foreach (int token in different.AsSpan(0, count))
        {
            places[token] = 0;
        }

        Queue.Upload<int>(different.AsSpan(0, count), table);
        Queue.Upload<int>(first.AsSpan(0, count + 1), First);
        Queue.Upload<int>(sorted.AsSpan(0, rows.Length), Sorted);
    }

    DevicePointer First => table + ((long)different.Length * sizeof(int));

    DevicePointer Sorted => table + (((2L * different.Length) + 1) * sizeof(int));

    public override void Backward()
    {
        if (layer.IsFrozen)
        {
            return;
        }

        // A tied table has the gradient of the linear layer in it already: added to.
        MaskArguments mask = Mask;
        Queue.Launch(
            sum, (long)count * Width, count, Width, table, First, Sorted, Gradient, Context.Gradient(layer.Table), Drops, mask.Seed, mask.Stream, mask.Step, mask.Threshold, mask.Scale);
    }
}

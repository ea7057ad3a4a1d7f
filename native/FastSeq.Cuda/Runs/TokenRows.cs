namespace FastSeq.Cuda;

/// <summary>The rows of a batch sorted by their tokens, so that the gradients of a table are summed up token by token in the order of the rows, and repeat bit by bit.</summary>
sealed class TokenRows
{
    readonly RunContext context;
    readonly CudaKernel sum;
    readonly BatchMemory device;

    // How often each token occurs, and then where its next row goes.
    readonly int[] places;

    // One after the other, as one copy brings them up: the number of different tokens and each of them, the first place of each, the rows sorted by token. Where they begin depends on the number of rows alone,
    // which recorded steps rely on.
    readonly int[] table;
    int rows;

    /// <summary>Takes the memory.</summary>
    /// <param name="context">What the layers share.</param>
    /// <param name="vocabulary">The tokens.</param>
    /// <param name="maxRows">The most rows.</param>
    public TokenRows(RunContext context, int vocabulary, int maxRows)
    {
        this.context = context;
        sum = context.Queue.Kernel("embedding_gradient");
        places = new int[vocabulary];
        table = new int[checked((2 * (1 + Math.Min(vocabulary, maxRows))) + maxRows)];
        device = context.Batches.AllocateIntegers(table.Length);
    }

    // At most so many different tokens.
    int Most => Math.Min(places.Length, rows);

    int FirstStart => 1 + Most;

    int SortedStart => 2 * (1 + Most);

    /// <summary>Sorts the rows of a batch.</summary>
    public void Take(ReadOnlySpan<int> tokens)
    {
        rows = tokens.Length;
        Span<int> different = table.AsSpan(1, Most), first = table.AsSpan(FirstStart, 1 + Most), sorted = table.AsSpan(SortedStart, rows);
        int count = 0;
        foreach (int token in tokens)
        {
            if (places[token]++ == 0)
            {
                different[count++] = token;
            }
        }

        int place = 0;
        for (int number = 0; number < count; number++)
        {
            int token = different[number];
            first[number] = place;
            place += places[token];
            places[token] = first[number];
        }

        first[count] = place;
        table[0] = count;
        for (int row = 0; row < rows; row++)
        {
            sorted[places[tokens[row]]++] = row;
        }

        foreach (int token in different[..count])
        {
            places[token] = 0;
        }

        context.Batches.Upload<int>(table.AsSpan(0, SortedStart + rows), device);
    }

    /// <summary>Adds the gradients of the rows to those of a table.</summary>
    /// <param name="size">The numbers of a row of the table.</param>
    /// <param name="d">The gradients by wider rows.</param>
    /// <param name="column">Where in a row they lie.</param>
    /// <param name="stride">The numbers of a row.</param>
    /// <param name="gradient">Added to.</param>
    /// <param name="drops">Whether tokens were dropped.</param>
    /// <param name="mask">By which mask.</param>
    public void AddGradient(int size, DevicePointer d, int column, int stride, DevicePointer gradient, bool drops, MaskArguments mask) => context.Queue.Launch(
        sum, (long)Most * size, At(0), size, column, stride, At(1), At(FirstStart), At(SortedStart), d, gradient, drops ? 1 : 0, mask.Seed, mask.Stream, mask.Step, mask.Threshold, mask.Scale);

    DevicePointer At(int place) => device.Pointer + ((long)place * sizeof(int));
}

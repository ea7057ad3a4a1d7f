namespace FastSeq.Cuda;

/// <summary>The rows of a batch sorted by their tokens, so that the gradients of a table are summed up token by token in the order of the rows, and repeat bit by bit.</summary>
sealed class TokenRows
{
    readonly RunContext context;
    readonly CudaKernel sum;
    readonly BatchMemory device;

    // How often each token occurs; the number of different tokens and each of them; the first place of each; the rows sorted by token.
    readonly int[] places, different, first, sorted;
    int rows;

    /// <summary>Takes the memory.</summary>
    /// <param name="context">What the layers share.</param>
    /// <param name="vocabulary">The tokens.</param>
    /// <param name="maxRows">The most rows.</param>
    public TokenRows(RunContext context, int vocabulary, int maxRows)
    {
        this.context = context;
        sum = context.Queue.Kernel("embedding_gradient");
        int most = Math.Min(vocabulary, maxRows);
        places = new int[vocabulary];
        different = new int[1 + most];
        first = new int[most + 1];
        sorted = new int[maxRows];
        device = context.Batches.AllocateIntegers((2L * most) + 2 + maxRows);
    }

    // Where the two other tables begin, behind the first, in whole numbers.
    long FirstStart => different.Length;

    long SortedStart => 2L * different.Length;

    /// <summary>Sorts the rows of a batch.</summary>
    public void Take(ReadOnlySpan<int> tokens)
    {
        rows = tokens.Length;
        int count = 0;
        foreach (int token in tokens)
        {
            if (places[token]++ == 0)
            {
                different[++count] = token;
            }
        }

        int place = 0;
        for (int number = 0; number < count; number++)
        {
            int token = different[1 + number];
            first[number] = place;
            place += places[token];
            places[token] = first[number];
        }

        first[count] = place;
        different[0] = count;
        for (int row = 0; row < tokens.Length; row++)
        {
            sorted[places[tokens[row]]++] = row;
        }

        foreach (int token in different.AsSpan(1, count))
        {
            places[token] = 0;
        }

        context.Batches.Upload<int>(different.AsSpan(0, 1 + count), device);
        context.Batches.Upload<int>(first.AsSpan(0, count + 1), device, FirstStart);
        context.Batches.Upload<int>(sorted.AsSpan(0, tokens.Length), device, SortedStart);
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
        sum, (long)Math.Min(different.Length - 1, rows) * size, At(0), size, column, stride, At(1), At(FirstStart), At(SortedStart), d, gradient, drops ? 1 : 0, mask.Seed, mask.Stream, mask.Step, mask.Threshold, mask.Scale);

    DevicePointer At(long number) => device.Pointer + (number * sizeof(int));
}

using FastSeq.Devices;

namespace FastSeq.Cuda;

/// <summary>The features of a time step without those that are tokens, then the row of a table for each of these.</summary>
sealed class ColumnsRun : LayerRun
{
    readonly ColumnsLayer layer;
    readonly CudaKernel copy, gather;
    readonly TokenRows[] rows;
    readonly int[] tokens;

    public ColumnsRun(RunContext context, LayerRun[] before, ColumnsLayer layer)
        : base(context, before, layer)
    {
        this.layer = layer;
        Output = AllocateRows(layer.OutputSize);
        copy = Kernel("copy_columns");
        gather = Kernel("table_columns");
        rows = [.. layer.Tables.Select(table => new TokenRows(context, context.Info.Parameters[table.Table].Shape[0], MaxRowCount))];
        tokens = new int[MaxRowCount];
    }

    public override DevicePointer Output { get; }

    public override bool Learns => layer.Tables.Any(table => !table.IsFrozen);

    /// <summary>Takes on the features of a batch: those that are tokens are known to be whole numbers.</summary>
    public void Take<T>(ReadOnlySpan<T> features)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        int count = features.Length / layer.InputSize;
        for (int table = 0; table < rows.Length; table++)
        {
            for (int row = 0; row < count; row++)
            {
                tokens[row] = int.CreateTruncating(features[(row * layer.InputSize) + layer.Tables[table].Column]);
            }

            rows[table].Take(tokens.AsSpan(0, count));
        }
    }

    public override void Forward()
    {
        foreach (KeptColumns kept in layer.Kept)
        {
            Queue.Launch(copy, (long)RowCount * kept.Count, RowCount, kept.Count, kept.First, layer.InputSize, kept.Place, Width, Source.Output, Output);
        }

        foreach (TableColumn table in layer.Tables)
        {
            Queue.Launch(gather, (long)RowCount * table.Size, RowCount, table.Size, table.Column, layer.InputSize, table.Place, Width, Source.Output, Context.Parameter(table.Table), Output);
        }
    }

    public override void Backward()
    {
        for (int index = 0; index < rows.Length; index++)
        {
            TableColumn table = layer.Tables[index];
            if (!table.IsFrozen)
            {
                rows[index].AddGradient(table.Size, Gradient, table.Place, Width, Context.Gradient(table.Table), drops: false, default);
            }
        }
    }
}

namespace FastSeq.Cuda.Tests.Layers;

/// <summary>How kernels of whole layers are shared out; needs no device.</summary>
public sealed class LayerPlanTests
{
    static readonly DeviceLimits s_h100 = new(132, 227 << 10, LaunchesTogether: true);

    [Theory]
    [InlineData(1, 4, 1, 4)]
    [InlineData(33, 3, 5, 4)]
    [InlineData(128, 4, 64, 4)]
    [InlineData(512, 4, 64, 4)]
    [InlineData(700, 3, 32, 4)]
    [InlineData(100, 1, 1000, 4)]
    [InlineData(128, 4, 64, 8)]
    public void Plans_CoverTheLayerAndFit(int units, int gates, int batch, int elementSize)
    {
        foreach (bool isForward in new[] { true, false })
        {
            LayerProduct product = isForward ? LayerProduct.Forward(units, gates, elementSize) : LayerProduct.Backward(units, gates, elementSize);
            LayerPlan plan = LayerPlan.Find(product, batch, s_h100) ?? throw new InvalidOperationException("no plan");
            int group = isForward ? gates : 4, tile = isForward ? 4 : 16;
            CheckPlan(plan, units, batch, tile, tileRows: 8);

            // Weights, rows at once, and what warps share of a product, as LayersExact.cu lays them out.
            int turn = 8 * 16 / elementSize, size = (product.Inner + turn - 1) / turn * turn, columns = plan.UnitsOfBlock * product.ColumnsOfUnit;
            int shares = plan.InnerParts == 1 ? 0 : plan.RowsAtOnce / 8 * (plan.UnitsOfBlock / tile) * plan.InnerParts * group * 32;
            Assert.Equal(((columns * size) + (plan.RowsAtOnce * size) + shares) * elementSize, plan.SharedBytes);
        }
    }

    [Theory]
    [InlineData(1, 4, 1, ProductPrecision.BFloat16)]
    [InlineData(33, 3, 5, ProductPrecision.TensorFloat32)]
    [InlineData(256, 4, 64, ProductPrecision.TensorFloat32)]
    [InlineData(256, 4, 64, ProductPrecision.BFloat16)]
    [InlineData(512, 4, 256, ProductPrecision.BFloat16)]
    [InlineData(512, 3, 256, ProductPrecision.BFloat16)]
    public void PlansOfTensorCores_CoverTheLayerAndFit(int units, int gates, int batch, ProductPrecision precision)
    {
        foreach (bool isForward in new[] { true, false })
        {
            LayerProduct product = isForward ? LayerProduct.Forward(units, gates, 4, precision) : LayerProduct.Backward(units, gates, 4, precision);
            LayerPlan plan = LayerPlan.Find(product, batch, s_h100) ?? throw new InvalidOperationException("no plan");
            int tile = isForward ? 8 : 16;
            CheckPlan(plan, units, batch, tile, tileRows: 32);

            // As LayersTensor.cu lays them out: columns of an odd number of 64 bytes, pairs of rows that have 64 bytes more than their numbers, and 8 numbers a lane for each group of 8 columns.
            int numbers = precision == ProductPrecision.BFloat16 ? 32 : 16, inner = isForward ? units : gates * units, groups = isForward ? gates : 2;
            int chunks = (inner + numbers - 1) / numbers, columnBytes = (chunks % 2 == 0 ? chunks + 1 : chunks) * 64, columns = plan.UnitsOfBlock * (isForward ? gates : 1);
            int shares = plan.InnerParts == 1 ? 0 : plan.RowsAtOnce / 32 * (plan.UnitsOfBlock / tile) * plan.InnerParts * groups * 8 * 32 * sizeof(float);
            Assert.Equal((columns * columnBytes) + (plan.RowsAtOnce / 2 * ((chunks * 128) + 64)) + shares, plan.SharedBytes);
            Assert.Equal(precision == ProductPrecision.BFloat16 ? (inner + 7) / 8 * 8 : 0, product.KeptNumbers);
        }
    }

    [Fact]
    public void SmallLayers_NeedNoOtherBlocks() => Assert.Equal(1, LayerPlan.Find(LayerProduct.Forward(20, 4, 4), 32, s_h100)!.Value.UnitBlocks);

    [Fact]
    public void WeightsOfSeveralBlocks_AreSharedOut() => Assert.True(LayerPlan.Find(LayerProduct.Forward(512, 4, 4), 64, s_h100)!.Value.UnitBlocks > 16);

    [Fact]
    public void LayersThatDoNotFit_HaveNoPlan()
    {
        Assert.Null(LayerPlan.Find(LayerProduct.Forward(4096, 4, 4), 8, s_h100));
        Assert.Null(LayerPlan.Find(LayerProduct.Forward(512, 4, 4), 64, s_h100 with { LaunchesTogether = false }));
        Assert.Null(LayerPlan.Find(LayerProduct.Forward(512, 4, 4), 64, s_h100 with { Multiprocessors = 8 }));
        Assert.Null(LayerPlan.Find(LayerProduct.Forward(64, 4, 4), 8, s_h100 with { SharedBytes = 1 << 10 }));
    }

    [Fact]
    public void LargeBatchesOfLargeLayers_AreFasterByProducts()
    {
        LayerProduct small = LayerProduct.Forward(256, 4, 4), large = LayerProduct.Forward(1024, 4, 4);
        Assert.True(LayerPlan.Find(small, 32, s_h100)!.Value.Cycles < LayerPlan.CyclesOfSteps(small, 32, s_h100));
        Assert.False(LayerPlan.Find(large, 1024, s_h100)?.Cycles < LayerPlan.CyclesOfSteps(large, 1024, s_h100));
    }

    static void CheckPlan(LayerPlan plan, int units, int batch, int tile, int tileRows)
    {
        Assert.True(plan.UnitsOfBlock % tile == 0 && plan.RowsOfBlock % tileRows == 0 && plan.RowsAtOnce % tileRows == 0 && plan.RowsAtOnce <= plan.RowsOfBlock && plan.RowsAtOnce > 0);
        Assert.True(plan.UnitsOfBlock * plan.UnitBlocks >= units && (plan.UnitsOfBlock * (plan.UnitBlocks - 1)) < units);
        Assert.True(plan.RowsOfBlock * plan.RowBlocks(batch) >= batch);
        Assert.InRange(plan.SharedBytes, 1, s_h100.SharedBytes);
        Assert.True(plan.UnitBlocks == 1 || plan.Blocks(batch) <= s_h100.Multiprocessors);
    }
}

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
        foreach (LayerProduct product in new[] { LayerProduct.Forward(units, gates, elementSize), LayerProduct.Backward(units, gates, elementSize) })
        {
            LayerPlan plan = LayerPlan.Find(product, batch, s_h100) ?? throw new InvalidOperationException("no plan");
            int tile = 4 * product.ColumnsOfGroup / product.ColumnsOfUnit;
            Assert.True(plan.UnitsOfBlock % tile == 0 && plan.RowsOfBlock % 8 == 0 && plan.RowsAtOnce % 8 == 0 && plan.RowsAtOnce <= plan.RowsOfBlock && plan.RowsAtOnce > 0);
            Assert.True(plan.UnitsOfBlock * plan.UnitBlocks >= units && (plan.UnitsOfBlock * (plan.UnitBlocks - 1)) < units);
            Assert.True(plan.RowsOfBlock * plan.RowBlocks(batch) >= batch);
            Assert.InRange(plan.SharedBytes, 1, s_h100.SharedBytes);
            Assert.True(plan.UnitBlocks == 1 || plan.Blocks(batch) <= s_h100.Multiprocessors);

            // Weights, rows at once, and what warps share of a product, as Layers.cu lays them out.
            int turn = 8 * 16 / elementSize, size = (product.Inner + turn - 1) / turn * turn, columns = plan.UnitsOfBlock * product.ColumnsOfUnit;
            int shares = plan.InnerParts == 1 ? 0 : plan.RowsAtOnce / 8 * (plan.UnitsOfBlock / tile) * plan.InnerParts * product.ColumnsOfGroup * 32;
            Assert.Equal(((columns * size) + (plan.RowsAtOnce * size) + shares) * elementSize, plan.SharedBytes);
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
}

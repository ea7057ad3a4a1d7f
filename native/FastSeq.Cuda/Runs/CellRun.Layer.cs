namespace FastSeq.Cuda;

/// <content>All time steps in one launch.</content>
sealed partial class CellRun
{
    readonly LayerKernel? forwardLayer, backwardLayer;

    LayerPointers LayerRows => new(
        tape,
        Context.Parameter(layer.InputBias),
        Context.Parameter(layer.HiddenBias),
        UnitParameter(0),
        UnitParameter(1),
        UnitParameter(2),
        Histories[0],
        Histories.Length > 1 ? Histories[1] : default,
        hMasks,
        cMasks,
        Learns ? Gradient : default,
        Learns ? StateGradients[0] : default,
        StateGradients.Length > 1 ? StateGradients[1] : default,
        dInput,
        dHidden,
        dUnit);

    /// <summary>Starts a kernel of all time steps.</summary>
    /// <returns>Whether there is one.</returns>
    bool LaunchLayer(LayerKernel? kernel)
    {
        if (kernel is null || Level.Rows == 0)
        {
            return false;
        }

        kernel.Launch(Level, HiddenWeight, LayerRows);
        return true;
    }
}

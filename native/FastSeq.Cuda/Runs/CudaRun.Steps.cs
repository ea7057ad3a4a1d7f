namespace FastSeq.Cuda;

/// <content>
/// Forward and backward: first all that is different with every batch goes up, then the rest is launched, or done by the graph that was recorded of a batch of the same shape. With a trainer, which always
/// goes back after a forward in training, both are one piece of work, after which loss, metric and norm come down.
/// </content>
sealed partial class CudaRun<T, TInput, TTarget>
{
    readonly StepGraphs graphs;
    readonly Action launchForward, launchBackward, launchBoth;

    // Whether the current batch has gone back already.
    bool isBack;

    ReadOnlySpan<int> SortedLengths => context.Levels[0].Packed.Lengths;

    void ForwardOnDevice()
    {
        context.Training = Training;
        context.HasStates = HasStates;
        context.StatesAfter = StatesAfter;
        context.HasFinalGradients = false;
        hasFetchedOutputs = isBack = false;
        if (UsesPrepared)
        {
            context.Batches.Take();
        }
        else
        {
            UploadInputs(Training);
        }

        if (!KeepsParameters || !held.IsCurrent)
        {
            held.Upload();
        }

        context.Queue.Upload<T>(rest.Span, context.Rest);
        if (Training)
        {
            context.Draw(DropoutSeed, MaskIteration);
        }

        if (!HasTargets)
        {
            LaunchForward();
            return;
        }

        if (!UsesPrepared) loss.Take(LossTargets, TargetLengths, LossWeights);
        loss.Begin();
        isBack = Training && KeepsParameters;
        if (isBack)
        {
            hasFetchedGradients = false;
        }

        graphs.Do(SortedLengths, KindOf(isBack ? StepWork.Both : StepWork.Forward), isBack ? launchBoth : launchForward);
    }

    void BackwardOnDevice()
    {
        if (isBack && !HasFinalGradients)
        {
            isBack = false;
            return;
        }

        hasFetchedGradients = false;
        context.HasFinalGradients = HasFinalGradients;
        if (HasFinalGradients)
        {
            LaunchBackward();
        }
        else
        {
            graphs.Do(SortedLengths, KindOf(StepWork.Backward), launchBackward);
        }
    }

    StepKind KindOf(StepWork work) => new(work, Training, HasStates, StatesAfter, FirstLossRow);

    void LaunchForward()
    {
        foreach (LayerRun layer in layers)
        {
            layer.Forward();
        }

        if (HasTargets)
        {
            loss.Launch(FirstLossRow, OutputRowCount, Last.Output, Training ? Last.Gradient : default);
        }
    }

    void LaunchBackward()
    {
        context.Clear(context.Gradients, 1, context.ParameterCount);
        BeginBackward();
        for (int index = layers.Length - 1; index >= 0; index--)
        {
            if (layers[index].Learns)
            {
                layers[index].Backward();
            }
        }

        held.LaunchNorm();
    }

    void LaunchBoth()
    {
        LaunchForward();
        LaunchBackward();
    }
}

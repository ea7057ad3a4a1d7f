namespace FastSeq.Tests.Training;

/// <summary>Forward and backward of <see cref="LinearModel"/>, one sequence after the other, by one thread.</summary>
sealed class LinearRun(LinearModel model, int maxBatch, int maxTimeSteps, int threads, int maxTokens)
    : SequenceRun<float, float, float>(LinearModel.ModelInfo, model.Buffer, maxBatch, maxTimeSteps, threads, maxTokens)
{
    readonly float[] lastSteps = new float[maxBatch * LinearModel.Inputs];
    readonly float[] outputs = new float[maxBatch];
    readonly float[] dOutputs = new float[maxBatch];

    protected override int ForwardPhases => 1;

    protected override int BackwardPhases => 1;

    protected override Span<float> OutputRows => outputs.AsSpan(0, OutputRowCount);

    protected override Span<float> OutputGradientRows => dOutputs.AsSpan(0, OutputRowCount);

    protected override void Execute(int phase, int part)
    {
        if (part > 0) return;
        if (phase == 0) ComputeOutputs();
        else ComputeGradients();
    }

    void ComputeOutputs()
    {
        TakeLastSteps(0, Batch, LinearModel.Inputs, ref Inputs.Reference, ref lastSteps[0]);
        Span<float> w = model.Parameters;
        for (int b = 0; b < Batch; b++) outputs[b] = w[0] * lastSteps[2 * b] + w[1] * lastSteps[2 * b + 1] + w[16];
    }

    void ComputeGradients()
    {
        Gradients.Clear();
        for (int b = 0; b < Batch; b++)
        {
            Gradients[0] += dOutputs[b] * lastSteps[2 * b];
            Gradients[1] += dOutputs[b] * lastSteps[2 * b + 1];
            Gradients[16] += dOutputs[b];
        }
    }
}

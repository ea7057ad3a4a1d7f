namespace FastSeq.Samples;

/// <summary>Makes the weights that the app embeds.</summary>
internal static class Training
{
    /// <summary>The signal: two sines.</summary>
    public static float Signal(int t) => 0.6f * MathF.Sin(0.35f * t) + 0.3f * MathF.Sin(0.11f * t);

    /// <summary>Trains on windows of the signal and writes the weights.</summary>
    public static void Run(string path)
    {
        const int windows = 256, steps = 40;
        var inputs = new float[windows * steps];
        var targets = new float[windows * steps];
        var lengths = new int[windows];
        Array.Fill(lengths, steps);
        for (int i = 0; i < inputs.Length; i++)
        {
            int time = (i / steps * 7) + (i % steps);
            inputs[i] = Signal(time);
            targets[i] = Signal(time + 1);
        }

        var model = new SineForecaster(seed: 1);
        using SineForecaster.Run run = model.CreateRun(windows, steps);
        var optimizer = new Adam(learningRate: 1e-2f);
        for (int step = 0; step < 400; step++)
        {
            float loss = run.Forward(new SequenceBatch<float, float>(inputs, lengths, targets), training: true);
            run.Backward();
            Gradients.ClipByNorm(run.Gradients, 1f);
            optimizer.Step(model.Parameters, run.Gradients);
            if (step % 50 == 49)
            {
                Console.WriteLine($"step {step + 1}: loss {loss:g4}");
            }
        }

        model.Save(path);
    }
}

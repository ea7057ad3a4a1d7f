using FastSeq.Cuda;

namespace FastSeq.Tests.Equivalence;

/// <content>The same model on a CUDA device: losses, outputs and gradients are those of the processor, up to roundings.</content>
public sealed partial class ModelCheck<TModel, T, TInput, TTarget>
{
    /// <summary>Sums run in another order on a device, and its exp and tanh are others.</summary>
    private double DeviceTolerance => typeof(T) == typeof(float) ? 5e-5 : 1e-11;

    public override void DeviceMatchesProcessor()
    {
        int[][] batches = Info.Loss.Kind == LossKind.Ctc ? [[7, 4, 13, 2, 9]] : [Ragged, [5, 5, 5], [1], [13, 0, 1]];
        using SequenceRun<T, TInput, TTarget> processor = _model.NewRun(Ragged.Length, 13, 1), device = _model.NewRun(Ragged.Length, 13, 1, device: CudaDevice.Default);
        processor.DropoutSeed = device.DropoutSeed = 3;
        foreach (int[] lengths in batches)
        {
            if (!Info.LastStepOnly && lengths.All(length => Info.OutputSteps(length) == 0))
            {
                continue;
            }

            string name = $"{Name} on a device, lengths {string.Join(" ", lengths)}";
            var batch = new TestBatch<T, TInput, TTarget>(name, Info, lengths);
            foreach (bool training in new[] { true, false })
            {
                T expected = processor.Forward(batch.Sequence, training), actual = device.Forward(batch.Sequence, training);
                Agreement.Check($"{name}: loss", [expected], [actual], DeviceTolerance * Magnification);
                Agreement.Check($"{name}: outputs", processor.Outputs, device.Outputs, DeviceTolerance * Magnification);
                if (training)
                {
                    processor.Backward();
                    device.Backward();
                    CompareGradients(name, processor, device);
                }
            }
        }
    }

    private void CompareGradients(string name, SequenceRun<T, TInput, TTarget> processor, SequenceRun<T, TInput, TTarget> device)
    {
        foreach (ParameterInfo parameter in Info.Parameters)
        {
            var expected = new T[parameter.Count];
            var actual = new T[parameter.Count];
            parameter.CopyTo<T>(processor.Gradients, expected);
            parameter.CopyTo<T>(device.Gradients, actual);
            Agreement.Check($"{name}: gradient of {parameter.Name}", expected, actual, 2 * DeviceTolerance * Magnification);
        }
    }

    public override void DeviceTrainsAsProcessor()
    {
        if (!Info.LastStepOnly && Info.OutputSteps(13) == 0)
        {
            return;
        }

        int[] lengths = Info.Loss.Kind == LossKind.Ctc ? [7, 4, 13, 2, 9] : [7, 1, 13, 0, 9];
        var batch = new TestBatch<T, TInput, TTarget>(Name + ".trained", Info, lengths);
        using SequenceRun<T, TInput, TTarget> processor = _model.NewRun(lengths.Length, 13, 1);
        double[] expected = Train(null), actual = Train(CudaDevice.Default);
        Agreement.Check($"{Name}: losses of training", expected, actual, 50 * DeviceTolerance * Magnification);

        double[] Train(ISequenceDevice? where)
        {
            TModel model = TModel.Create(seed: 1);
            _model.Parameters.CopyTo(model.Parameters);
            using SequenceRun<T, TInput, TTarget> run = model.NewRun(lengths.Length, 13, 1, device: where);
            var rule = new Sgd(0.05, momentum: 0.5);
            var losses = new double[20];
            for (int step = 0; step < losses.Length; step++)
            {
                losses[step] = double.CreateChecked(run.Forward(batch.Sequence, training: true));
                run.Backward();
                run.Update(rule);
            }

            return losses;
        }
    }
}

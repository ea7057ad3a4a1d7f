using System.Numerics;
using FastSeq.Cells;
using FastSeq.Kernels;

namespace FastSeq.Tests.Equivalence;

/// <summary>
/// The masks that a run draws, for the reference to use the same. A mask is a function of (seed, number of the mask in the model, iteration, element): plain dropout has an element for
/// each number of all rows, which lie sorted, the longest sequence first, time step by time step; the other masks are numbered apart and have an element for each number of a
/// sequence (by its place in the caller's batch), of the flat buffer of parameters, or of the vocabulary.
/// </summary>
public static class DropoutMasks
{
    /// <summary>Gives every layer of a reference its masks for a batch; none where there is no iteration (outside training).</summary>
    public static void Give<T>(ReferenceModel<double> reference, Type model, ModelInfo info, int[] lengths, ulong seed, long? iteration)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var dropouts = new Queue<DropoutLayer<double>>(reference.Layers.OfType<DropoutLayer<double>>());
        var cells = new Queue<RecurrentLayer<double>>(reference.Recurrent);
        int[] rows = lengths;
        uint plain = 0, other = 1 << 16;
        foreach (LayerAttribute layer in ReferenceFactory.LayersOf(model))
        {
            switch (layer)
            {
                case EmbeddingAttribute { Dropout: > 0 } embedding:
                    double[] tokens = Mask(0, embedding.Vocabulary, embedding.Dropout, other++);
                    reference.Embedding!.Factor = iteration is null ? null : token => tokens[token];
                    break;
                case LastStepAttribute or MeanOverTimeAttribute or MaxOverTimeAttribute or AttentionPoolingAttribute:
                    rows = [.. lengths.Select(_ => 1)];
                    break;
                case Conv1dAttribute convolution:
                    rows = [.. rows.Select(length => new Conv1dLayer<double>("", 1, 1, convolution.KernelSize, convolution.Dilation, convolution.Stride, convolution.Padding, convolution.PaddingSize)
                        .Forward([.. Enumerable.Repeat(new double[1], length)]).Length)];
                    break;
                case DropoutAttribute { Variational: true } dropout:
                    Func<int, int, double>? ofSequence = OfSequences(dropouts.Peek().OutputSize, dropout.Probability);
                    dropouts.Dequeue().Factor = ofSequence is null ? null : (b, _, j) => ofSequence(b, j);
                    break;
                case DropoutAttribute dropout:
                    GivePlain(dropout.Probability);
                    break;
                case RecurrentLayerAttribute recurrent:
                    for (int number = 0; number < recurrent.Layers; number++)
                    {
                        GiveCell(recurrent);
                        if (recurrent.Direction == Direction.Bidirectional)
                        {
                            GiveCell(recurrent);
                        }

                        if (number < recurrent.Layers - 1)
                        {
                            GivePlain(recurrent.Dropout);
                        }
                    }

                    break;
            }
        }

        void GivePlain(float probability)
        {
            DropoutLayer<double> dropout = dropouts.Dequeue();
            dropout.Factor = null;
            if (probability > 0)
            {
                uint stream = plain++;
                if (iteration is not null)
                {
                    double[] mask = Mask(0, rows.Sum() * dropout.OutputSize, probability, stream);
                    int[] of = rows, longestFirst = [.. Enumerable.Range(0, lengths.Length).OrderByDescending(b => lengths[b])];
                    dropout.Factor = (b, t, j) =>
                    {
                        int row = longestFirst.TakeWhile(before => before != b).Count(before => of[before] > t) + of.Sum(length => Math.Min(length, t));
                        return mask[(row * dropout.OutputSize) + j];
                    };
                }
            }
        }

        void GiveCell(RecurrentLayerAttribute recurrent)
        {
            RecurrentLayer<double> layer = cells.Dequeue();
            ReferenceCell<double> cell = layer.Cell;
            layer.Masks = new RecurrentMasks<double>
            {
                Input = OfSequences(cell.InputSize, recurrent.InputDropout),
                Hidden = OfSequences(cell.OutputSize, recurrent.RecurrentDropout),
            };
            if (recurrent.WeightDrop > 0)
            {
                double[] flat = Mask(0, info.BufferLength, recurrent.WeightDrop, other++);
                ParameterInfo weight = info.Parameter(cell.WeightHh.Name);
                cell.WeightHh.Factor = iteration is null ? null : index => flat[weight.IndexOf(index / cell.WeightHh.Columns, index % cell.WeightHh.Columns)];
            }

            layer.Masks = layer.Masks with
            {
                KeepsH = OfSteps(cell.HiddenSize, recurrent.Zoneout),
                KeepsC = OfSteps(cell.HiddenSize, (recurrent as LstmAttribute)?.CellZoneout ?? 0),
            };
        }

        Func<int, int, double>? OfSequences(int size, float probability)
        {
            if (probability == 0)
            {
                return null;
            }

            double[] masks = Mask(0, lengths.Length * size, probability, other++);
            return iteration is null ? null : (b, j) => masks[(b * size) + j];
        }

        Func<int, int, int, bool>? OfSteps(int size, float probability)
        {
            if (probability == 0)
            {
                return null;
            }

            uint stream = other++;
            double[][] masks = [.. Enumerable.Range(0, rows.Max()).Select(t => Mask(t, lengths.Length * size, probability, stream))];
            return iteration is null ? null : (b, t, j) => masks[t][(b * size) + j] == 0;
        }

        double[] Mask(int timeStep, int length, float probability, uint stream)
        {
            var ones = new T[length];
            Array.Fill(ones, T.One);
            DropoutMask.Apply<T>(seed, stream, (ulong)(iteration ?? 0) ^ ((ulong)timeStep << 40), 0, ones, ones, probability);
            return [.. ones.Select(double.CreateChecked)];
        }
    }
}

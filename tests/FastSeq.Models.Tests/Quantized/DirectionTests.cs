using Xunit;

namespace FastSeq.Tests.Quantized
{
    /// <summary>A bidirectional layer of quantised weights is two layers of one direction, the second on reversed sequences: to the last bit.</summary>
    [Trait("Run", "EveryInstructionSet")]
    public sealed class DirectionTests
    {
        private static readonly int[] Lengths = [4, 0, 1, 9, 3, 1];

        [Fact]
        public void Bidirectional_HasTheBitsOfBothDirections()
        {
            int features = Directions.Both.InputSize, units = Directions.One.OutputSize;
            var flat = new float[Directions.Both.ModelInfo.BufferLength];
            float[] forward = new float[Directions.One.ModelInfo.BufferLength], reverse = new float[forward.Length];
            foreach (ParameterInfo parameter in Directions.Both.ModelInfo.Parameters)
            {
                float[] values = Oracles.VectorNumbers.Numbers<float>("both." + parameter.Name, (int)parameter.Count, 0.25);
                parameter.CopyFrom<float>(values, flat);
                string name = parameter.Name.Replace("_reverse", "", StringComparison.Ordinal);
                Directions.One.ModelInfo.Parameter(name).CopyFrom<float>(values, name == parameter.Name ? forward : reverse);
            }

            float[] x = Oracles.VectorNumbers.Numbers<float>("both.x", Lengths.Sum() * features, 1), y = new float[Lengths.Sum() * 2 * units];
            using Directions.Both.Run run = Directions.Both.FromParameters(flat).CreateRun(Lengths.Length, 9, threads: 2);
            run.Predict(x, Lengths, y);

            float[] f = Predict(forward, x), r = Turned(Predict(reverse, Turned(x, features)), units);
            float[] expected = [.. f.Chunk(units).Zip(r.Chunk(units), (a, b) => (float[])[.. a, .. b]).SelectMany(row => row)];
            Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), y.Select(BitConverter.SingleToInt32Bits));
        }

        private static float[] Predict(float[] parameters, float[] x)
        {
            var y = new float[Lengths.Sum() * Directions.One.OutputSize];
            using Directions.One.Run run = Directions.One.FromParameters(parameters).CreateRun(Lengths.Length, 9);
            run.Predict(x, Lengths, y);
            return y;
        }

        /// <summary>Each sequence from its end to its beginning.</summary>
        private static float[] Turned(float[] rows, int size)
        {
            float[][] all = [.. rows.Chunk(size)];
            int start = 0;
            return [.. Lengths.SelectMany(length => all[start..(start += length)].Reverse()).SelectMany(row => row)];
        }
    }
}

namespace FastSeq.Tests.Quantized.Directions
{
    [SequenceModel(Weights = WeightFormat.Int8)]
    [Input(9)]
    [Gru(20, Direction = Direction.Bidirectional)]
    [MeanSquaredError]
    public sealed partial class Both;

    [SequenceModel(Weights = WeightFormat.Int8)]
    [Input(9)]
    [Gru(20)]
    [MeanSquaredError]
    public sealed partial class One;
}

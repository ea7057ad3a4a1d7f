using Xunit;

namespace FastSeq.Tests.Quantized;

/// <summary>Sums that are looked up, and those that are computed once for each different token of a batch, have the bits of those that a step computes.</summary>
[Trait("Run", "EveryInstructionSet")]
public sealed class TokenTableTests
{
    [Fact]
    public void Table_HasTheBitsOfTheProduct()
    {
        Check<FewTokensBFloat16, ManyTokensBFloat16>();
        Check<FewTokensInt8, ManyTokensInt8>();
    }

    private static void Check<TFew, TMany>()
        where TFew : class, IQuantizedModel<TFew, int>
        where TMany : class, IQuantizedModel<TMany, int>
    {
        int few = TFew.ModelInfo.Vocabulary;
        float[] fewParameters = new float[TFew.ModelInfo.BufferLength], manyParameters = new float[TMany.ModelInfo.BufferLength];
        foreach ((ParameterInfo of, ParameterInfo other) in TMany.ModelInfo.Parameters.Zip(TFew.ModelInfo.Parameters))
        {
            float[] values = Oracles.VectorNumbers.Numbers<float>(of.Name, (int)of.Count, 0.5);
            of.CopyFrom<float>(values, manyParameters);
            other.CopyFrom<float>(values.AsSpan(0, (int)other.Count), fewParameters);
        }

        int[] tokens = Oracles.VectorNumbers.Integers("tokens", 1_000, few);
        TMany many = TMany.FromParameters(manyParameters);
        float[] expected = Predict(TFew.FromParameters(fewParameters).NewRun(21, 50, 1), tokens, TFew.ModelInfo.OutputSize);
        foreach (int threads in new[] { 1, 2, 3 })
        {
            Assert.Equal(expected, Predict(many.NewRun(21, 50, threads), tokens, TMany.ModelInfo.OutputSize));
        }
    }

    private static float[] Predict(PredictionRun<float, int> run, int[] tokens, int size)
    {
        using (run)
        {
            // A batch with few different tokens, one without, and the first again.
            var outputs = new float[tokens.Length * size];
            int[] lengths = [13, .. Enumerable.Repeat(50, 19), 37];
            run.Predict(tokens, lengths, outputs);
            float[] first = [.. outputs];
            run.Predict(tokens[..3], outputs.AsSpan(0, 3 * size));
            run.Predict(tokens, lengths, outputs);
            Assert.Equal(first, outputs);
            return outputs;
        }
    }
}

using Xunit;

namespace FastSeq.Tests.Quantized;

/// <summary>Sums that are looked up have the bits of those that are computed.</summary>
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

        int[] tokens = Oracles.VectorNumbers.Integers("tokens", 60, few);
        Assert.Equal(
            Predict(TMany.FromParameters(manyParameters).NewRun(2, 50, 1), tokens, TMany.ModelInfo.OutputSize),
            Predict(TFew.FromParameters(fewParameters).NewRun(2, 50, 1), tokens, TFew.ModelInfo.OutputSize));
    }

    private static float[] Predict(PredictionRun<float, int> run, int[] tokens, int size)
    {
        using (run)
        {
            var outputs = new float[tokens.Length * size];
            run.Predict(tokens, [13, 47], outputs);
            return outputs;
        }
    }
}

using FastSeq.Tests.Equivalence;
using FastSeq.Tests.Oracles;
using Xunit;

namespace FastSeq.Tests.Quantized;

/// <summary>
/// The error of quantised weights does not add up along a stream, where the network itself does not amplify differences. (One that does, such as these layers with random
/// weights and a forget bias of 4, ends as far from itself with one weight changed by 1e-5: docs/weight-formats.md.)
/// </summary>
public sealed class DriftTests(ITestOutputHelper output)
{
    private const int Steps = 10_000, BlockSteps = 1000;

    [Fact]
    public void LstmInBFloat16_DoesNotDrift() => Check<LstmStream, LstmStreamBFloat16>(mostError: 0.004);

    [Fact]
    public void LstmInInt8_DoesNotDrift() => Check<LstmStream, LstmStreamInt8>(mostError: 0.03);

    [Fact]
    public void GruInBFloat16_DoesNotDrift() => Check<GruStream, GruStreamBFloat16>(mostError: 0.004);

    [Fact]
    public void GruInInt8_DoesNotDrift() => Check<GruStream, GruStreamInt8>(mostError: 0.03);

    /// <summary>The errors of the outputs in blocks of steps, relative to the spread of the outputs.</summary>
    private void Check<TFloat, TPacked>(double mostError)
        where TFloat : class, ISequenceModel<TFloat, float, float, float>
        where TPacked : class, IQuantizedModel<TPacked, float>
    {
        TFloat model = TFloat.Create(seed: 3);
        TPacked packed = TPacked.FromParameters(model.Parameters);
        int inputs = TFloat.ModelInfo.InputSize, outputs = TFloat.ModelInfo.OutputSize;
        float[] stream = VectorNumbers.Numbers<float>("drift", Steps * inputs, 1);
        float[] expected = Run(Stepper<TFloat, float, float>.Make(), model), actual = Run(Stepper<TPacked, float, float>.Make(), packed);

        // Behind the first steps, in which the state fills.
        double mean = expected.Skip(BlockSteps * outputs).Average();
        double spread = Math.Sqrt(expected.Skip(BlockSteps * outputs).Average(y => (y - mean) * (y - mean)));
        double[] errors = [.. Enumerable.Range(0, Steps / BlockSteps).Select(block =>
            Math.Sqrt(Enumerable.Range(block * BlockSteps * outputs, BlockSteps * outputs).Average(i => Math.Pow(expected[i] - actual[i], 2))) / spread)];
        output.WriteLine($"{typeof(TPacked).Name}: error / spread of the outputs, by blocks of {BlockSteps}: {string.Join(" ", errors.Select(e => e.ToString("0.00000", null)))}");
        Assert.All(errors, error => Assert.InRange(error, 1e-6, mostError));
        Assert.True(errors[5..].Average() <= 1.1 * errors[1..5].Average(), "The second half of the stream is worse than the first.");
        Assert.True(errors.Max() <= 1.25 * errors[1..].Average(), "One block is worse than the others.");

        float[] Run<TModel>(Stepper<TModel, float, float> stepper, TModel model)
        {
            var all = new float[Steps * outputs];
            for (int t = 0; t < Steps; t++)
            {
                stepper.Step(model, stream.AsSpan(t * inputs, inputs), all.AsSpan(t * outputs, outputs));
            }

            return all;
        }
    }
}

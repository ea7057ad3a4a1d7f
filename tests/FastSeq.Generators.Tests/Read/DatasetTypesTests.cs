using FastSeq.Generators.Tests.Support;

namespace FastSeq.Generators.Tests.Read;

/// <summary>A declaration decides which datasets its model learns from, and the compiler holds the user to it.</summary>
public class DatasetTypesTests
{
    [Theory]
    [InlineData("[Embedding(10, 4)] [Gru(3)] [LastStep] [Linear(2)] [CrossEntropy]", "", "int, int", "float, int")]
    [InlineData("[Input(2)] [Gru(3)] [Linear(2)] [CrossEntropy]", "", "float, int", "float, float")]
    [InlineData("[Embedding(10, 4)] [Gru(3)] [Linear(2)] [MeanSquaredError]", "", "int, float", "int, int")]
    [InlineData("[Input(2)] [Gru(3)] [Linear(2)] [MeanSquaredError]", "", "float, float", "double, double")]
    [InlineData("[Input(2)] [Gru(3)] [Linear(2)] [MeanSquaredError]", "(Precision = Precision.Double)", "double, double", "float, float")]
    public void Fit_TakesDatasetsOfTheModelsTypesOnly(string layers, string options, string types, string wrong)
    {
        foreach (string other in new[] { types, wrong })
        {
            GeneratorOutcome outcome = Harness.Run(
                $"using FastSeq;\n[SequenceModel{options}]\n{layers}\npublic sealed partial class Model;\n",
                $$"""
                using FastSeq;
                static class Training
                {
                    public static void Run(Trainer<Model> trainer, SequenceDataset<{{other}}> data)
                    {
                        foreach (EpochReport epoch in trainer.Fit(data, null, epochs: 3)) System.Console.WriteLine(epoch);
                    }
                }
                """);
            if (other == types)
            {
                outcome.AssertClean();
            }
            else
            {
                string error = Assert.Single(outcome.CompileErrors);
                Assert.Contains("'Model'", error);
                Assert.Contains($"FastSeq.ISequenceLearner<{other}>", error);
            }
        }
    }
}

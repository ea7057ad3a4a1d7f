using System.Text.RegularExpressions;
using FastSeq.Generators.Tests.Support;

namespace FastSeq.Generators.Tests.House;

/// <summary>The README's code compiles as it stands: declarations first, then its statements one block after the other in one method.</summary>
public sealed partial class ReadmeTests
{
    private const string Around = """
        using System;
        using System.Collections.Generic;
        using System.Numerics.Tensors;
        using FastSeq;

        public sealed class Sample
        {
            public float[] Features { get; } = new float[5];
        }

        public static class Readme
        {
            public static void Run(
                SequenceDataset<float, float> training, SequenceDataset<float, float> validation, ReadOnlySpan<float> window, ReadOnlySpan<float> windows,
                ReadOnlySpan<int> lengths, Span<float> forecasts, ReadOnlyTensorSpan<float> padded, TensorSpan<float> table, IEnumerable<Sample> feed,
                ReadOnlySpan<float> features,
                SequenceBatch<float, float> batch, Optimizer optimizer)
            {
        //statements
            }
        }
        """;

    [Fact]
    public void CodeBlocks_Compile()
    {
        string[] blocks = Blocks();
        Assert.True(blocks.Length >= 5, "The README has code blocks to declare, train, keep, run and bring your own loop.");
        string statements = string.Join("\n", blocks.Skip(1));
        Harness.Run(blocks[0], Around.Replace("//statements", statements, StringComparison.Ordinal)).AssertClean();
    }

    [Fact]
    public void WrongCode_IsSeen()
    {
        string statements = string.Join("\n", Blocks().Skip(1)).Replace("run.Backward();", "run.Backwards();", StringComparison.Ordinal);
        Assert.NotEmpty(Harness.Run(Blocks()[0], Around.Replace("//statements", statements, StringComparison.Ordinal)).CompileErrors);
    }

    private static string[] Blocks() =>
        CodeBlock().Matches(File.ReadAllText(Repository.PathOf("README.md"))).Select(m => m.Groups[1].Value).ToArray();

    [GeneratedRegex("^```csharp\\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}

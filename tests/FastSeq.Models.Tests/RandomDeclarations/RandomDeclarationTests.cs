using System.Reflection;
using CsCheck;
using FastSeq.Tests.Equivalence;
using Xunit;

namespace FastSeq.Tests.RandomDeclarations;

/// <summary>Declarations that nobody wrote: generate, compile, run, compare with the reference.</summary>
/// <remarks>
/// Nobody chose their layers and weights either, and some magnify roundings: an unbounded activation fed back for 13 time steps, a normalisation of nearly equal numbers. So float is held to 1e-3 and
/// double to 1e-10 of the scale of a tensor, where a wrong term makes a tenth or more; declared models are held to 1e-5 and 1e-13.
/// </remarks>
public sealed class RandomDeclarationTests
{
    /// <summary>How many are compiled together, and how often.</summary>
    private const int Together = 8, Times = 4;

    [Fact]
    public void RandomModels_MatchReference()
        => DeclarationGen.Model.Array[1, Together].Sample(
            models =>
            {
                Assembly assembly = ModelCompiler.Compile(Source(models));
                for (int i = 0; i < models.Length; i++)
                {
                    ModelCheck check = ModelCheck.Of(assembly.GetType($"Random.Model{i}", throwOnError: true)!);
                    check.Magnification = models[i].IsDouble ? 1000 : 100;
                    check.ParametersFillTheBufferOnce();
                    if (check.Streams)
                    {
                        check.StepMatchesReference();
                        check.StepManyMatchesStep();
                    }

                    check.PredictMatchesReferenceAndStep();
                    check.LayoutsDoNotChangeABit();
                    check.StatesMatchReference();
                    check.ForwardAndBackwardMatchReference();
                    check.ThreadsDoNotChangeABit();
                    check.TrainersAgree();
                    if (models[i].IsDouble && DeclarationGen.IsSmooth(models[i].Attributes))
                    {
                        check.GradientsMatchCentralDifferences();
                    }
                }
            },
            iter: Times,
            threads: 1,
            print: Source);

    /// <summary>That the rules allow what is drawn: many more than are compiled above.</summary>
    [Fact]
    public void Drawn_IsAllowed()
        => DeclarationGen.Model.Array[20].Sample(models => Assert.Empty(ModelCompiler.Generate(Source(models), out _)), iter: 15, threads: 1, print: Source);

    /// <summary>That every option of every layer and loss is drawn, so that none is left out of the above when there are new ones.</summary>
    [Fact]
    public void EveryOption_IsDrawn()
    {
        string[] options =
        [
            .. typeof(LayerAttribute).Assembly.GetTypes()
                .Where(type => !type.IsAbstract && (type.IsSubclassOf(typeof(LayerAttribute)) || type.IsSubclassOf(typeof(LossAttribute))))
                .SelectMany(type =>
                {
                    string kind = $"[{type.Name.Replace("Attribute", "", StringComparison.Ordinal)}";
                    return type.GetProperties().Where(property => property.CanWrite && property.Name != nameof(LayerAttribute.Name)).Select(property => $"{kind}({property.Name}").Prepend(kind);
                }),
        ];
        var drawn = new HashSet<string>();
        DeclarationGen.Model.Sample(
            model =>
            {
                foreach (string layer in model.Attributes.Split(']', StringSplitOptions.RemoveEmptyEntries))
                {
                    string kind = layer.Split('(')[0];
                    drawn.Add(kind);
                    drawn.UnionWith(layer.Split([',', '('], StringSplitOptions.TrimEntries).Where(part => part.Contains(" = ", StringComparison.Ordinal)).Select(part => $"{kind}({part.Split(' ')[0]}"));
                }
            },
            iter: 20_000,
            threads: 1);
        Assert.Empty(options.Except(drawn).Order());
    }

    private static string Source((string Attributes, bool IsDouble)[] models)
        => "using FastSeq;\nnamespace Random;\n" + string.Concat(models.Select((model, i) =>
            $"[SequenceModel{(model.IsDouble ? "(Precision = Precision.Double)" : "")}]{model.Attributes}\npublic sealed partial class Model{i};\n"));
}

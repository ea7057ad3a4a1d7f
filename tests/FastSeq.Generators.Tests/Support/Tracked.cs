using System.Collections.Immutable;
using FastSeq.Generators.Specs;
using Microsoft.CodeAnalysis;

namespace FastSeq.Generators.Tests.Support;

/// <summary>What passed between the stages of a run.</summary>
internal static class Tracked
{
    /// <summary>The values that a stage put out in the last run, each with the reason why.</summary>
    public static (object Value, IncrementalStepRunReason Reason)[] Outputs(GeneratorDriver driver, string stage)
    {
        ImmutableDictionary<string, ImmutableArray<IncrementalGeneratorRunStep>> steps = driver.GetRunResult().Results[0].TrackedSteps;
        return steps.TryGetValue(stage, out ImmutableArray<IncrementalGeneratorRunStep> runs) ? runs.SelectMany(run => run.Outputs).ToArray() : [];
    }

    /// <summary>The specs of the valid models in some sources, by the names of their classes.</summary>
    public static Dictionary<string, ModelSpec> Specs(params string[] sources)
    {
        GeneratorDriver driver = Harness.Driver().RunGenerators(Harness.Compile(sources), TestContext.Current.CancellationToken);
        return Outputs(driver, StageNames.Spec).Select(output => (ModelSpec)output.Value).ToDictionary(spec => spec.Name);
    }
}

using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>What a run does between two waits of its threads.</summary>
/// <param name="Title">For readers.</param>
/// <param name="Level">The level of its layers: what they mean by time steps and rows.</param>
/// <param name="IsForward">Whether it goes forward through time.</param>
internal sealed record RunPhase(string Title, int Level, bool IsForward)
{
    /// <summary>Its calls, divided by <c>part</c>.</summary>
    public IReadOnlyList<string> Calls { get; init; } = [];

    /// <summary>Or its calls through time, each with the end of the name of the method that takes a block through them.</summary>
    public IReadOnlyList<(string Name, List<PhaseCall> Calls)> Stretches { get; init; } = [];
}

/// <summary>Models of which some layers have another number of time steps than the input: their layers stand at levels, and a phase has layers of one level.</summary>
internal static class RunLevels
{
    /// <summary>The override that tells the levels of phases; none where all are at level 0.</summary>
    public static void WriteLevelOf(IReadOnlyList<int> levels, SourceWriter writer)
    {
        if (levels.All(level => level == 0))
        {
            return;
        }

        string cases = string.Join(", ", levels.Select((level, phase) => (level, phase)).Where(phase => phase.level > 0).Select(phase => $"{phase.phase} => {phase.level}"));
        writer.WriteLines($$"""
            /// <inheritdoc/>
            protected override int LevelOf(int phase) => phase switch { {{cases}}, _ => 0 };

            """);
    }

    /// <summary>The statements of values of the state, each at its level.</summary>
    public static IEnumerable<string> AtLevels(RunContext context, IEnumerable<(int Level, string Statement)> statements)
    {
        int current = -1;
        foreach ((int level, string statement) in statements)
        {
            if (context.HasLevels && level != current)
            {
                yield return $"UseLevel({level});";
                current = level;
            }

            yield return statement;
        }
    }
}

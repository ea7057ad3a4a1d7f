using System;
using System.Collections.Generic;
using System.Linq;

namespace FastSeq.Generators.Emit;

/// <summary>A register's worth of a panel's units.</summary>
/// <param name="Lane">The width of the register.</param>
/// <param name="Start">The first unit within the panel, as text: a number, or a sum with the loop variable <c>u</c>.</param>
/// <param name="Count">The units that count; the register's other numbers are dropped.</param>
/// <param name="Suffix">Tells the registers of one pass apart.</param>
/// <param name="Limit">How many units count, as text, where that is known at run time only.</param>
internal sealed record Segment(Lane Lane, string Start, int Count, string Suffix, string? Limit = null)
{
    /// <summary>A statement that stores the units that count and touches nothing behind them.</summary>
    public string Store(string value, string reference, string index) =>
        Limit is null ? Lane.Store(value, reference, index, Count) : $"Lanes.Store({value}, {Lane.Ref(reference, index)}, {Limit});";
}

/// <summary>Registers that are worked on together, once or in a loop over units.</summary>
/// <param name="LoopEnd">The end of the loop over <c>u</c>; 0 for no loop.</param>
/// <param name="LoopStep">The step of that loop.</param>
/// <param name="Segments">The registers.</param>
internal sealed record Pass(int LoopEnd, int LoopStep, IReadOnlyList<Segment> Segments)
{
    /// <summary>
    /// Divides the units of a panel: full registers in passes of as many as <paramref name="together"/> allows, then the rest in the narrowest register that holds it.
    /// </summary>
    public static IReadOnlyList<Pass> Over(int units, Lane lane, int together)
    {
        var passes = new List<Pass>();
        int full = units / lane.Count, rest = units % lane.Count, restStart = full * lane.Count;
        Segment? narrow = rest > 0 ? new Segment(lane.Holding(rest), restStart.ToString(), rest, full <= together ? full.ToString() : "0") : null;
        if (full + (rest > 0 ? 1 : 0) <= together)
        {
            var all = new List<Segment>();
            for (int index = 0; index < full; index++)
            {
                all.Add(new Segment(lane, (index * lane.Count).ToString(), lane.Count, index.ToString()));
            }

            if (narrow is not null)
            {
                all.Add(narrow);
            }

            return [new Pass(0, 0, Numbered(all))];
        }

        int group = Enumerable.Range(1, Math.Min(full, together)).LastOrDefault(g => full % g == 0);
        if (full > 0)
        {
            var segments = new List<Segment>();
            for (int index = 0; index < group; index++)
            {
                segments.Add(new Segment(lane, Lane.Sum("u", (index * lane.Count).ToString()), lane.Count, index.ToString()));
            }

            passes.Add(full == group
                ? new Pass(0, 0, Numbered(segments, fixedStart: true))
                : new Pass(restStart, group * lane.Count, Numbered(segments)));
        }

        if (narrow is not null)
        {
            passes.Add(new Pass(0, 0, Numbered([narrow])));
        }

        return passes;
    }

    /// <summary>A single register needs no number in its name.</summary>
    private static IReadOnlyList<Segment> Numbered(List<Segment> segments, bool fixedStart = false)
    {
        for (int index = 0; index < segments.Count; index++)
        {
            Segment segment = segments[index];
            string start = fixedStart ? (index * segment.Lane.Count).ToString() : segment.Start;
            segments[index] = segment with { Start = start, Suffix = segments.Count == 1 ? "" : index.ToString() };
        }

        return segments;
    }
}

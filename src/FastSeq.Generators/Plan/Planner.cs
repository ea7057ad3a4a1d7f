using FastSeq.Generators.Specs;

namespace FastSeq.Generators.Plan;

/// <summary>Decides every number of the emitted text.</summary>
internal static class Planner
{
    public static EmitPlan Plan(ModelSpec model) => new(model);
}

using FastSeq.Generators.Specs;

namespace FastSeq.Generators.Plan;

/// <summary>Everything that emission needs to know.</summary>
internal sealed record EmitPlan(ModelSpec Model);

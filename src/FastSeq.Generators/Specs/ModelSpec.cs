using FastSeq.Generators.Support;

namespace FastSeq.Generators.Specs;

/// <summary>A valid declaration, as read: every rule of the declaration holds for it.</summary>
/// <param name="Hierarchy">Where the class stands.</param>
/// <param name="IsDouble">Whether the model computes in double.</param>
/// <param name="Layers">The layers in source order: the first an <see cref="InputSpec"/> or <see cref="EmbeddingSpec"/>, and at least one <see cref="RecurrentSpec"/>.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Weights">How the weights are kept.</param>
internal sealed record ModelSpec(HierarchyInfo Hierarchy, bool IsDouble, EquatableArray<LayerSpec> Layers, LossSpec Loss, WeightFormat Weights)
{
    public string Name => Hierarchy.Name;

    public string Namespace => Hierarchy.Namespace;

    public string HintName => Hierarchy.HintName;

    /// <summary>Whether the weights are kept in fewer bits than they were trained in, so that the model is for inference only.</summary>
    public bool IsQuantized => Weights != WeightFormat.Float32;

    /// <summary>The keyword of the number type.</summary>
    public string NumberType => IsDouble ? "double" : "float";
}

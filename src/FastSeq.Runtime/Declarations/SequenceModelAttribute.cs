namespace FastSeq;

/// <summary>Declares a sequence model on a <c>partial class</c>: the attributes below it are its layers, in source order, and its loss.</summary>
/// <remarks>
/// The source generator reads the declaration and writes the rest of the class: parameters, <c>Step</c>, <c>CreateRun</c>, <c>Save</c> and <c>Load</c>.
/// The first layer is <see cref="InputAttribute"/> or <see cref="EmbeddingAttribute"/>; the last attribute is the loss.
/// </remarks>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SequenceModelAttribute : Attribute
{
    /// <summary>The number type of parameters, states, inputs and outputs. The default is <see cref="FastSeq.Precision.Single"/>.</summary>
    public Precision Precision { get; set; } = Precision.Single;

    /// <summary>
    /// How the model keeps its weights. The default is <see cref="WeightFormat.Float32"/>; a model in another format takes the weights of the same layers in float32, packs
    /// them when it is loaded, and is for inference only.
    /// </summary>
    public WeightFormat Weights { get; set; } = WeightFormat.Float32;
}

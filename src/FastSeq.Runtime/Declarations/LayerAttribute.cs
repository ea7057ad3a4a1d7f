namespace FastSeq;

/// <summary>A layer of a <see cref="SequenceModelAttribute"/> declaration. Layers are read in source order.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public abstract class LayerAttribute : Attribute
{
    private protected LayerAttribute()
    {
    }

    /// <summary>
    /// The name of the layer, which begins the names of its parameters in checkpoints: <c>[Linear(5, Name = "fc")]</c> has <c>fc.weight</c> and <c>fc.bias</c>.
    /// The default is the kind in lower case (<c>lstm</c>, <c>linear</c>), numbered from 1 in source order where a kind occurs more than once
    /// (<c>linear1</c>, <c>linear2</c>).
    /// </summary>
    public string? Name { get; set; }
}

namespace FastSeq;

/// <summary>
/// Attention with one learned query over the time steps of each sequence: <c>s_t = weight·x_t</c>, <c>y = Σ_t softmax(s)_t·x_t</c>, with <c>weight</c> [1, size], as PyTorch's
/// <c>nn.Linear(size, 1, bias=False)</c> gives the scores (a bias would cancel); one row a sequence is left. That of an empty sequence is zero.
/// </summary>
/// <remarks>
/// The form of Yang et al. 2016 (<i>Hierarchical Attention Networks for Document Classification</i>) without its projection. <c>Step</c> gives the pooled rows so far, by the
/// softmax in one pass of Milakov and Gimelshein 2018.
/// </remarks>
public sealed class AttentionPoolingAttribute : LayerAttribute
{    /// <summary>Whether training leaves the layer's parameters as they are: PyTorch's <c>requires_grad = False</c>. The default is false.</summary>
    public bool Frozen { get; set; }
}

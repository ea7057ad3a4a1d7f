namespace FastSeq;

/// <summary>The two published forms of the gated recurrent unit.</summary>
public enum GruReset
{
    /// <summary><c>n = tanh(W·x + b_ih + r·(U·h + b_hh))</c>: PyTorch, cuDNN, Keras with <c>reset_after=True</c>, ONNX with <c>linear_before_reset=1</c>.</summary>
    AfterProduct = 0,

    /// <summary><c>n = tanh(W·x + b_ih + U·(r·h) + b_hh)</c>: the original paper (Cho et al. 2014), Keras with <c>reset_after=False</c>, ONNX with <c>linear_before_reset=0</c>.</summary>
    BeforeProduct = 1,
}

namespace FastSeq.Benchmarks.Peers.Onnx;

/// <summary>Writes an ONNX model; field numbers are those of onnx.proto.</summary>
sealed class OnnxGraph
{
    const int FloatType = 1;
    const int Int32Type = 6;
    const int Int64Type = 7;
    readonly ProtobufWriter _graph = new ProtobufWriter().Text(2, "network");

    public string Node(string operation, string[] inputs, string[] outputs, params (string Name, object Value)[] attributes)
    {
        var node = new ProtobufWriter();
        foreach (string input in inputs)
            node.Text(1, input);
        foreach (string output in outputs)
            node.Text(2, output);
        node.Text(4, operation);
        foreach ((string name, object value) in attributes)
            node.Message(5, Attribute(name, value));
        _graph.Message(1, node);
        return outputs[0];
    }

    public string Constant(string name, ReadOnlySpan<float> values, params ReadOnlySpan<int> shape)
    {
        _graph.Message(5, Tensor(name, FloatType, shape).Floats(9, values));
        return name;
    }

    public string Constant(string name, params ReadOnlySpan<long> values)
    {
        _graph.Message(5, Tensor(name, Int64Type, [values.Length]).Integers(9, values));
        return name;
    }

    public string Input(string name, bool tokens, params ReadOnlySpan<int> shape) => Value(11, name, tokens ? Int64Type : FloatType, shape);

    /// <summary>The lengths of the sequences of a batch, an input.</summary>
    public string Lengths(string name, int batch) => Value(11, name, Int32Type, [batch]);

    public string Output(string name, params ReadOnlySpan<int> shape) => Value(12, name, FloatType, shape);

    public byte[] ToModel() => new ProtobufWriter()
        .Integer(1, 8) // IR version
        .Message(8, new ProtobufWriter().Text(1, "").Integer(2, 14)) // operator set
        .Message(7, _graph)
        .ToArray();

    static ProtobufWriter Attribute(string name, object value)
    {
        ProtobufWriter attribute = new ProtobufWriter().Text(1, name);
        return value switch
        {
            int number => attribute.Integer(3, number).Integer(20, 2),
            string text => attribute.Text(4, text).Integer(20, 3),
            float number => attribute.Float(2, number).Integer(20, 1),
            float[] numbers => attribute.Floats(7, numbers).Integer(20, 6),
            string[] texts => texts.Aggregate(attribute, (written, text) => written.Text(9, text)).Integer(20, 8),
            _ => throw new ArgumentException($"attribute of type {value.GetType()}", nameof(value)),
        };
    }

    static ProtobufWriter Tensor(string name, int type, ReadOnlySpan<int> shape)
    {
        var tensor = new ProtobufWriter();
        foreach (int size in shape)
            tensor.Integer(1, size);
        return tensor.Integer(2, type).Text(8, name);
    }

    string Value(int field, string name, int type, ReadOnlySpan<int> shape)
    {
        var dimensions = new ProtobufWriter();
        foreach (int size in shape)
            dimensions.Message(1, new ProtobufWriter().Integer(1, size));
        ProtobufWriter tensorType = new ProtobufWriter().Integer(1, type).Message(2, dimensions);
        _graph.Message(field, new ProtobufWriter().Text(1, name).Message(2, new ProtobufWriter().Message(1, tensorType)));
        return name;
    }
}

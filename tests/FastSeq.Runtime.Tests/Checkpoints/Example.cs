namespace FastSeq.Tests.Checkpoints;

/// <summary>A small model table with every kind of layout, and numbers to fill it.</summary>
static class Example
{
    public static ModelInfo Model { get; } = new()
    {
        Name = "Example",
        InputSize = 3,
        OutputSize = 2,
        LastStepOnly = true,
        Loss = new MeanSquaredErrorLoss(),
        BufferLength = 320,
        Parameters =
        [
            new ParameterInfo("lstm.weight_ih_l0", [20, 3], ParameterLayout.Panels(5, 3, 4, Gates(0, 4))),
            new ParameterInfo("lstm.weight_hh_l0", [20, 5], ParameterLayout.Panels(5, 5, 4, Gates(64, 4))),
            new ParameterInfo("lstm.bias_ih_l0", [20], ParameterLayout.Panels(5, 1, 4, Gates(176, 4))),
            new ParameterInfo("lstm.bias_hh_l0", [20], ParameterLayout.Panels(5, 1, 4, Gates(208, 4))),
            new ParameterInfo("linear.weight", [2, 5], ParameterLayout.Panels(2, 5, 64, new GateRegion(240, 1, 0))),
            new ParameterInfo("linear.bias", [2], ParameterLayout.Plain(256, 2, 1)),
            new ParameterInfo("embedding.weight", [7, 6], ParameterLayout.Plain(272, 7, 6)),
        ],
    };

    static GateRegion[] Gates(int offset, int count) => [.. Enumerable.Range(0, count).Select(g => new GateRegion(offset, count, g))];

    public static T[] Numbers<T>()
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var flat = new T[Model.BufferLength];
        var random = new Random(5);
        foreach (ParameterInfo parameter in Model.Parameters)
        {
            T[] logical = [.. Enumerable.Range(0, (int)parameter.Count).Select(_ => T.CreateChecked(random.NextDouble() * 2 - 1))];
            parameter.CopyFrom<T>(logical, flat);
        }

        return flat;
    }

    public static byte[] File<T>(T[]? flat = null)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write<T>(stream, Model, flat ?? Numbers<T>());
        return stream.ToArray();
    }

    /// <summary>A file with a header of one's own.</summary>
    public static byte[] File(string header, int dataLength)
    {
        byte[] json = System.Text.Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((long)json.Length), .. json, .. new byte[dataLength]];
    }
}

using System.Numerics;

namespace FastSeq;

/// <summary>
/// Writes and reads the states of streams, so that they go on in another process: a safetensors file with a tensor [streams, size] for each value of the state, named as in
/// <see cref="ModelInfo.States"/>. Models have <c>SaveStates</c> and <c>LoadStates</c>, which call it.
/// </summary>
public static class StateFile
{
    /// <summary>Writes states; to a temporary file beside it first, which then takes its place.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="model">The facts of the model.</param>
    /// <param name="states">The states, at least one.</param>
    /// <param name="stride">The numbers from one state to the next.</param>
    /// <exception cref="ArgumentException">There is no state.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder of the file does not exist.</exception>
    public static void Write<T>(string path, ModelInfo model, ReadOnlySpan<T> states, int stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ModelInfo table = TableOf(model, states.Length, stride);
        var flat = new T[table.BufferLength];
        int count = states.Length / stride;
        foreach ((StateInfo state, int start) in Places(model, count))
        {
            for (int i = 0; i < count; i++) states.Slice((i * stride) + state.Offset, state.Size).CopyTo(flat.AsSpan(start + (i * state.Size)));
        }

        SafetensorsWriter.Write<T>(path, table, flat);
    }

    /// <summary>Reads as many states as were written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The facts of the model.</param>
    /// <param name="states">Overwritten; where reading fails, as they were.</param>
    /// <param name="stride">The numbers from one state to the next.</param>
    /// <exception cref="CheckpointException">The file does not hold as many states of this model: the message names the tensor, what was expected and what was found.</exception>
    public static void Read<T>(string path, ModelInfo model, Span<T> states, int stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ModelInfo table = TableOf(model, states.Length, stride);
        var flat = new T[table.BufferLength];
        SafetensorsReader.Read<T>(path, table, flat);
        int count = states.Length / stride;
        foreach ((StateInfo state, int start) in Places(model, count))
        {
            for (int i = 0; i < count; i++) flat.AsSpan(start + (i * state.Size), state.Size).CopyTo(states[((i * stride) + state.Offset)..]);
        }
    }

    // What a file of states holds is described as what a file of parameters holds.
    static ModelInfo TableOf(ModelInfo model, int length, int stride)
    {
        ArgumentNullException.ThrowIfNull(model);
        int count = length / stride;
        if (count == 0 || model.States.IsEmpty) throw new ArgumentException($"There is no state of {model.Name} to save or to load.");
        return new ModelInfo
        {
            Name = $"{count} states of {model.Name}",
            InputSize = model.InputSize,
            OutputSize = model.OutputSize,
            LastStepOnly = model.LastStepOnly,
            Loss = model.Loss,
            Precision = model.Precision,
            Parameters = [.. Places(model, count).Select(place => new ParameterInfo(place.State.Name, [count, place.State.Size], ParameterLayout.Plain(place.Start, count, place.State.Size)))],
            BufferLength = checked(model.States.Sum(state => state.Size) * count),
        };
    }

    static IEnumerable<(StateInfo State, int Start)> Places(ModelInfo model, int count)
    {
        int start = 0;
        foreach (StateInfo state in model.States)
        {
            yield return (state, start);
            start = checked(start + (count * state.Size));
        }
    }
}

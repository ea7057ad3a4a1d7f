using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace FastSeq;

/// <summary>Reads a dataset once before it is trained on, so that what does not fit is said at once and by name.</summary>
static class DatasetChecker
{
    /// <summary>Throws where a dataset is not of the kind that the model takes.</summary>
    public static SequenceDataset<TInput, TTarget> CheckKind<TInput, TTarget>(SequenceDataset dataset, ModelInfo model, string role)
        where TInput : unmanaged
        where TTarget : unmanaged
    {
        if (dataset is SequenceDataset<TInput, TTarget> typed) return typed;
        string wanted = SequenceDataset.Describe(typeof(TInput), typeof(TTarget)), found = SequenceDataset.Describe(dataset.InputType, dataset.TargetType);
        string inputs = model.Vocabulary > 0 ? "tokens" : "features", targets = model.Loss == LossKind.CrossEntropy ? "class numbers" : "values";
        throw new DatasetException($"{model.Name} learns {targets} from {inputs} and takes a {wanted}; the {role} dataset is a {found}.");
    }

    /// <summary>Throws where a sequence or a target does not fit the model.</summary>
    /// <returns>The most time steps of a sequence.</returns>
    public static int CheckContent<TInput, TTarget>(SequenceDataset<TInput, TTarget> dataset, ModelInfo model, string role)
        where TInput : unmanaged
        where TTarget : unmanaged
    {
        int longest = 0;
        int targetSize = TargetSize(model);
        for (int i = 0; i < dataset.Count; i++)
        {
            int length = dataset.LengthOf(i);
            if (length < 0) throw new DatasetException($"{role} sequence {i} has a length of {length}.");
            longest = Math.Max(longest, length);
            ReadOnlySpan<TInput> input = dataset.InputOf(i);
            ReadOnlySpan<TTarget> target = dataset.TargetOf(i);
            if (input.Length != (long)length * model.InputSize)
                throw new DatasetException($"{role} sequence {i} has {input.Length} inputs; expected {(long)length * model.InputSize}, which is {length} time steps of {model.InputSize}.");
            int rows = model.LastStepOnly ? 1 : length;
            if (target.Length != (long)rows * targetSize)
                throw new DatasetException($"{role} sequence {i} has {target.Length} targets; expected {(long)rows * targetSize}, which is {(model.LastStepOnly ? "one row" : $"{length} rows, one a time step,")} of {targetSize}.");
            CheckValues(input, model.InputSize, model.Vocabulary, "token", "input", "step", role, i);
            CheckValues(target, targetSize, model.OutputSize, "class number", "target", "row", role, i);
        }

        return longest;
    }

    /// <summary>The numbers in a target row.</summary>
    public static int TargetSize(ModelInfo model) => model.Loss == LossKind.CrossEntropy ? 1 : model.OutputSize;

    static void CheckValues<TValue>(ReadOnlySpan<TValue> values, int rowSize, int bound, string integer, string number, string row, string role, int sequence)
        where TValue : unmanaged
    {
        if (typeof(TValue) == typeof(int)) CheckIntegers(MemoryMarshal.Cast<TValue, int>(values), bound, integer, row, role, sequence);
        else if (typeof(TValue) == typeof(float)) CheckFinite(MemoryMarshal.Cast<TValue, float>(values), rowSize, number, row, role, sequence);
        else CheckFinite(MemoryMarshal.Cast<TValue, double>(values), rowSize, number, row, role, sequence);
    }

    static void CheckIntegers(ReadOnlySpan<int> values, int bound, string what, string row, string role, int sequence)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if ((uint)values[i] >= (uint)bound)
                throw new DatasetException($"{role} sequence {sequence}, {row} {i}: {what} {values[i]} is not from 0 to {bound - 1}.");
        }
    }

    static void CheckFinite<TValue>(ReadOnlySpan<TValue> values, int rowSize, string what, string row, string role, int sequence)
        where TValue : unmanaged, IFloatingPointIeee754<TValue>
    {
        if (TensorPrimitives.IsFiniteAll(values)) return;
        for (int i = 0; i < values.Length; i++)
        {
            if (!TValue.IsFinite(values[i]))
                throw new DatasetException(FormattableString.Invariant($"{role} sequence {sequence}, {row} {i / rowSize}: {what} {i % rowSize} is {values[i]}; expected a finite number."));
        }
    }
}

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
        string inputs = model.Vocabulary > 0 ? "tokens" : "features", targets = model.Loss.TargetName + "s";
        throw new DatasetException($"{model.Name} learns {targets} from {inputs} and takes a {wanted}; the {role} dataset is a {found}.");
    }

    /// <summary>Throws where a sequence or a target does not fit the model.</summary>
    /// <returns>The most time steps of a sequence, or labels of one where that is more.</returns>
    public static int CheckContent<TInput, TTarget>(SequenceDataset<TInput, TTarget> dataset, ModelInfo model, string role)
        where TInput : unmanaged
        where TTarget : unmanaged
    {
        int longest = 0;
        int targetSize = model.TargetSize;
        for (int i = 0; i < dataset.Count; i++)
        {
            int length = dataset.LengthOf(i);
            if (length < 0) throw new DatasetException($"{role} sequence {i} has a length of {length}.");
            longest = Math.Max(longest, length);
            ReadOnlySpan<TInput> input = dataset.InputOf(i);
            ReadOnlySpan<TTarget> target = dataset.TargetOf(i);
            if (input.Length != (long)length * model.InputSize)
                throw new DatasetException($"{role} sequence {i} has {input.Length} inputs; expected {(long)length * model.InputSize}, which is {length} time steps of {model.InputSize}.");
            int rows = model.LastStepOnly ? 1 : model.OutputSteps(length);
            if (model.Loss.AlignsTargets) longest = Math.Max(longest, target.Length);
            else if (target.Length != (long)rows * targetSize)
                throw new DatasetException($"{role} sequence {i} has {target.Length} targets; expected {(long)rows * targetSize}, which is {(model.LastStepOnly ? "one row" : $"{rows} {(rows == 1 ? "row" : "rows")}, one a {model.OutputRowName},")} of {targetSize}.");
            CheckInputs(input, model, role, i);
            CheckTargets(target, model, role, i);
            if (model.Loss.AlignsTargets && model.Loss.Misfit(model.OutputSteps(length), MemoryMarshal.Cast<TTarget, int>(target)) is { } misfit)
                throw new DatasetException($"{role} sequence {i}: {misfit}");
        }

        return longest;
    }

    static void CheckInputs<TInput>(ReadOnlySpan<TInput> inputs, ModelInfo model, string role, int sequence)
        where TInput : unmanaged
    {
        if (typeof(TInput) == typeof(float)) CheckFeatures(MemoryMarshal.Cast<TInput, float>(inputs), model, role, sequence);
        else if (typeof(TInput) == typeof(double)) CheckFeatures(MemoryMarshal.Cast<TInput, double>(inputs), model, role, sequence);
        else
        {
            ReadOnlySpan<int> tokens = MemoryMarshal.Cast<TInput, int>(inputs);
            int step = tokens.IndexOfAnyExceptInRange(0, model.Vocabulary - 1);
            if (step >= 0) throw new DatasetException($"{role} sequence {sequence}, step {step}: token {tokens[step]} is not from 0 to {model.Vocabulary - 1}.");
        }
    }

    static void CheckFeatures<T>(ReadOnlySpan<T> features, ModelInfo model, string role, int sequence)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckFinite(features, model.InputSize, "input", "step", role, sequence);
        foreach (TokenColumn tokens in model.TokenColumns)
        {
            for (int place = tokens.Column; place < features.Length; place += model.InputSize)
            {
                if (!tokens.Holds(features[place]))
                    throw new DatasetException(FormattableString.Invariant(
                        $"{role} sequence {sequence}, step {place / model.InputSize}: column {tokens.Column} is {features[place]}; tokens are whole numbers from 0 to {tokens.Vocabulary - 1}."));
            }
        }
    }

    static void CheckTargets<TTarget>(ReadOnlySpan<TTarget> targets, ModelInfo model, string role, int sequence)
        where TTarget : unmanaged
    {
        int size = model.TargetSize, wrong;
        if (typeof(TTarget) == typeof(int))
        {
            wrong = model.Loss.IndexOfWrong(MemoryMarshal.Cast<TTarget, int>(targets), model.OutputSize);
        }
        else if (typeof(TTarget) == typeof(float))
        {
            CheckFinite(MemoryMarshal.Cast<TTarget, float>(targets), size, "target", "row", role, sequence);
            wrong = model.Loss.IndexOfWrong(MemoryMarshal.Cast<TTarget, float>(targets));
        }
        else
        {
            CheckFinite(MemoryMarshal.Cast<TTarget, double>(targets), size, "target", "row", role, sequence);
            wrong = model.Loss.IndexOfWrong(MemoryMarshal.Cast<TTarget, double>(targets));
        }

        if (wrong >= 0)
        {
            string range = model.Loss.TargetRange(model.OutputSize);
            throw new DatasetException(
                FormattableString.Invariant($"{role} sequence {sequence}, row {wrong / size}: {model.Loss.TargetName} {targets[wrong]} is not from {range}."));
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

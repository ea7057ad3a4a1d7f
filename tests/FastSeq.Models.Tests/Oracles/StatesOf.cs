using System.Numerics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace FastSeq.Tests.Oracles;

/// <summary>The states of a model whose type is known at run time, as rows of numbers in the order of <see cref="ModelInfo.States"/>.</summary>
public abstract class StatesOf<TModel, T, TInput, TTarget>
    where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    public static StatesOf<TModel, T, TInput, TTarget> Make()
        => (StatesOf<TModel, T, TInput, TTarget>)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeof(TModel), typeof(T), typeof(TInput), typeof(TTarget), typeof(TModel).GetNestedType("State")!))!;

    /// <summary>The state that sequences begin with where none is given.</summary>
    public abstract T[] Rest(TModel model);

    /// <summary>Predicts from given states, one a sequence; the result is the states after the sequences.</summary>
    public abstract T[][] Predict(SequenceRun<T, TInput, TTarget> run, TInput[] inputs, int[] lengths, T[][] states, T[] outputs);

    private sealed class Of<TState> : StatesOf<TModel, T, TInput, TTarget>
        where TState : unmanaged
    {
        private delegate void PredictMany(ReadOnlySpan<TInput> sequences, ReadOnlySpan<int> lengths, Span<TState> states, Span<T> outputs);

        public override T[] Rest(TModel model)
        {
            var rest = (TState)typeof(TModel).GetProperty("RestState")!.GetValue(model)!;
            return MemoryMarshal.Cast<TState, T>(MemoryMarshal.CreateSpan(ref rest, 1))[..TModel.ModelInfo.States.Sum(state => state.Size)].ToArray();
        }

        public override T[][] Predict(SequenceRun<T, TInput, TTarget> run, TInput[] inputs, int[] lengths, T[][] states, T[] outputs)
        {
            Type[] parameters = [.. typeof(PredictMany).GetMethod("Invoke")!.GetParameters().Select(p => p.ParameterType)];
            var predict = run.GetType().GetMethod("Predict", BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly, parameters)!.CreateDelegate<PredictMany>(run);
            var all = new TState[states.Length];
            for (int b = 0; b < states.Length; b++)
            {
                states[b].CopyTo(MemoryMarshal.Cast<TState, T>(all.AsSpan(b, 1)));
            }

            predict(inputs, lengths, all, outputs);
            return [.. states.Select((numbers, b) => MemoryMarshal.Cast<TState, T>(all.AsSpan(b, 1))[..numbers.Length].ToArray())];
        }
    }
}

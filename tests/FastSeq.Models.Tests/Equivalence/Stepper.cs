using System.Numerics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace FastSeq.Tests.Equivalence;

/// <summary>Calls a model's emitted <c>Step</c>, whose state type only the model knows.</summary>
public abstract class Stepper<TModel, T, TInput>
{
    /// <summary>Finds the model's <c>State</c> and <c>Step</c>.</summary>
    public static Stepper<TModel, T, TInput> Make()
    {
        Type state = typeof(TModel).GetNestedType("State") ?? throw new InvalidOperationException($"{typeof(TModel)} has no State.");
        if (state.IsGenericTypeDefinition)
        {
            state = state.MakeGenericType(typeof(TModel).GenericTypeArguments);
        }

        Type stepper = typeof(TInput) == typeof(int) ? typeof(TokenStepper<,,>) : typeof(FeatureStepper<,,>);
        return (Stepper<TModel, T, TInput>)Activator.CreateInstance(stepper.MakeGenericType(typeof(TModel), typeof(T), state))!;
    }

    /// <summary>Back to the state that streams of the model begin with.</summary>
    public abstract void Reset(TModel model);

    /// <summary>Remembers the state.</summary>
    public abstract void TakeSnapshot();

    /// <summary>Back to the remembered state.</summary>
    public abstract void Restore();

    /// <summary>One time step.</summary>
    public abstract void Step(TModel model, ReadOnlySpan<TInput> x, Span<T> y);

    /// <summary>The bits of the states of many streams.</summary>
    public abstract ReadOnlySpan<byte> Bits { get; }

    /// <summary>Zero states of so many streams.</summary>
    public abstract void ResetMany(int streams);

    /// <summary>One time step of one of many streams.</summary>
    public abstract void Step(TModel model, int stream, ReadOnlySpan<TInput> x, Span<T> y);

    /// <summary>One time step of all of many streams.</summary>
    public abstract void StepMany(TModel model, ReadOnlySpan<TInput> x, Span<T> y);

    /// <summary>One time step of some of many streams.</summary>
    public abstract void StepMany(TModel model, ReadOnlySpan<TInput> x, ReadOnlySpan<int> streams, Span<T> y);

    protected static TDelegate Method<TDelegate>(string name, params Type[] parameters)
        where TDelegate : Delegate
        => (typeof(TModel).GetMethod(name, BindingFlags.Public | BindingFlags.Instance, parameters)
            ?? throw new InvalidOperationException($"{typeof(TModel)} has no {name}({string.Join<Type>(", ", parameters)}).")).CreateDelegate<TDelegate>();
}

/// <summary>What both kinds of models have: the states, and <c>StepMany</c>.</summary>
public abstract class StateStepper<TModel, T, TInput, TState> : Stepper<TModel, T, TInput>
    where TInput : unmanaged
    where TState : unmanaged
{
    private readonly All _all = Method<All>("StepMany", typeof(ReadOnlySpan<TInput>), typeof(Span<TState>), typeof(Span<T>));
    private readonly Some _some = Method<Some>("StepMany", typeof(ReadOnlySpan<TInput>), typeof(Span<TState>), typeof(ReadOnlySpan<int>), typeof(Span<T>));
    private TState[] _states = [];
    private TState _state, _snapshot;

    private readonly Func<TModel, TState> _rest = typeof(TModel).GetProperty("RestState")!.GetMethod!.CreateDelegate<Func<TModel, TState>>();

    private delegate void All(TModel model, ReadOnlySpan<TInput> x, Span<TState> states, Span<T> y);

    private delegate void Some(TModel model, ReadOnlySpan<TInput> x, Span<TState> states, ReadOnlySpan<int> streams, Span<T> y);

    public override ReadOnlySpan<byte> Bits => MemoryMarshal.AsBytes<TState>(_states);

    public override void Reset(TModel model) => _state = _rest(model);

    public override void TakeSnapshot() => _snapshot = _state;

    public override void Restore() => _state = _snapshot;

    public override void ResetMany(int streams) => _states = new TState[streams];

    public override void Step(TModel model, ReadOnlySpan<TInput> x, Span<T> y) => Step(model, x, ref _state, y);

    public override void Step(TModel model, int stream, ReadOnlySpan<TInput> x, Span<T> y) => Step(model, x, ref _states[stream], y);

    public override void StepMany(TModel model, ReadOnlySpan<TInput> x, Span<T> y) => _all(model, x, _states, y);

    public override void StepMany(TModel model, ReadOnlySpan<TInput> x, ReadOnlySpan<int> streams, Span<T> y) => _some(model, x, _states, streams, y);

    protected abstract void Step(TModel model, ReadOnlySpan<TInput> x, ref TState state, Span<T> y);
}

/// <summary><c>Step(ReadOnlySpan&lt;T&gt; x, ref State, Span&lt;T&gt; y)</c>.</summary>
public sealed class FeatureStepper<TModel, T, TState> : StateStepper<TModel, T, T, TState>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TState : unmanaged
{
    private readonly Signature _step = Method<Signature>("Step", typeof(ReadOnlySpan<T>), typeof(TState).MakeByRefType(), typeof(Span<T>));

    private delegate void Signature(TModel model, ReadOnlySpan<T> x, ref TState state, Span<T> y);

    protected override void Step(TModel model, ReadOnlySpan<T> x, ref TState state, Span<T> y) => _step(model, x, ref state, y);
}

/// <summary><c>Step(int token, ref State, Span&lt;T&gt; y)</c>.</summary>
public sealed class TokenStepper<TModel, T, TState> : StateStepper<TModel, T, int, TState>
    where TState : unmanaged
{
    private readonly Signature _step = Method<Signature>("Step", typeof(int), typeof(TState).MakeByRefType(), typeof(Span<T>));

    private delegate void Signature(TModel model, int token, ref TState state, Span<T> y);

    protected override void Step(TModel model, ReadOnlySpan<int> x, ref TState state, Span<T> y) => _step(model, x[0], ref state, y);
}

using System.Numerics;
using System.Reflection;

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

    /// <summary>Back to the zero state.</summary>
    public abstract void Reset();

    /// <summary>Remembers the state.</summary>
    public abstract void TakeSnapshot();

    /// <summary>Back to the remembered state.</summary>
    public abstract void Restore();

    /// <summary>One time step.</summary>
    public abstract void Step(TModel model, ReadOnlySpan<TInput> x, Span<T> y);

    protected static TDelegate Method<TDelegate>(params Type[] parameters)
        where TDelegate : Delegate
        => (typeof(TModel).GetMethod("Step", BindingFlags.Public | BindingFlags.Instance, parameters)
            ?? throw new InvalidOperationException($"{typeof(TModel)} has no Step({string.Join<Type>(", ", parameters)}).")).CreateDelegate<TDelegate>();
}

/// <summary><c>Step(ReadOnlySpan&lt;T&gt; x, ref State, Span&lt;T&gt; y)</c>.</summary>
public sealed class FeatureStepper<TModel, T, TState> : Stepper<TModel, T, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TState : struct
{
    private readonly Signature _step = Method<Signature>(typeof(ReadOnlySpan<T>), typeof(TState).MakeByRefType(), typeof(Span<T>));
    private TState _state, _snapshot;

    private delegate void Signature(TModel model, ReadOnlySpan<T> x, ref TState state, Span<T> y);

    public override void Reset() => _state = default;

    public override void TakeSnapshot() => _snapshot = _state;

    public override void Restore() => _state = _snapshot;

    public override void Step(TModel model, ReadOnlySpan<T> x, Span<T> y) => _step(model, x, ref _state, y);
}

/// <summary><c>Step(int token, ref State, Span&lt;T&gt; y)</c>.</summary>
public sealed class TokenStepper<TModel, T, TState> : Stepper<TModel, T, int>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TState : struct
{
    private readonly Signature _step = Method<Signature>(typeof(int), typeof(TState).MakeByRefType(), typeof(Span<T>));
    private TState _state, _snapshot;

    private delegate void Signature(TModel model, int token, ref TState state, Span<T> y);

    public override void Reset() => _state = default;

    public override void TakeSnapshot() => _snapshot = _state;

    public override void Restore() => _state = _snapshot;

    public override void Step(TModel model, ReadOnlySpan<int> x, Span<T> y) => _step(model, x[0], ref _state, y);
}

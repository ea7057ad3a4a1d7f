using System.Diagnostics;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using FastSeq;
using FastSeq.Tests.Equivalence;
using FastSeq.Tests.Machines;
using FastSeq.Tests.Quantized;

// Checks what differs from one instruction set to another: emitted models against the scalar reference, and against themselves bit for bit.
int bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
Console.WriteLine($"vectors of {bits} bits; FMA {Yes(Fma.IsSupported || AdvSimd.IsSupported)}, SSSE3 {Yes(Ssse3.IsSupported)}, AdvSimd {Yes(AdvSimd.IsSupported)}, its dot product {Yes(Dp.IsSupported)}");

// A publish for more than it runs on, or for less, checks another path than it says.
if (args is [string expected] && expected != bits.ToString(System.Globalization.CultureInfo.InvariantCulture))
{
    Console.WriteLine($"FAILED: expected vectors of {expected} bits.");
    return 1;
}

int failures = 0;
Trains<Lstm10To20, float, float, float, FeatureStepper<Lstm10To20, float, Lstm10To20.State>>();
Trains<Gru10To20, float, float, float, FeatureStepper<Gru10To20, float, Gru10To20.State>>();
Trains<TextbookGru10To20, float, float, float, FeatureStepper<TextbookGru10To20, float, TextbookGru10To20.State>>();
Trains<Rnn10To20Linear5, float, float, int, FeatureStepper<Rnn10To20Linear5, float, Rnn10To20Linear5.State>>();
Trains<TokensLstm20Twice, float, int, int, TokenStepper<TokensLstm20Twice, float, TokensLstm20Twice.State>>();
Trains<Lstm33To70Twice, float, float, float, FeatureStepper<Lstm33To70Twice, float, Lstm33To70Twice.State>>();
Trains<LstmGruDouble, double, double, double, FeatureStepper<LstmGruDouble, double, LstmGruDouble.State>>();
Predicts<LstmGruBFloat16, float, LstmGruBFloat16.State>();
Predicts<LstmGruInt8, float, LstmGruInt8.State>();
Predicts<TokensRnnInt8, int, TokensRnnInt8.State>();
return failures == 0 ? 0 : 1;

static string Yes(bool holds) => holds ? "yes" : "no";

// TStepper is what Stepper.Make makes by reflection: naming it compiles it.
void Trains<TModel, T, TInput, TTarget, TStepper>()
    where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TInput : unmanaged
    where TTarget : unmanaged
    where TStepper : Stepper<TModel, T, TInput>, new()
{
    _ = new TStepper();
    ModelCheck Check() => new ModelCheck<TModel, T, TInput, TTarget>();
    Report<TModel>(
        ("Step", () => Check().StepMatchesReference()),
        ("Predict", () => Check().PredictMatchesReferenceAndStep()),
        ("Forward, Backward", () => Check().ForwardAndBackwardMatchReference()),
        ("StepMany", () => Check().StepManyMatchesStep()),
        ("trainers", () => Check().TrainersAgree()),
        ("decay", () =>
        {
            if (TModel.ModelInfo.Vocabulary == 0) Check().StatesDecayToZeroWithoutDenormals();
        }));
}

void Predicts<TModel, TInput, TState>()
    where TModel : class, IQuantizedModel<TModel, TInput>
    where TInput : unmanaged
    where TState : unmanaged
    => Report<TModel>(
        ("Step", () => new QuantizedCheck<TModel, TInput, TState>().StepMatchesOracle()),
        ("Predict", () => new QuantizedCheck<TModel, TInput, TState>().PredictHasTheBitsOfStep()));

void Report<TModel>(params (string Name, Action Check)[] checks)
{
    var clock = Stopwatch.StartNew();
    var failed = new List<string>();
    foreach ((string name, Action check) in checks)
    {
        try
        {
            check();
        }
        catch (Exception exception)
        {
            failed.Add($"{name}: {exception.GetBaseException().Message}");
        }
    }

    failures += failed.Count;
    Console.WriteLine($"{(failed.Count == 0 ? "ok    " : "FAILED")} {typeof(TModel).Name} ({string.Join(", ", checks.Select(c => c.Name))}) {clock.ElapsedMilliseconds} ms");
    failed.ForEach(failure => Console.WriteLine("       " + failure));
}

#!/usr/bin/env bash
# The bytes of a native AOT binary as models grow: an empty program, one LSTM of 16, 256, 1024 and 4096 units, and a program with 20 models. Usage: bench/aot-sizes.sh
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

model() { # name, hidden
  printf '[SequenceModel]\n[Input(10)]\n[Lstm(%s)]\n[Linear(5)]\n[MeanSquaredError]\npublic sealed partial class %s;\n' "$2" "$1"
}

use() { # name: predicts, steps and trains, so that nothing of the model is trimmed
  printf 'Use.All(%s.Create(1), 3);\n{ var state = default(%s.State); %s.Create(1).Step(stackalloc float[10], ref state, stackalloc float[5]); }\n' "$1" "$1" "$1"
}

publish() { # label, models as "name hidden" pairs
  local label=$1
  shift
  rm -rf "$work/app" && mkdir "$work/app"
  {
    echo "using FastSeq;"
    for pair in "$@"; do use "${pair% *}"; done
    echo 'Console.WriteLine("done");'
    cat <<'CS'
static class Use
{
    public static void All<T>(T model, int steps)
        where T : class, ISequenceModel<T, float, float, float>
    {
        using SequenceRun<float, float, float> run = model.NewRun(1, steps, 1);
        run.Forward(new SequenceBatch<float, float>(new float[steps * 10], [steps], new float[steps * 5]), training: true);
        run.Backward();
        run.Update(new Adam(0.001), maxNorm: 1);
    }
}
CS
    for pair in "$@"; do model "${pair% *}" "${pair#* }"; done
  } >"$work/app/Program.cs"
  cat >"$work/app/app.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <OutputType>Exe</OutputType>
    <ImplicitUsings>enable</ImplicitUsings>
    <AllowUnsafeBlocks>true</AllowUnsafeBlocks>
    <PublishAot>true</PublishAot>
    <IlcInstructionSet>x86-64-v4</IlcInstructionSet>
    <OptimizationPreference>Size</OptimizationPreference>
    <StackTraceSupport>false</StackTraceSupport>
    <UseSystemResourceKeys>true</UseSystemResourceKeys>
    <EventSourceSupport>false</EventSourceSupport>
  </PropertyGroup>
  <ItemGroup>
    <ProjectReference Include="$root/src/FastSeq.Runtime/FastSeq.Runtime.csproj" />
    <ProjectReference Include="$root/src/FastSeq.Generators/FastSeq.Generators.csproj" OutputItemType="Analyzer" ReferenceOutputAssembly="false" />
  </ItemGroup>
</Project>
XML
  dotnet publish "$work/app" -c Release -o "$work/out" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
  printf '%-28s %10s bytes\n' "$label" "$(stat -c %s "$work/out/app")"
}

publish "no model"
for hidden in 16 256 1024 4096; do publish "LSTM 10 -> $hidden, Linear 5" "Model $hidden"; done
twenty=()
for i in $(seq 1 20); do twenty+=("Model$i $((16 * i))"); done
publish "20 models, LSTM 16 to 320" "${twenty[@]}"

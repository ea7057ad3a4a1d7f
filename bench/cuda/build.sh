#!/usr/bin/env bash
# On a machine with .NET: publishes the benchmarks as one native binary into bench/cuda/out, which run.sh needs beside it and nothing else. Usage: bench/cuda/build.sh [properties for dotnet publish]
set -euo pipefail
cd "$(dirname "$0")"
command -v dotnet >/dev/null || { echo "The .NET SDK is missing: build.sh needs it; run.sh does not." >&2; exit 1; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT
rm -rf out
dotnet publish -c Release FastSeq.Cuda.Benchmarks -o out "$@" >"$log" 2>&1 || { cat "$log"; exit 1; }
if grep -E "warning" "$log"; then echo "The publish warns." >&2; exit 1; fi
ls -l out/fastseq-cuda-bench
echo "Copy bench/cuda to a machine with a GPU and start run.sh there."

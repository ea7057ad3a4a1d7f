#!/usr/bin/env bash
# On a machine with a GPU and CUDA 12 or 13, without .NET: checks, sanitizer, times beside PyTorch's, one table at the end. Usage: bench/cuda/run.sh [options]
#   --rounds N     our times and PyTorch's take turns N times (default 5)
#   --quick        a short check, tiny shapes, one round: to see whether everything runs
#   --only TEXT    workloads whose names have the text
#   --crossover    also the times by batch and size on the processor and on the GPU
#   --peer-device D  where PyTorch computes: cuda (default) or cpu, which compares nothing and only shows that peer.py runs
# Results stay in bench/cuda/results/DEVICE-DATE. FASTSEQ_BENCH and PYTHON name another binary and another Python.
set -uo pipefail
cd "$(dirname "$0")"
rounds=5 quick= only= crossover= peer_device=cuda
while [ $# -gt 0 ]; do
  case "$1" in
    --rounds) rounds=${2:?--rounds needs a number}; shift ;;
    --only) only=${2:?--only needs a text}; shift ;;
    --peer-device) peer_device=${2:?--peer-device needs cuda or cpu}; shift ;;
    --quick) quick=1 rounds=1 ;;
    --crossover) crossover=1 ;;
    *) echo "There is no option $1." >&2; exit 2 ;;
  esac
  shift
done
[[ "$rounds" =~ ^[1-9][0-9]*$ ]] || { echo "--rounds $rounds must be a whole number from 1." >&2; exit 2; }

bench=${FASTSEQ_BENCH:-out/fastseq-cuda-bench} python=${PYTHON:-python3} failed=0
[ -x "$bench" ] || { echo "There is no $bench: run bench/cuda/build.sh on a machine with .NET, and copy bench/cuda here." >&2; exit 1; }
step() { echo; echo "== $1 ($SECONDS s)"; }

tiny=(); short=()
[ -n "$quick" ] && tiny=(--tiny) && short=(--short)
filter=(); [ -n "$only" ] && filter=(--only "$only")

# Says which driver or library is missing, and how to get it.
step "the device, and what it does at most"
folder=$(mktemp -d)
"$bench" peak "${tiny[@]}" --json "$folder/peak.jsonl" | tee "$folder/peak.txt"
[ "${PIPESTATUS[0]}" -eq 0 ] || { rm -rf "$folder"; exit 1; }
name=$(sed -n 's/^device: //p' "$folder/peak.txt" | tr -cs 'A-Za-z0-9.\n' '-')
results=results/$name-$(date -u +%Y%m%d-%H%M%S)
mkdir -p results && mv "$folder" "$results" || exit 1
{ date -u; uname -srm; command -v nvidia-smi >/dev/null && nvidia-smi; } >"$results/machine.txt" 2>&1

step "check"
"$bench" check "${short[@]}" | tee "$results/check.txt"
[ "${PIPESTATUS[0]}" -eq 0 ] || failed=1
for layers in 0 1; do
  step "check, recurrent layers $([ $layers = 1 ] && echo "as a whole wherever they fit" || echo "step by step")"
  FASTSEQ_CUDA_LAYERS=$layers "$bench" check "${short[@]}" | tee "$results/check-layers-$layers.txt"
  [ "${PIPESTATUS[0]}" -eq 0 ] || failed=1
done

sanitizer=$(command -v compute-sanitizer || { [ -x /usr/local/cuda/bin/compute-sanitizer ] && echo /usr/local/cuda/bin/compute-sanitizer; })
if [ -n "$sanitizer" ]; then
  for tool in memcheck racecheck synccheck; do
    step "compute-sanitizer: $tool"
    "$sanitizer" --tool "$tool" --error-exitcode 9 "$bench" check --short >"$results/$tool.txt" 2>&1
    status=$?
    tail -n 3 "$results/$tool.txt"
    [ $status -eq 0 ] || { echo "$tool: exit code $status; see $results/$tool.txt"; failed=1; }
  done
else
  step "compute-sanitizer"
  echo "There is no compute-sanitizer: it comes with the CUDA toolkit; nothing was checked with it."
fi

peer=1
if ! command -v "$python" >/dev/null; then
  peer=; echo "There is no Python: our times stand alone."
elif ! "$python" -c "import torch" 2>/dev/null; then
  peer=; echo "There is no PyTorch for $python: our times stand alone. (pip install torch, or name another Python in PYTHON.)"
elif [ "$peer_device" = cuda ] && ! "$python" -c "import sys, torch; sys.exit(not torch.cuda.is_available())" 2>/dev/null; then
  peer=; echo "PyTorch sees no GPU: our times stand alone."
fi

step "times: $rounds rounds"
for round in $(seq "$rounds"); do
  "$bench" time "${tiny[@]}" "${filter[@]}" --rounds 1 --json "$results/ours.jsonl" >"$results/time-$round.txt" || { cat "$results/time-$round.txt"; failed=1; }
  if [ -n "$peer" ]; then
    "$python" peer.py --device "$peer_device" "${tiny[@]}" "${filter[@]}" --rounds 1 --json "$results/pytorch.jsonl" >"$results/peer-$round.txt" 2>&1 || { cat "$results/peer-$round.txt"; failed=1; }
  fi
  echo "round $round"
done

if [ -n "$crossover" ]; then
  step "crossover"
  "$bench" crossover "${tiny[@]}" --json "$results/crossover.jsonl" | tee "$results/crossover.txt"
  [ "${PIPESTATUS[0]}" -eq 0 ] || failed=1
fi

step "the table"
files=("$results/peak.jsonl" "$results/ours.jsonl")
[ -f "$results/pytorch.jsonl" ] && files+=("$results/pytorch.jsonl")
"$bench" join "${files[@]}" | tee "$results/table.txt"
[ "${PIPESTATUS[0]}" -eq 0 ] || failed=1
echo "results: bench/cuda/$results"
[ $failed -eq 0 ] || echo "Something failed: see above."
exit $failed

#!/usr/bin/env bash
# Runs the models on other machines: publishes tests/machines native AOT for each instruction set and runs it on the oldest processor that has it, in an emulator
# where this machine is another. Says at the end what ran and what was skipped. Usage: tests/machines/run.sh
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
ran=() skipped=() failed=0

have() { command -v "$1" >/dev/null; }

# What a Debian machine lacks, where this user may install it.
install() {
  have apt-get && [ "$(id -u)" -eq 0 ] || return 0
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@"; } >"$work/apt.log" 2>&1 || tail -n 3 "$work/apt.log"
}

# publish NAME PROPERTY...: a binary $work/NAME/Machines.
publish() {
  local name=$1
  shift
  # What the last publish compiled to was for another instruction set.
  rm -rf "$root"/artifacts/obj/Machines/*/native
  dotnet publish "$root/tests/machines" -c Release -o "$work/$name" "$@" >"$work/publish.log" 2>&1 || { cat "$work/publish.log"; exit 1; }
}

# run NAME BITS COMMAND...: the binary NAME, which must find vectors of BITS bits, by the command that emulates its machine.
run() {
  local name=$1 bits=$2
  shift 2
  echo
  echo "== $name: $* ($SECONDS s)"
  # The emulator lists what it leaves out of a processor, none of it an instruction of ours, with every thread.
  if "$@" "$work/$name/Machines" "$bits" 2> >(grep -v "TCG doesn't support requested feature" >&2); then ran+=("$name: ${*:-this machine}"); else failed=1; fi
}

skip() { skipped+=("$1"); }

on_x64() {
  have qemu-x86_64-static && have qemu-aarch64-static && have aarch64-linux-gnu-gcc && [ -e /usr/aarch64-linux-gnu/lib/libc.so.6 ] \
    || install qemu-user-static gcc-aarch64-linux-gnu binutils-aarch64-linux-gnu libc6-dev-arm64-cross

  publish x86-64-v2 -p:Machine=linux-x64 -p:IlcInstructionSet=x86-64-v2
  publish x86-64-v3 -p:Machine=linux-x64 -p:IlcInstructionSet=x86-64-v3
  if have qemu-x86_64-static; then
    run x86-64-v2 128 qemu-x86_64-static -cpu Nehalem
    run x86-64-v3 256 qemu-x86_64-static -cpu Haswell
  else
    skip "processors of their own for x86-64-v2 and -v3 (no qemu-x86_64-static); this one ran them"
    run x86-64-v2 128
    run x86-64-v3 256
  fi
  if grep -q avx512bw /proc/cpuinfo && grep -q avx512vl /proc/cpuinfo; then
    publish x86-64-v4 -p:Machine=linux-x64 -p:IlcInstructionSet=x86-64-v4
    run x86-64-v4 512
  else
    skip "x86-64-v4 (this processor has no AVX-512, and the emulator neither)"
  fi

  if have aarch64-linux-gnu-gcc && have qemu-aarch64-static && [ -e /usr/aarch64-linux-gnu/lib/libc.so.6 ]; then
    publish arm64 -p:Machine=linux-arm64
    # With and without the dot product of bytes.
    run arm64 128 qemu-aarch64-static -cpu max -L /usr/aarch64-linux-gnu
    run arm64 128 qemu-aarch64-static -cpu cortex-a53 -L /usr/aarch64-linux-gnu
  else
    skip "arm64 (no aarch64-linux-gnu-gcc, no ARM64 C library or no qemu-aarch64-static)"
  fi
}

case "$(uname -m)" in
  x86_64) on_x64 ;;
  aarch64)
    publish arm64 -p:Machine=linux-arm64
    run arm64 128
    skip "x86-64 (this machine is ARM64)"
    ;;
  *) skip "everything: $(uname -m) is neither x86_64 nor aarch64" ;;
esac

echo
for what in "${ran[@]}"; do echo "machines: passed on $what"; done
for what in "${skipped[@]}"; do echo "machines: SKIPPED $what"; done
echo "machines: $SECONDS s"
exit $failed

#!/usr/bin/env bash
# Fetches NVIDIA's own compiler of kernels (NVRTC 12.4) from the non-free packages of Debian, which needs no GPU, for the tests of NvidiaTests.cs. It goes into
# artifacts/nvidia, is checked by its SHA-256, and is used by tests alone: nothing of it is built into FastSeq or shipped. Its licence is NVIDIA's (the copyright files beside it).
# Usage: tests/nvidia/get.sh. Where it cannot be had (another system, no network) it says so and ends with 1; the tests are skipped then.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=artifacts/nvidia
packages="
libnvrtc12_12.4.127~12.4.1-2_amd64.deb db76acbd9ad53eae57291114b615ed21551592dee0b1160990a33066d86c251c
libnvrtc-builtins12.4_12.4.127~12.4.1-2_amd64.deb c4f9ea43c3e176a9f46b50718d546adb0dc7344432cd7d8b1483692e0416d24c"

fail() { echo "NVIDIA's compiler was not fetched: $1" >&2; exit 1; }
if [ -e "$out/libnvrtc.so.12" ]; then exit 0; fi
[ "$(uname -m)" = x86_64 ] && command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || fail "it is taken from Debian's packages for x86-64"
site=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -v security | sort | uniq -c | sort -rn | awk 'NR == 1 { print $2 }')
[ -n "$site" ] || fail "apt names no mirror"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/libraries"
while read -r package sum; do
  [ -n "$package" ] || continue
  /usr/lib/apt/apt-helper -o APT::Sandbox::User=root -o Acquire::Retries=2 download-file "$site/pool/non-free/n/nvidia-cuda-toolkit/$package" "$work/package.deb" "SHA256:$sum" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "the mirror that apt uses does not serve $package"; }
  dpkg-deb -x "$work/package.deb" "$work/files"
  rm "$work/package.deb"
done <<<"$packages"
find "$work/files/usr/lib" -name '*.so*' \( -type f -o -type l \) -exec cp -P {} "$work/libraries/" \;
find "$work/files/usr/share/doc" -name copyright -exec sh -c 'cp "$1" "$2/copyright-$(basename "$(dirname "$1")")"' _ {} "$work/libraries" \;
mkdir -p artifacts
rm -rf "$out"
mv "$work/libraries" "$out"

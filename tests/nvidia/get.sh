#!/usr/bin/env bash
# Fetches NVIDIA's own compiler of kernels (NVRTC 12.4) from the non-free packages of Debian, which needs no GPU, for the tests of NvidiaTests.cs. It goes into
# artifacts/nvidia-12.4, is checked by its SHA-256, and is used by tests alone: nothing of it is built into FastSeq or shipped. Its licence is NVIDIA's (the copyright files beside it).
# Usage: tests/nvidia/get.sh. Where it cannot be had (another system, no network) it says so and ends with 1; the tests are skipped then.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=artifacts/nvidia-12.4
packages="
libnvrtc12_12.4.127~12.4.1-2_amd64.deb db76acbd9ad53eae57291114b615ed21551592dee0b1160990a33066d86c251c
libnvrtc-builtins12.4_12.4.127~12.4.1-2_amd64.deb c4f9ea43c3e176a9f46b50718d546adb0dc7344432cd7d8b1483692e0416d24c"

fail() { echo "NVIDIA's compiler was not fetched: $1" >&2; exit 1; }
if [ -d "$out" ]; then exit 0; fi
[ "$(uname -m)" = x86_64 ] && command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || fail "it is taken from Debian's packages for x86-64"
sites=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | sort -u)
[ -n "$sites" ] || fail "apt has no lists of packages (apt-get update), which name its mirror"

mkdir -p artifacts
work=$(mktemp -d "$PWD/artifacts/nvidia.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/libraries"
fetch() {
  for site in $sites; do
    /usr/lib/apt/apt-helper -o APT::Sandbox::User=root -o Acquire::Retries=2 download-file "$site/pool/non-free/n/nvidia-cuda-toolkit/$1" "$work/package.deb" "SHA256:$2" >>"$work/log" 2>&1 && return 0
  done
  cat "$work/log" >&2
  return 1
}
while read -r package sum; do
  [ -n "$package" ] || continue
  fetch "$package" "$sum" || fail "no mirror that apt uses serves $package"
  dpkg-deb -x "$work/package.deb" "$work/files"
  cp -P "$work"/files/usr/lib/x86_64-linux-gnu/*.so* "$work/libraries/"
  cp "$work/files/usr/share/doc/${package%%_*}/copyright" "$work/libraries/copyright-${package%%_*}"
  rm -r "$work/package.deb" "$work/files"
done <<<"$packages"

# Under its own name when it is whole; another run may have been faster.
mv -T "$work/libraries" "$out" 2>/dev/null || [ -d "$out" ]

#!/usr/bin/env bash
# Packs FastSeq and uses the package as a stranger does: a console project in an empty folder outside the solution, built, run, published native AOT, run again.
# Also checks that the package warns about a missing IlcInstructionSet, and the same of FastSeq.Cuda beside it, which says what is missing where there is no GPU. Usage: tests/package/run.sh
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet pack "$root/src/FastSeq.Runtime" -c Release -o "$work/feed" -v quiet
dotnet pack "$root/native/FastSeq.Cuda" -c Release -o "$work/feed" -v quiet
mkdir "$work/app" "$work/gpu"
cp "$root/tests/package/Program.cs" "$work/app/"
cp "$root/global.json" "$work/app/"
version=$(basename "$work"/feed/FastSeq.[0-9]*.nupkg .nupkg | sed 's/^FastSeq\.//')
cat >"$work/app/app.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <OutputType>Exe</OutputType>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
    <PublishAot>true</PublishAot>
    <CheckForOverflowUnderflow>true</CheckForOverflowUnderflow>
    <RestoreAdditionalProjectSources>$work/feed</RestoreAdditionalProjectSources>
    <RestorePackagesPath>$work/packages</RestorePackagesPath>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="FastSeq" Version="$version" />
  </ItemGroup>
</Project>
XML
cd "$work/app"
dotnet run -c Release
dotnet publish -c Release -o out -p:IlcInstructionSet=x86-64-v3 >"$work/publish.log" 2>&1 || { cat "$work/publish.log"; exit 1; }
if grep -E "warning" "$work/publish.log"; then echo "The publish of a package user warns."; exit 1; fi
./out/app
case "$(uname -m)" in
  x86_64)
    dotnet build -c Release -t:FastSeqWarnAboutInstructionSet -v quiet >"$work/warn.log" 2>&1 || true
    grep -q "FSQ100" "$work/warn.log" || { echo "The package does not warn about a missing IlcInstructionSet:"; cat "$work/warn.log"; exit 1; }
    ;;
esac
# FastSeq.Cuda beside it, which takes no other version of FastSeq than its own.
cp "$root/tests/package/Gpu.cs" "$root/global.json" "$work/gpu/"
sed 's|<PackageReference Include="FastSeq" .*|&\n    <PackageReference Include="FastSeq.Cuda" Version="'"$version"'" />|' "$work/app/app.csproj" >"$work/gpu/gpu.csproj"
cd "$work/gpu"
export FASTSEQ_CACHE="$work/cache"
dotnet run -c Release
grep -qF "\"FastSeq\": \"[$version]\"" obj/project.assets.json || { echo "FastSeq.Cuda does not ask for FastSeq $version alone."; exit 1; }
dotnet publish -c Release -o out -p:IlcInstructionSet=x86-64-v3 >"$work/publish.log" 2>&1 || { cat "$work/publish.log"; exit 1; }
if grep -E "warning" "$work/publish.log"; then echo "The publish of a user of both packages warns."; exit 1; fi
./out/gpu
echo "package: built, run and published from $(cd "$work/feed" && echo *.nupkg)"

#!/usr/bin/env bash
# Makes a checkout ready to run: Debian packages of the host, the tool, the guest, the template and the local feed. What is
# made already is left alone. Called by ./sbx and, with --tests, by ./test.sh. Short lines on stderr, all else in artifacts/log.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$root"
# shellcheck source=packages.sh
. eng/packages.sh
log=$root/artifacts/log
mkdir -p "$log"
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 LC_ALL=C.UTF-8

say() { printf 'sbx: %s\n' "$*" >&2; }

# step NAME DOING COMMAND...: runs it with its output in artifacts/log/NAME.log, which is shown when it fails. Says so only
# when it takes longer than a moment: most steps find that there is nothing to do.
step() {
  local name=$1 doing=$2 began=$SECONDS pid code=0
  shift 2
  "$@" >"$log/$name.log" 2>&1 9>&- </dev/null &
  pid=$!
  sleep 0.3
  if kill -0 "$pid" 2>/dev/null; then say "$doing …"; fi
  wait "$pid" || code=$?
  if [ "$code" -ne 0 ]; then
    tail -n 40 "$log/$name.log" | sed 's/^/  /' >&2
    say "$doing failed (exit code $code); all of its output: $log/$name.log"
    return 1
  fi
  if [ $((SECONDS - began)) -ge 2 ]; then say "$doing: done in $((SECONDS - began)) s"; fi
}

publish_tool() {
  local inputs
  inputs=$( (find src eng/Tool.targets Directory.Build.props Directory.Packages.props global.json \( -name bin -o -name obj -o -name Sbx.Guest -o -name Sbx.Agent \) -prune \
    -o -type f -print0 | sort -z | xargs -0 sha256sum; dotnet --version) | sha256sum)
  if [ -x artifacts/tool/sbx ] && [ "$(cat artifacts/tool.stamp 2>/dev/null)" = "$inputs" ]; then return; fi
  rm -f artifacts/tool.stamp
  # Beside, then exchanged: programs that run keep their files.
  rm -rf artifacts/tool.new artifacts/tool.old
  dotnet publish src/Sbx.Tool/Sbx.Tool.csproj --configuration Release --output artifacts/tool.new --verbosity minimal
  if [ -e artifacts/tool ]; then mv artifacts/tool artifacts/tool.old; fi
  mv artifacts/tool.new artifacts/tool
  rm -rf artifacts/tool.old
  printf '%s' "$inputs" >artifacts/tool.stamp
}

build_guest() {
  bash nuget/guest/build-kernel.sh
  bash nuget/guest/build-initramfs.sh
}

exec 9>"$root/artifacts/.prepare.lock"
if ! flock --nonblock 9; then
  say "another process is preparing this checkout; waiting for it"
  flock 9
fi
began=$root/artifacts/.began
touch "$began"

if ! command -v dotnet >/dev/null; then
  say "the .NET SDK 10 is needed and 'dotnet' is not in PATH; see https://learn.microsoft.com/dotnet/core/install/linux-debian"
  exit 7
fi
groups=(run build)
if [ "${1:-}" = --tests ]; then groups+=(test); fi
install_missing "${groups[@]}" || exit $?

# The template takes no .NET, so it is made beside the rest.
step template "making the shell template" bash nuget/template/build.sh &
template=$!
failed=
step tool "building sbx" publish_tool && step guest "building the guest" build_guest || failed=1
wait "$template" || failed=1
if [ -n "$failed" ]; then exit 1; fi
step feed "packing the images" bash nuget/pack.sh images
# Dated when this began: what is edited meanwhile counts as newer.
mv -f "$began" "$root/artifacts/prepared"

#!/usr/bin/env bash
# Measures sbx beside bare QEMU, virtiofs, docker and the host, and prints tables.
# Usage: bench/run.sh [scenario...]         scenarios: start exec memory parallel files cli door (default: all)
# Needs root, for docker and virtiofs. SBX_BENCH_ROUNDS=N repeats more or less often (7); SBX_BENCH_DIR=DIR keeps the bench's
# files (images, warm image) there for the next time.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd -P)
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 LC_ALL=C.UTF-8
if [ "$(id -u)" -ne 0 ]; then
  echo "bench: must be run by root (docker, virtiofs)" >&2
  exit 77
fi

SBX_BOOTSTRAP_ONLY=1 "$root/sbx"
missing=()
command -v dockerd >/dev/null || missing+=(docker.io)
[ -x /usr/lib/qemu/virtiofsd ] || [ -x /usr/libexec/virtiofsd ] || missing+=("$(apt-cache show virtiofsd >/dev/null 2>&1 && echo virtiofsd || echo qemu-system-common)")
command -v git >/dev/null || missing+=(git)
command -v unsquashfs >/dev/null || missing+=(squashfs-tools)
if [ ${#missing[@]} -gt 0 ]; then
  echo "bench: running: apt-get install --yes --no-install-recommends ${missing[*]}" >&2
  DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}" >"$root/artifacts/bench-apt.log" 2>&1 ||
    echo "bench: that failed (see artifacts/bench-apt.log); the peers concerned are left out" >&2
fi

# The guest's kernel has no virtiofs driver; its package has. Kept, for it changes only with the kernel.
kernel=$(sed 's/ .*//' "$root/artifacts/guest/licenses/linux/package")
version=$(sed 's/.* //' "$root/artifacts/guest/licenses/linux/package")
module=$root/artifacts/bench/$kernel-$version/virtiofs.ko
if [ ! -s "$module" ]; then
  mkdir -p "$(dirname "$module")"
  (
    cd "$(dirname "$module")"
    apt-get -qq -o APT::Sandbox::User=root download "$kernel=$version"
    dpkg-deb --fsys-tarfile ./*.deb | tar -xO --wildcards '*/fs/fuse/virtiofs.ko' >virtiofs.ko
    rm -f ./*.deb
  ) || echo "bench: the module virtiofs could not be fetched; that peer is left out" >&2
fi
if [ -s "$module" ]; then export SBX_BENCH_VIRTIOFS=$module; fi

dotnet build "$root/bench/Sbx.Bench" --configuration Release --verbosity quiet >&2
if [ -z "${SBX_BENCH_DIR:-}" ]; then
  SBX_BENCH_DIR=$(mktemp -d /var/tmp/sbx-bench.XXXXXX)
  trap 'rm -rf --one-file-system "$SBX_BENCH_DIR"' EXIT
fi
mkdir -p "$SBX_BENCH_DIR"
export SBX_BENCH_DIR SBX_BENCH_ROOT=$root SBX_BENCH_TEMPLATE=$root/artifacts/template/shell/root.squashfs SBX_HOME=$SBX_BENCH_DIR/home
export SBX_NUGET_SOURCE=${SBX_NUGET_SOURCE:-$root/artifacts/feed} SBX_PAYLOADS=${SBX_PAYLOADS:-$root/artifacts/feed/payloads.json}
"$root/bench/Sbx.Bench/bin/Release/net10.0/Sbx.Bench" "$@"

#!/usr/bin/env bash
# Makes OUT/initramfs.cpio: /init (src/Sbx.Guest, one static NativeAOT program), the kernel's modules and modules.list.
# Uncompressed on purpose: unpacking a compressed one costs more under emulation than reading the larger file.
# Usage: build-initramfs.sh [OUT]         (default: artifacts/guest at the top of the checkout; build-kernel.sh comes first)
# Needs the .NET SDK and: cpio gcc libc6-dev zlib1g-dev (apt-get install --no-install-recommends cpio gcc libc6-dev zlib1g-dev)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
out=$(realpath -m "${1:-$root/artifacts/guest}")
export LC_ALL=C

for tool in dotnet gcc cpio sha256sum; do
    command -v "$tool" >/dev/null || { echo "build-initramfs.sh: '$tool' is missing; apt-get install cpio gcc libc6-dev zlib1g-dev, and the .NET SDK" >&2; exit 7; }
done
[ -f "$out/modules/modules.list" ] || { echo "build-initramfs.sh: no modules in $out; run build-kernel.sh first" >&2; exit 7; }

inputs() {
    cd "$root"
    find src/Sbx.Guest src/Sbx.Protocol Directory.Build.props Directory.Packages.props global.json nuget/guest/build-initramfs.sh \
        \( -name bin -o -name obj \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
    cat "$out/kernel.stamp"
}
stamp=$(inputs | sha256sum)
if [ -f "$out/initramfs.cpio" ] && [ "$(cat "$out/initramfs.stamp" 2>/dev/null)" = "$stamp" ]; then
    echo "initramfs is up to date"
    exit 0
fi

work=$(mktemp -d "$out/.initramfs.XXXXXX")
trap 'rm -rf "$work"' EXIT
dotnet publish "$root/src/Sbx.Guest/Sbx.Guest.csproj" -c Release -o "$work/publish" --nologo -v quiet
mkdir -p "$work/tree"
mkdir "$work/tree"/{dev,proc,sys,run,base,disk,root}
install -m 0755 "$work/publish/Sbx.Guest" "$work/tree/init"
cp -r "$out/modules/." "$work/tree/"
find "$work/tree" -exec touch -h -d @0 {} +
(cd "$work/tree" && find . -print0 | sort -z | cpio --quiet --null --create --format=newc --owner=0:0 --reproducible) > "$work/initramfs.cpio"

for package in libc6-dev zlib1g-dev; do
    mkdir -p "$out/licenses/$package"
    cp "/usr/share/doc/$package/copyright" "$out/licenses/$package/copyright"
done
mkdir -p "$out/licenses/dotnet"
cp "$(dirname "$(readlink -f "$(command -v dotnet)")")"/{LICENSE.txt,ThirdPartyNotices.txt} "$out/licenses/dotnet/" 2>/dev/null || true
mv "$work/initramfs.cpio" "$out/initramfs.cpio"
echo "$stamp" > "$out/initramfs.stamp"
echo "initramfs is ready: $out/initramfs.cpio"

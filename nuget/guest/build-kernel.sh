#!/usr/bin/env bash
# Makes the guest's kernel from Debian's cloud kernel package:
#   OUT/vmlinux            uncompressed, starts by PVH
#   OUT/modules/lib/...    the modules that modules.conf names, with their dependencies, and modules.dep
#   OUT/modules/modules.list  paths of the modules to load at boot, dependencies first
#   OUT/modules/xtables/...   the iptables program with its libraries, run once at boot
#   OUT/licenses/*/copyright
# Usage: build-kernel.sh [OUT]            (default: artifacts/guest at the top of the checkout)
# Needs Debian 12 or later with current package lists (apt-get update), and:
#   apt-get install --no-install-recommends kmod lz4
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$(realpath -m "${1:-$here/../../artifacts/guest}")
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"

for tool in apt-get apt-cache dpkg-deb depmod modprobe lz4 od sha256sum; do
    command -v "$tool" >/dev/null || { echo "build-kernel.sh: '$tool' is missing; apt-get install kmod lz4" >&2; exit 7; }
done

package=$(apt-cache depends --no-recommends --no-suggests linux-image-cloud-amd64 | sed -n 's/^ *Depends: \(linux-image-[0-9].*-cloud-amd64\)$/\1/p' | head -n 1)
[ -n "$package" ] || { echo "build-kernel.sh: apt knows no linux-image-cloud-amd64; run apt-get update" >&2; exit 7; }
version=$(apt-cache policy "$package" | sed -n 's/^ *Candidate: //p')

stamp=$( (echo "$package $version"; sha256sum < "${BASH_SOURCE[0]}"; sha256sum < "$here/modules.conf") | sha256sum)
if [ -f "$out/vmlinux" ] && [ "$(cat "$out/kernel.stamp" 2>/dev/null)" = "$stamp" ]; then
    echo "kernel is up to date: $package $version"
    exit 0
fi

mkdir -p "$out"
work=$(mktemp -d "$out/.kernel.XXXXXX")
trap 'rm -rf "$work"' EXIT
echo "fetching $package $version"
fetch() { # fetch DIR PACKAGE...: unpacks packages into DIR
    local into=$1 deb
    shift
    (mkdir -p "$work/debs" && cd "$work/debs" && apt-get -qq -o APT::Sandbox::User=root download "$@")
    for deb in "$work"/debs/*.deb; do
        dpkg-deb -x "$deb" "$into"
    done
    rm -rf "$work/debs"
}
fetch "$work/x" "$package=$version"

# The boot header tells where the compressed kernel lies (Documentation/x86/boot.rst); an LZ4 payload ends with its
# uncompressed size in four bytes that are not part of the LZ4 stream.
image=$(echo "$work"/x/boot/vmlinuz-*)
field() { od -An -t "u$2" -j "$(($1))" -N "$2" "$image" | tr -d ' '; }
offset=$((($(field 0x1f1 1) + 1) * 512 + $(field 0x248 4)))
length=$(field 0x24c 4)
tail -c "+$((offset + 1))" "$image" | head -c "$((length - 4))" > "$work/payload" || true
case $(od -An -t x1 -N 4 "$work/payload" | tr -d ' ') in
    02214c18) lz4 -q -d -c "$work/payload" > "$work/vmlinux" ;;
    fd377a58) xz -q -d -c "$work/payload" > "$work/vmlinux" ;;
    28b52ffd) zstd -q -d -c "$work/payload" > "$work/vmlinux" ;;
    *) echo "build-kernel.sh: $package is compressed in a way this script does not know" >&2; exit 1 ;;
esac
[ "$(od -An -t x1 -N 4 "$work/vmlinux" | tr -d ' ')" = 7f454c46 ] || { echo "build-kernel.sh: the extracted kernel is no ELF file" >&2; exit 1; }

release=$(basename "$work"/x/lib/modules/*)
depmod -b "$work/x" "$release" 2>/dev/null
paths() { # modules and their dependencies in load order, relative to /
    modprobe -d "$work/x" -S "$release" --show-depends "$1" | sed -n "s|^insmod $work/x/\([^ ]*\).*|\1|p"
}
mkdir -p "$work/modules/lib/modules/$release"
while read -r kind name; do
    case $kind in
        load | keep) ;;
        *) continue ;;
    esac
    found=$(paths "$name") || { echo "build-kernel.sh: $package has no module '$name'" >&2; exit 1; }
    for path in $found; do
        echo "$path" >> "$work/keep"
        [ "$kind" = keep ] || echo "/$path" >> "$work/load"
    done
done < "$here/modules.conf"
awk '!seen[$0]++' "$work/load" > "$work/modules/modules.list"
awk '!seen[$0]++' "$work/keep" | (cd "$work/x" && xargs cp --parents -t "$work/modules")
cp "$work/x/lib/modules/$release"/modules.{order,builtin,builtin.modinfo} "$work/modules/lib/modules/$release/"
depmod -b "$work/modules" "$release"
# modprobe falls back to its text indexes, and needs of the binary ones only these.
(cd "$work/modules/lib/modules/$release" && rm -f modules.order modules.builtin.modinfo modules.builtin.bin modules.builtin.alias.bin modules.alias modules.symbols modules.symbols.bin modules.softdep modules.devname)

tools=(iptables libxtables12 libip4tc2 libip6tc2 libc6)
fetch "$work/t" "${tools[@]}"
lib=usr/lib/x86_64-linux-gnu
mkdir -p "$work/modules/xtables"
(cd "$work/t" && cp -L usr/sbin/xtables-legacy-multi $lib/libxtables.so.12 $lib/libip4tc.so.2 $lib/libip6tc.so.2 \
    $lib/xtables/{libxt_REDIRECT,libxt_standard,libxt_tcp,libxt_udp,libxt_addrtype,libipt_REJECT,libip6t_REJECT}.so "$work/modules/xtables/")
for name in libc.so.6 ld-linux-x86-64.so.2; do # in /lib until Debian 12, in /usr/lib later
    cp -L "$(find "$work/t/lib" "$work/t/usr/lib" -name "$name" 2>/dev/null | head -n 1)" "$work/modules/xtables/"
done

mkdir -p "$out/licenses/linux"
cp "$work"/x/usr/share/doc/linux-image-*/copyright "$out/licenses/linux/copyright"
for name in "${tools[@]}"; do
    mkdir -p "$out/licenses/$name"
    cp "$work/t/usr/share/doc/$name/copyright" "$out/licenses/$name/copyright"
done
echo "$package $version" > "$out/licenses/linux/package"
rm -rf "$out/modules"
mv "$work/modules" "$out/modules"
mv "$work/vmlinux" "$out/vmlinux"
echo "$stamp" > "$out/kernel.stamp"
echo "kernel is ready: $out/vmlinux ($release)"

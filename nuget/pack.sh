#!/usr/bin/env bash
# Packs the guest, the template and the tool into the local feed artifacts/feed, with payloads.json beside them.
#
#   nuget/pack.sh images      Sbx.Guest.LinuxX64 and Sbx.Template.Shell, from artifacts/guest and artifacts/template/shell
#   nuget/pack.sh tool        Sbx.Tool, which carries payloads.json
#   nuget/pack.sh             both
#   --release                 versions without the suffix that names the contents; for publishing
#
# A package has its files below payload/ and manifest.json, which lists them with size and SHA-256. The SHA-256 of the
# manifest stands for the contents. payloads.json tells the tool which packages it belongs with.
# Needs zip and openssl; the tool needs the .NET SDK.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=lib/common.sh
. "$here/lib/common.sh"

what=all release=
for argument; do
  case $argument in
    images | tool) what=$argument ;;
    --release) release=1 ;;
    *) sed -n '2,12p' "$0" >&2; exit 2 ;;
  esac
done

feed=$artifacts/feed
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$repo/Directory.Build.props")
[ -n "$version" ] || fail "Directory.Build.props has no <Version>"
mkdir -p "$feed"
work=$(mktemp -d "${TMPDIR:-/var/tmp}/sbx-pack.XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT

# manifest DIR: the manifest of the files below DIR/payload.
manifest() {
  local file separator=
  printf '{"format":1,"files":['
  (cd "$1/payload" && find . -type f -printf '%P\n' | sort) | while IFS= read -r file; do
    printf '%s\n{"path":"%s","size":%s,"sha256":"%s"}' "$separator" "$file" \
      "$(stat -c %s "$1/payload/$file")" "$(sha256sum "$1/payload/$file" | cut -c1-64)"
    separator=,
  done
  printf '\n]}\n'
}

# pack KIND NAME ID DIR: makes DIR/payload and DIR/package.nuspec into a package; appends its line to $work/payloads.
pack() {
  local kind=$1 name=$2 id=$3 dir=$4 digest full file
  manifest "$dir" >"$dir/manifest.json"
  digest=$(sha256sum "$dir/manifest.json" | cut -c1-64)
  full=$version
  # A letter first: a part of a version that is all digits may not start with zero.
  [ -n "$release" ] || full=$version-dev.h${digest:0:12}
  file=$feed/$id.$full.nupkg
  if [ ! -s "$file" ]; then
    sed -e "s/@ID@/$id/" -e "s/@VERSION@/$full/" "$here/${kind}.nuspec" >"$dir/$id.nuspec"
    cp "$here/${kind}.README.md" "$dir/README.md"
    cp "$repo/LICENSE" "$dir/LICENSE"
    printf '%s\n' '<?xml version="1.0" encoding="utf-8"?>' '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml" /><Default Extension="nuspec" ContentType="application/octet" /><Default Extension="json" ContentType="application/octet" /><Default Extension="md" ContentType="application/octet" /></Types>' >"$dir/[Content_Types].xml"
    mkdir -p "$dir/_rels"
    printf '%s\n' '<?xml version="1.0" encoding="utf-8"?>' "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Type=\"http://schemas.microsoft.com/packaging/2010/07/manifest\" Target=\"/$id.nuspec\" Id=\"manifest\" /></Relationships>" >"$dir/_rels/.rels"
    find "$dir" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    # Compressed images are stored as they are: they are only copied then.
    (cd "$dir" && find . -type f -printf '%P\n' | sort | zip -q -X -D -n .squashfs:.zst:.gz "$work/package.zip" -@)
    rm -f "$feed/$id".*.nupkg
    mv "$work/package.zip" "$file"
    say "packed $id $full ($(du -h "$file" | cut -f1))"
  fi
  printf '{"kind":"%s","name":"%s","id":"%s","version":"%s","size":%s,"unpacked_size":%s,"sha512":"%s","digest":"%s"}\n' \
    "$kind" "$name" "$id" "$full" "$(stat -c %s "$file")" "$(find "$dir/payload" -type f -printf '%s\n' | awk '{ s += $1 } END { print s }')" \
    "$(sha512_base64 "$file")" "$digest" >>"$work/payloads"
}

images() {
  local guest=$work/guest template=$work/template
  mkdir -p "$guest/payload" "$template/payload"
  for file in vmlinux initramfs.cpio; do
    [ -s "$artifacts/guest/$file" ] || fail "artifacts/guest/$file is missing; run nuget/guest/build-kernel.sh and build-initramfs.sh"
    ln "$artifacts/guest/$file" "$guest/payload/$file" 2>/dev/null || cp "$artifacts/guest/$file" "$guest/payload/$file"
  done
  cp -R "$artifacts/guest/licenses" "$guest/payload/licences"
  cp "$here/guest/SOURCES.md" "$guest/payload/licences/SOURCES.md"
  cat "$artifacts/guest/licenses/linux/package" >>"$guest/payload/licences/SOURCES.md"
  pack guest linux-x64 Sbx.Guest.LinuxX64 "$guest"

  [ -s "$artifacts/template/shell/root.squashfs" ] || fail "artifacts/template/shell/root.squashfs is missing; run nuget/template/build.sh"
  ln "$artifacts/template/shell/root.squashfs" "$template/payload/root.squashfs" 2>/dev/null || cp "$artifacts/template/shell/root.squashfs" "$template/payload/root.squashfs"
  cp -R "$artifacts/template/shell/licences" "$template/payload/licences"
  pack template shell Sbx.Template.Shell "$template"

  { printf '{"format":1,"packages":[\n'; paste -sd, "$work/payloads" | sed 's/},{/},\n{/g'; printf ']}\n'; } >"$feed/payloads.json.new"
  # Left as it is when nothing changed: a daemon reads it again when its time changes.
  if cmp -s "$feed/payloads.json.new" "$feed/payloads.json"; then rm "$feed/payloads.json.new"; else mv "$feed/payloads.json.new" "$feed/payloads.json"; fi
}

tool() {
  [ -s "$feed/payloads.json" ] || fail "artifacts/feed/payloads.json is missing; run nuget/pack.sh images"
  rm -f "$feed"/Sbx.Tool.*.nupkg
  dotnet pack "$repo/src/Sbx.Tool/Sbx.Tool.csproj" --configuration Release -p:SbxPortable=true --output "$feed" --nologo --verbosity quiet
  # Every library inside must be in the notices.
  local library
  unzip -p "$feed/Sbx.Tool.$version.nupkg" 'tools/*/any/sbx.deps.json' | tr -d ' \n' | grep -o '"[A-Za-z0-9._]*/[^"/]*":{"type":"package"' \
    | sed 's:"\([^/]*\)/.*:\1:' | sort -u | while IFS= read -r library; do
      grep -qw -- "$library" "$repo/THIRD-PARTY-NOTICES.md" || fail "THIRD-PARTY-NOTICES.md does not name $library"
    done
  say "packed Sbx.Tool $version"
}

case $what in
  images) images ;;
  tool) tool ;;
  all) images; tool ;;
esac

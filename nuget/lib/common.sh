# shellcheck shell=bash
# Shared by the build scripts: paths, stamps and verified downloads. Sourced, never run.

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
artifacts=${SBX_ARTIFACTS:-$repo/artifacts}

# Everything is dated to this instant, so that the same inputs give the same bytes.
export SOURCE_DATE_EPOCH=1735689600 LC_ALL=C TZ=UTC
umask 022

say() { printf '%s\n' "$*" >&2; }
fail() { say "error: $*"; exit 1; }

# hash_inputs PATH...: one SHA-256 over names and contents of files and directories (build outputs left out).
hash_inputs() {
  (cd "$repo" && find "$@" \( -name bin -o -name obj \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-64)
}

# up_to_date STAMP HASH FILE...: true when STAMP holds HASH and every FILE is there.
up_to_date() {
  local stamp=$1 hash=$2 file
  shift 2
  [ "$(cat "$stamp" 2>/dev/null)" = "$hash" ] || return 1
  for file; do [ -s "$file" ] || return 1; done
}

# fetch URL SHA512_BASE64 FILE: downloads once; the file is there only when its hash is right.
fetch() {
  local url=$1 wanted=$2 file=$3 actual
  if [ -s "$file" ] && [ "$(sha512_base64 "$file")" = "$wanted" ]; then return; fi
  mkdir -p "$(dirname "$file")"
  curl --fail --silent --show-error --location --retry 3 --retry-delay 2 --continue-at - --output "$file.part" "$url" \
    || { rm -f "$file.part"; curl --fail --silent --show-error --location --output "$file.part" "$url"; }
  actual=$(sha512_base64 "$file.part")
  if [ "$actual" != "$wanted" ]; then
    rm -f "$file.part"
    fail "$url has SHA-512 $actual, expected $wanted"
  fi
  mv -f "$file.part" "$file"
}

sha512_base64() { openssl dgst -sha512 -binary "$1" | openssl base64 -A; }

# npm_registry: where npm packages come from; what the user has configured, else the public registry.
npm_registry() {
  local url=${npm_config_registry:-${NPM_CONFIG_REGISTRY:-}}
  if [ -z "$url" ] && [ -r "$HOME/.npmrc" ]; then url=$(sed -n 's/^registry *= *//p' "$HOME/.npmrc" | tail -n 1); fi
  url=${url:-https://registry.npmjs.org}
  printf '%s' "${url%/}"
}

#!/usr/bin/env bash
# Makes OUT/docker-agent: src/Sbx.Agent as one NativeAOT program, with SQLite (Debian's, public domain) linked in.
# At run time it needs glibc, and OpenSSL's libssl3 for TLS, which the templates have.
# Usage: build.sh [OUT]                   (default: artifacts/agent at the top of the checkout)
# Needs the .NET SDK and: apt-get install --no-install-recommends gcc libc6-dev zlib1g-dev libsqlite3-dev
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
out=$(realpath -m "${1:-$root/artifacts/agent}")
archive=/usr/lib/x86_64-linux-gnu/libsqlite3.a
export LC_ALL=C MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

for tool in dotnet gcc sha256sum; do
    command -v "$tool" >/dev/null || { echo "build.sh: '$tool' is missing; apt-get install gcc libc6-dev zlib1g-dev, and the .NET SDK" >&2; exit 7; }
done
[ -f "$archive" ] || { echo "build.sh: $archive is missing; apt-get install --no-install-recommends libsqlite3-dev" >&2; exit 7; }

inputs() {
    cd "$root"
    find src/Sbx.Agent src/Sbx.Agent.Configuration Directory.Build.props Directory.Packages.props global.json nuget/agent/build.sh \
        \( -name bin -o -name obj \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
    sha256sum < "$archive"
}
mkdir -p "$out"
stamp=$(inputs | sha256sum)
if [ -x "$out/docker-agent" ] && [ "$(cat "$out/agent.stamp" 2>/dev/null)" = "$stamp" ]; then
    echo "agent is up to date"
    exit 0
fi

work=$(mktemp -d "$out/.agent.XXXXXX")
trap 'rm -rf "$work"' EXIT
dotnet publish "$root/src/Sbx.Agent/Sbx.Agent.csproj" -c Release -r linux-x64 -p:SqliteArchive="$archive" -o "$work/publish" --nologo -v quiet
for package in libc6-dev zlib1g-dev libsqlite3-dev; do
    mkdir -p "$out/licenses/$package"
    cp "/usr/share/doc/$package/copyright" "$out/licenses/$package/copyright"
done
install -m 0755 "$work/publish/docker-agent" "$out/docker-agent.new"
mv "$out/docker-agent.new" "$out/docker-agent"
echo "$stamp" > "$out/agent.stamp"
echo "agent is ready: $out/docker-agent"

#!/usr/bin/env bash
# Runs every test: prepares the checkout as ./sbx does, builds the solution once and runs the test projects one by one.
# Arguments go to 'dotnet test', for example: ./test.sh --filter FullyQualifiedName~Egress
# Ends with one line, "N passed, N failed" (and "N skipped" when some were), and with 1 when a test failed or none ran.
# Needs nothing of the machine but Debian and the .NET SDK. SBX_TEST_PROJECTS="Sbx.Images.Tests …" takes only these.
set -uo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")" && pwd -P)
cd "$root" || exit 1
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
configuration=Release
results=$root/artifacts/test-results
# One project may take this long; a test that hangs is ended before, with its name.
project_limit=${SBX_TEST_PROJECT_LIMIT:-15m}
hang_limit=${SBX_TEST_HANG_LIMIT:-4m}

end() { # end PASSED FAILED SKIPPED
  local line="$1 passed, $2 failed"
  if [ "$3" -gt 0 ]; then line+=", $3 skipped"; fi
  printf '%s\n' "$line"
  if [ "$2" -gt 0 ] || [ "$1" -eq 0 ]; then exit 1; fi
  exit 0
}

bash eng/prepare.sh --tests || { printf 'The checkout could not be prepared.\n' >&2; end 0 1 0; }
bash nuget/pack.sh tool >artifacts/log/pack-tool.log 2>&1 || { cat artifacts/log/pack-tool.log >&2; end 0 1 0; }

printf 'building …\n' >&2
timeout 20m dotnet build Sbx.Tool.sln --configuration "$configuration" -m:2 --verbosity quiet </dev/null || { printf 'The build failed.\n' >&2; end 0 1 0; }

# One directory with all that a test of a machine boots from.
assets=$root/artifacts/test-assets
mkdir -p "$assets"
ln -sfn "$root/artifacts/guest/vmlinux" "$root/artifacts/guest/initramfs.cpio" "$root/artifacts/template/shell/root.squashfs" "$assets/"
export SBX_TEST_ASSETS=$assets SBX_TEST_TOOL=$root/artifacts/tool/sbx SBX_TEST_FEED=$root/artifacts/feed
export SBX_TEST_CACHE=$root/artifacts/test-cache
export SBX_NUGET_SOURCE=$root/artifacts/feed SBX_PAYLOADS=$root/artifacts/feed/payloads.json

rm -rf "$results"
mkdir -p "$results"
# count FILE NAME: an attribute of the counters of a trx file.
count() { sed -n "s/.*<Counters [^>]*\b$2=\"\([0-9]*\)\".*/\1/p" "$1" 2>/dev/null | head -n 1; }

passed=0 failed=0 skipped=0
for project in tests/*/*.Tests.csproj; do
  name=$(basename "$project" .csproj)
  if [ -n "${SBX_TEST_PROJECTS:-}" ] && [[ " $SBX_TEST_PROJECTS " != *" $name "* ]]; then continue; fi
  began=$SECONDS
  trx=$results/$name.trx
  timeout --kill-after=30s "$project_limit" dotnet test "$project" --no-build --configuration "$configuration" --nologo \
    --logger "console;verbosity=minimal" --logger "trx;LogFileName=$name.trx" --results-directory "$results" \
    --blame-hang-timeout "$hang_limit" --blame-hang-dump-type none "$@" </dev/null >"$results/$name.log" 2>&1
  code=$?
  total=$(count "$trx" total) p=$(count "$trx" passed) f=$(count "$trx" failed)
  total=${total:-0} p=${p:-0} f=${f:-0}
  s=$((total - p - f))
  # Ended early (a hang, a crash) or not started: what is not in the results failed all the same.
  if [ "$code" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
  if [ "$code" -ne 0 ]; then
    grep -vE '^\s*$|^(Starting test|A total of|VSTest version|Test run for|Results File)' "$results/$name.log" | tail -n 120 >&2
    if [ "$code" -eq 124 ] || [ "$code" -eq 137 ]; then printf '%s did not end within %s\n' "$name" "$project_limit" >&2; fi
  fi
  printf '%-26s %4d passed, %d failed%s (%d s)\n' "$name" "$p" "$f" "$([ "$s" -gt 0 ] && printf ', %d skipped' "$s")" $((SECONDS - began))
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done
end "$passed" "$failed" "$skipped"

# shellcheck shell=bash
# Debian packages that a checkout needs, and their installation. Sourced by prepare.sh, from the root of the checkout.

# missing_packages GROUP...: those of eng/packages/GROUP.txt that are not installed.
missing_packages() {
  local group wanted=() have
  for group; do
    mapfile -t -O "${#wanted[@]}" wanted < <(grep -v '^#' "eng/packages/$group.txt")
  done
  if [ "$(id -u)" -ne 0 ]; then wanted+=(uidmap); fi
  have=$(dpkg-query --show --showformat='${db:Status-Abbrev}${Package}\n' "${wanted[@]}" 2>/dev/null | sed -n 's/^ii //p')
  printf '%s\n' "${wanted[@]}" | grep -vxF "$have" | paste -sd' '
}

# install_missing GROUP...: installs them, after saying the command. 7 when that is not possible.
install_missing() {
  local missing as_root=() update install
  if ! command -v dpkg-query >/dev/null; then
    say "a checkout can be prepared on Debian and its derivatives only; elsewhere install the tool: dotnet tool install --global Sbx.Tool"
    return 7
  fi
  missing=$(missing_packages "$@" || true)
  if [ -z "$missing" ] && have_package_lists; then return; fi
  update="apt-get update"
  install="apt-get install --yes --no-install-recommends $missing"
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null || ! { sudo -n true 2>/dev/null || { [ -t 2 ] && sudo -v </dev/tty; }; }; then
      say "packages of this machine are missing; an administrator must run:"
      printf '  %s\n' "$update" ${missing:+"$install"} >&2
      return 7
    fi
    as_root=(sudo)
  fi
  say "running: ${as_root[*]:+sudo }$update"
  step packages "reading the package lists" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive $update || return 7
  if [ -n "$missing" ]; then
    say "running: ${as_root[*]:+sudo }$install"
    # shellcheck disable=SC2086 # words on purpose
    step packages "installing packages" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive $install || return 7
  fi
}

# The guest's kernel is downloaded with apt, which needs to know the archive.
have_package_lists() {
  [ -s artifacts/guest/vmlinux ] || [ -n "$(apt-cache policy linux-image-cloud-amd64 2>/dev/null | grep -v '(none)' | grep Candidate)" ]
}

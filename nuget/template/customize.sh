#!/usr/bin/env bash
# Runs once inside the making of the template, after the packages are in: customize.sh WORK ROOT.
# Whatever belongs to the building machine is replaced here.
set -euo pipefail
work=$1
root=$2
in_root() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C "$@"; }
put() { local mode=$1 path=$2; mkdir -p "$(dirname "$root$path")"; rm -f "$root$path"; cat >"$root$path"; chmod "$mode" "$root$path"; }

# Node.js and npm, below /usr/local.
mkdir -p "$root/usr/local/bin" "$root/usr/local/lib/node_modules/npm"
tar -xzf "$work/node.tgz" -C "$root/usr/local" --strip-components=1 --no-same-owner package/bin/node
tar -xzf "$work/npm.tgz" -C "$root/usr/local/lib/node_modules/npm" --strip-components=1 --no-same-owner
rm -rf "$root/usr/local/lib/node_modules/npm/man" "$root/usr/local/lib/node_modules/npm/docs"
chmod 0755 "$root/usr/local/bin/node" "$root"/usr/local/lib/node_modules/npm/bin/np[mx]-cli.js
ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
ln -sf ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"

# The user. Its id may be changed at start to that of the workspace's owner, hence the open modes for `npm install -g`.
in_root groupadd --gid 1000 agent
in_root useradd --uid 1000 --gid 1000 --create-home --shell /bin/bash --comment "" agent
in_root usermod --append --groups sudo agent
rm -f "$root/etc/subuid-" "$root/etc/subgid-"
chmod 0777 "$root/usr/local/bin" "$root/usr/local/lib/node_modules"
put 0440 /etc/sudoers.d/agent <<'SUDOERS'
agent ALL=(ALL:ALL) NOPASSWD: ALL
Defaults env_keep += "HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY http_proxy https_proxy all_proxy no_proxy"
Defaults env_keep += "SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE GIT_SSL_CAINFO REQUESTS_CA_BUNDLE NODE_EXTRA_CA_CERTS NODE_USE_SYSTEM_CA PIP_CERT"
Defaults env_keep += "SANDBOX_NAME SANDBOX_ID BASH_ENV"
SUDOERS

# /etc/sandbox-persistent.sh is read by every bash: interactive ones, login ones, and the others through BASH_ENV.
put 0666 /etc/sandbox-persistent.sh </dev/null
hook='if [ -n "${BASH_VERSION-}" ] && [ -z "${_sandbox_persistent-}" ] && [ -r /etc/sandbox-persistent.sh ]; then _sandbox_persistent=1; . /etc/sandbox-persistent.sh; fi'
put 0644 /etc/profile.d/sandbox-persistent.sh <<<"$hook"
printf '%s\n%s\n' "$hook" "$(cat "$root/etc/bash.bashrc")" >"$root/etc/bash.bashrc.new"
mv "$root/etc/bash.bashrc.new" "$root/etc/bash.bashrc"
put 0644 /etc/environment <<'ENVIRONMENT'
PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
LANG="C.UTF-8"
BASH_ENV="/etc/sandbox-persistent.sh"
ENVIRONMENT

# Names, clocks and keys are given at start.
put 0644 /etc/hostname <<<sandbox
put 0644 /etc/hosts <<'HOSTS'
127.0.0.1 localhost sandbox
::1 localhost ip6-localhost ip6-loopback
HOSTS
put 0644 /etc/resolv.conf </dev/null
put 0444 /etc/machine-id </dev/null
put 0644 /etc/motd </dev/null
in_root git config --system init.defaultBranch main

# Public package sources, nothing of the building machine's.
rm -rf "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/* "$root"/etc/apt/apt.conf.d/99mmdebstrap "$root"/etc/apt/auth.conf.d/*
put 0644 /etc/apt/sources.list.d/debian.sources <<'SOURCES'
Types: deb
URIs: https://deb.debian.org/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: https://security.debian.org/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
put 0644 /etc/apt/apt.conf.d/90sandbox <<'APT'
APT::Install-Recommends "false";
APT::Sandbox::User "root";
APT
rm -rf "$root"/usr/local/share/ca-certificates/*
in_root update-ca-certificates --fresh >/dev/null

# Documentation, manuals and translations are left out, now and when packages are installed later; the copyright files stay.
rm -f "$root"/etc/dpkg/dpkg.cfg.d/99mmdebstrap
put 0644 /etc/dpkg/dpkg.cfg.d/90sandbox <<'DPKG'
path-exclude=/usr/share/man/*
path-exclude=/usr/share/info/*
path-exclude=/usr/share/locale/*
path-exclude=/usr/share/vim/vim*/doc/*
path-exclude=/usr/share/doc/*
path-include=/usr/share/doc/*/copyright
DPKG
find "$root"/usr/share/man "$root"/usr/share/info "$root"/usr/share/locale "$root"/usr/share/vim/vim*/doc -mindepth 1 -delete
find "$root"/usr/share/doc -mindepth 2 ! -name copyright ! -type d -delete
find "$root"/usr/share/doc -mindepth 1 -type d -empty -delete

# What is in the image, and under which terms.
in_root dpkg-query --show --showformat='${Package}\t${Version}\t${source:Package}\t${source:Version}\n' >"$work/licences/packages.tsv"
tar -xzOf "$work/node.tgz" package/LICENSE >"$work/licences/LICENSE.node"
tar -xzOf "$work/npm.tgz" package/LICENSE >"$work/licences/LICENSE.npm"
mkdir -p "$root/usr/local/share/doc/node"
cp "$work/licences/LICENSE.node" "$root/usr/local/share/doc/node/LICENSE"

# Caches and logs.
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* "$root"/var/cache/debconf/*-old "$root"/var/lib/dpkg/*-old \
  "$root"/var/cache/ldconfig/aux-cache "$root"/var/lib/systemd/* "$root"/root/.npm "$root"/tmp/* "$root"/var/tmp/*
find "$root/var/log" -type f -delete
find "$root/usr" -name __pycache__ -prune -exec rm -rf {} +

#!/usr/bin/env bash
# Installs what it takes on Debian 12 to build the addons of some platforms and to run them here: compilers, C libraries, and
# what stands in for the machines. As root; what is there already is left alone.
#
# Usage: bash scripts/packages/install-tools.sh ID…
set -euo pipefail

packages=(g++ cmake make binutils)
for id in "$@"; do
  case "$id" in
    linux-x64) ;;
    linux-arm64) packages+=(g++-aarch64-linux-gnu qemu-user) ;;
    linux-x64-musl) packages+=(musl-dev) ;;
    linux-arm64-musl) packages+=(musl-dev:arm64 g++-aarch64-linux-gnu qemu-user) ;;
    win32-x64) packages+=(g++-mingw-w64-x86-64-posix wine wine64) ;;
    *) echo "nothing here builds for $id" >&2; exit 2 ;;
  esac
done

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0
echo "installing ${missing[*]}"
if [[ " ${missing[*]} " == *:arm64* ]]; then dpkg --add-architecture arm64; fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null

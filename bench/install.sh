#!/bin/sh
# Install the programs that faultlog is measured beside, where root runs this on Debian; elsewhere say what to install.
set -eu
missing=
for one in rg:ripgrep lnav:lnav grep:grep gzip:gzip unzip:unzip taskset:util-linux; do
    command -v "${one%%:*}" >/dev/null || missing="$missing ${one#*:}"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "install first:$missing (on Debian: apt-get install --no-install-recommends$missing)" >&2
    exit 1
fi
apt-get update -qq
# shellcheck disable=SC2086  # a list of words is meant
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing

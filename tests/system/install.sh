#!/bin/sh
# Install the programs that the tests here drive, where root runs this on Debian; elsewhere say what to install.
# No service is started: while this runs, policy-rc.d forbids it, unless the machine has one of its own.
set -eu
PATH="$PATH:/usr/sbin:/sbin"
missing=
for one in rsyslogd:rsyslog logrotate:logrotate logger:bsdutils; do
    command -v "${one%%:*}" >/dev/null || missing="$missing ${one#*:}"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "tests will be skipped; install:$missing (on Debian: apt-get install --no-install-recommends$missing)" >&2
    exit 0
fi
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT
fi
apt-get update -qq
# shellcheck disable=SC2086  # a list of words is meant
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing

#!/bin/sh
# Install the programs that the tests here drive, and those that are named besides as program:package, where root runs this on Debian; elsewhere say what to install.
# No service is started: while this runs, policy-rc.d forbids it, unless the machine has one of its own.
set -eu
PATH="$PATH:/usr/sbin:/sbin"
missing=
for one in rsyslogd:rsyslog logrotate:logrotate logger:bsdutils chromium:chromium npm:npm "$@"; do
    command -v "${one%%:*}" >/dev/null || missing="$missing ${one#*:}"
done
[ -n "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || command -v initdb >/dev/null || missing="$missing postgresql"
command -v fc-list >/dev/null && [ -n "$(fc-list :lang=ko)" ] || missing="$missing fonts-noto-cjk"

# axe-core, which finds what shuts people out of a page, is one file of a package of npm.
axe() {
    cache=$(dirname "$0")/cache
    [ ! -e "$cache/axe.min.js" ] || return 0
    mkdir -p "$cache"
    if command -v npm >/dev/null && (cd "$cache" && npm pack --silent axe-core@4.10.3 >/dev/null); then
        tar -xzOf "$cache/axe-core-4.10.3.tgz" package/axe.min.js >"$cache/axe.part" && mv "$cache/axe.part" "$cache/axe.min.js"
        rm -f "$cache/axe-core-4.10.3.tgz"
    else
        echo "the test with axe-core will be skipped: npm could not fetch it" >&2
    fi
}
if [ -z "$missing" ]; then
    axe
    exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "tests will be skipped; install:$missing (on Debian: apt-get install --no-install-recommends$missing)" >&2
    axe
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
axe

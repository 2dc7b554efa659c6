#!/bin/sh
# A browser for the browser tests: an installed Chromium or Chrome, else Debian's, where we may.
set -eu
for name in ${CHROMIUM:-} chromium chromium-browser google-chrome google-chrome-stable chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing chromium for the browser tests …"
    export DEBIAN_FRONTEND=noninteractive
    if apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium >/dev/null; then
        exit 0
    fi
fi
echo "No Chromium or Chrome here: the browser tests are left out."
echo "To have them: apt-get install chromium, or CHROMIUM=/path/to/chrome make test"

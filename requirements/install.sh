#!/bin/sh
# sh requirements/install.sh NAME: the virtual environment .venv with the packages of
# requirements/NAME.lock. Does nothing, and needs no network, where they are in place.
set -eu
cd "$(dirname "$0")/.."
lock="requirements/$1.lock"
venv=.venv
stamp="$venv/.installed-$1"

fail() {
    printf '\n%s\n' "$@" >&2
    exit 1
}

python_of_the_system() {
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    fail "UPN needs Python 3.11 or newer, and found: $(python3 --version 2>&1 || true)" \
        "Install one, or name it: make run PYTHON=/path/to/python3.11"
}

if [ -f "$stamp" ] && cmp -s "$lock" "$stamp" && "$venv/bin/python" -c '' 2>/dev/null; then
    exit 0
fi

if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    python=$(python_of_the_system)
    echo "Making the virtual environment $venv …"
    "$python" -c 'import ensurepip, venv' 2>/dev/null || fail \
        "This Python can't make virtual environments: its module venv or ensurepip is missing." \
        "On Debian and Ubuntu: apt-get install python3-venv"
    "$python" -m venv --clear "$venv" || fail "The virtual environment could not be made."
fi

echo "Installing packages from $lock (once; about a minute) …"
# The lock names every package with its hashes, so that pip has nothing to work out.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-compile \
    --use-pep517 --require-hashes --requirement "$lock" || fail \
    "The packages could not be installed. The first time needs the network; after it, none."
cp "$lock" "$stamp"

#!/bin/sh
# Three locks, each with the versions of the one before: production (a site with servers of its
# own), embedded (production and the servers as wheels), development (that and the tools).
# `sh requirements/lock.sh --upgrade` takes the newest versions.
set -eu
cd "$(dirname "$0")/.."
lock() {
    name=$1
    shift
    .venv/bin/python -m uv pip compile --quiet pyproject.toml --generate-hashes \
        --no-emit-index-url --no-header --no-annotate --universal --python-version 3.11 \
        --output-file "requirements/$name.lock" "$@"
}
lock production "$@"
lock embedded --extra embedded --constraint requirements/production.lock "$@"
lock development --extra embedded --group dev --constraint requirements/embedded.lock "$@"

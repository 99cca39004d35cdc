#!/usr/bin/env bash
# Runs a command in a copy of the checkout, as it is now, with the same installed packages; then removes the copy.
# The copy is in a directory whose name has a blank, below COPY_PARENT if that is given.
set -euo pipefail
cd "$(dirname "$0")/.."

parent=$(mktemp -d "${COPY_PARENT:-${TMPDIR:-/tmp}}/a copy.XXXXXX")
trap 'rm -rf "$parent"' EXIT
copy="$parent/assume aws role"
mkdir "$copy"
tar -cf - --exclude ./.git --exclude ./.tools --exclude ./node_modules --exclude ./build --exclude ./coverage . |
  tar -xf - -C "$copy"
ln -s "$PWD/node_modules" "$copy/node_modules"
cd "$copy"
"$@"

#!/usr/bin/env bash
# Runs a command in a copy of the checkout, as it is now, with the same installed packages; then removes the copy.
# The copy is a directory COPY_NAME below COPY_PARENT, if these are given.
set -euo pipefail
cd "$(dirname "$0")/.."

parent=$(mktemp -d "${COPY_PARENT:-${TMPDIR:-/tmp}}/copy.XXXXXX")
trap 'rm -rf "$parent"' EXIT
copy="$parent/${COPY_NAME:-assume-aws-role}"
mkdir "$copy"
tar -cf - --exclude ./.git --exclude ./.tools --exclude ./node_modules --exclude ./build --exclude ./coverage . |
  tar -xf - -C "$copy"
# Where a link would show, as in the paths by which a bundler numbers modules, the packages are there themselves.
if [ -n "${COPY_PACKAGES:-}" ]; then
  cp -al node_modules "$copy/node_modules" 2>/dev/null || cp -a node_modules "$copy/"
else
  ln -s "$PWD/node_modules" "$copy/node_modules"
fi
cd "$copy"
"$@"

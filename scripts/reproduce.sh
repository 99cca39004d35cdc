#!/usr/bin/env bash
# Builds dist/ again where nothing is as it was, and compares every byte with the dist/ that is here: with each NODE that
# is given (a major version, or a program; 20, 22 and 24 by default), in a directory with a blank in its name, with
# another umask, time zone, language and home.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "${1:-}" = in-the-copy ]; then
  original=$2
  umask 077
  export TZ=Pacific/Kiritimati LANG=tr_TR.UTF-8 LC_ALL=C.UTF-8 SOURCE_DATE_EPOCH=0 HOME="$PWD/.."
  rm -rf dist
  # npm's own scripts would start the Node of the search path.
  npx --no-install tsc -p tsconfig.build.json
  node scripts/build.mjs
  diff -rq "$original/dist" dist
  exit
fi

[ "$#" != 0 ] || set -- 20 22 24
for wanted in "$@"; do
  if [[ "$wanted" =~ ^[0-9]+$ ]]; then
    node=$([ "$(node -p 'process.versions.node.split(".")[0]')" = "$wanted" ] && command -v node || scripts/other-node.sh "$wanted")
  else
    node=$wanted
  fi
  version=$("$node" --version)
  bin=$(mktemp -d)
  ln -s "$node" "$bin/node"
  if ! PATH="$bin:$PATH" COPY_PACKAGES=1 COPY_NAME='where nothing is as it was' scripts/in-a-copy.sh scripts/reproduce.sh in-the-copy "$PWD"; then
    rm -rf "$bin"
    echo "dist/ is another one when Node $version builds it elsewhere: see the differences above." >&2
    exit 1
  fi
  rm -rf "$bin"
  echo "the same dist/ with Node $version, another path, umask, time zone and language"
done

#!/usr/bin/env bash
# Prints the path of a Node of another major version, installed below .tools/ from the npm package that is that program;
# no package's scripts run.
set -euo pipefail
cd "$(dirname "$0")/.."

major=$1
package=$(node -p '`node-${process.platform}-${process.arch}`')
prefix="$PWD/.tools/node-$major"
node="$prefix/node_modules/$package/bin/node"
if ! [ -x "$node" ]; then
  mkdir -p "$prefix"
  npm install --ignore-scripts --prefix "$prefix" --no-save --no-audit --no-fund --no-update-notifier --loglevel=error "$package@$major" >&2
fi
"$node" --version >&2
echo "$node"

#!/usr/bin/env bash
# Stands in for GitHub's `gh` in a dry run: every file that it is given must be there.
set -euo pipefail
for argument in "$@"; do
  case "$argument" in
    release/* | attestations/*) [ -s "$argument" ] || { echo "gh: there is no $argument" >&2; exit 1; } ;;
  esac
done
echo "would run: gh $*"

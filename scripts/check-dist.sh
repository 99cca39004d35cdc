#!/usr/bin/env bash
# Builds dist/ anew and compares it with the committed one: what runs must be what the source says.
# Leaves the new one in place, so that it can be committed, or uploaded from CI.
set -euo pipefail
cd "$(dirname "$0")/.."

npm run bundle
# In a container the checkout may belong to another user, which git refuses without this.
changes=$(git -c safe.directory='*' status --porcelain --untracked-files=all -- dist)
if [ -n "$changes" ]; then
  echo 'dist/ is not what the source makes. Run npm run bundle, look at the changes and commit them:' >&2
  echo "$changes" >&2
  exit 1
fi
echo 'dist/ is what the source makes'

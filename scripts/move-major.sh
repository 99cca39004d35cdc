#!/usr/bin/env bash
# Moves the tag v1 to the commit of a published release v1.Y.Z, unless a newer one of the same major version is out:
# move-major.sh TAG, with GITHUB_REPOSITORY and GitHub's `gh`.
set -euo pipefail

tag=${1:-}
number='(0|[1-9][0-9]*)'
if ! [[ "$tag" =~ ^v$number\.$number\.$number$ ]]; then
  echo "move-major: got '$tag'; allowed: a tag vX.Y.Z" >&2
  exit 1
fi
major="v${BASH_REMATCH[1]}"

published=$(gh release list --repo "$GITHUB_REPOSITORY" --exclude-drafts --exclude-pre-releases --limit 1000 \
  --json tagName --jq '.[].tagName')
newest=$(grep -E "^$major\.[0-9]+\.[0-9]+$" <<<"$published" | sort -V | tail -n 1 || true)
if [ "$newest" != "$tag" ]; then
  echo "$major stays at ${newest:-what it is}: $tag is not the newest published release of it."
  exit
fi

sha=$(gh api "repos/$GITHUB_REPOSITORY/commits/tags/$tag" --jq .sha)
if gh api "repos/$GITHUB_REPOSITORY/git/ref/tags/$major" >/dev/null 2>&1; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/git/refs/tags/$major" -f "sha=$sha" -F force=true
else
  gh api --silent --method POST "repos/$GITHUB_REPOSITORY/git/refs" -f "ref=refs/tags/$major" -f "sha=$sha"
fi
echo "$major is $tag, commit $sha."

#!/usr/bin/env bash
# What goes with a release: release-files.sh TAG DIRECTORY writes notes.md from CHANGELOG.md, sbom.spdx.json with the
# packages that are bundled, and SHA256SUMS of every file that a runner downloads.
set -euo pipefail
cd "$(dirname "$0")/.."

tag=$1
mkdir -p "$2"
directory=$(cd "$2" && pwd)

node scripts/release-notes.mjs "$tag" >"$directory/notes.md"
npm sbom --sbom-format=spdx --sbom-type=application --omit=dev --package-lock-only >"$directory/sbom.spdx.json"

archive=$(mktemp -d)
trap 'rm -rf "$archive"' EXIT
git -c safe.directory='*' archive HEAD | tar -xf - -C "$archive"
(cd "$archive" && find . -type f | sed 's#^\./##' | LC_ALL=C sort | tr '\n' '\0' | xargs -0 sha256sum) >"$directory/SHA256SUMS"
echo "$tag: $(wc -l <"$directory/SHA256SUMS") files, $(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).packages.length' "$directory/sbom.spdx.json") packages"

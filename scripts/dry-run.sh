#!/usr/bin/env bash
# The release workflow as far as it runs without GitHub: in a copy of the checkout, committed and tagged as the release
# that package.json names, act runs the commands of its jobs. Says at its end what it could not run. Needs act, which
# scripts/install-tools.sh installs; docs/releasing.md.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "${1:-}" != in-the-copy ]; then
  act="$PWD/.tools/bin/act"
  [ -x "$act" ] || { echo 'dry-run: act is not there; scripts/install-tools.sh installs it' >&2; exit 1; }
  COPY_PACKAGES=1 exec scripts/in-a-copy.sh scripts/dry-run.sh in-the-copy "$act"
fi
act=$2
root=$PWD

git() {
  env -u GIT_DIR GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 git -c user.name=octocat \
    -c user.email=octocat@example.com -c tag.gpgSign=false -c commit.gpgSign=false "$@"
}

version=$(node -p 'JSON.parse(require("fs").readFileSync("package.json")).version')
slug=$(node -p 'JSON.parse(require("fs").readFileSync("package.json")).repository.url.match(/github\.com\/(.*)\.git$/)[1]')
node scripts/set-version.mjs "$version"
npm run build
git init --quiet --initial-branch=main
git add --all
git commit --quiet --message "Release $version"
git tag "v$version"
git update-ref refs/remotes/origin/main HEAD
git remote add origin "https://github.com/$slug.git"

# act's own files, the workflow without GitHub's part, and a stand-in for GitHub's `gh`.
aside="$root/../aside"
mkdir -p "$aside/home/.config/act" "$aside/bin"
touch "$aside/home/.config/act/actrc"
ln -s "$(command -v node)" "$aside/bin/node"
cp scripts/dry-run/gh.sh "$aside/bin/gh"
node scripts/dry-run/without-github.mjs "$aside" "v$version"

log="$aside/log"
code=0
env -u CI HOME="$aside/home" PATH="$aside/bin:$PATH" DOCKER_HOST=unix:///nonexistent npm_config_cache="${npm_config_cache:-$HOME/.npm}" \
  "$act" push --workflows "$aside/release.yml" --eventpath "$aside/event.json" \
  --platform ubuntu-latest=-self-hosted --no-cache-server >"$log" 2>&1 || code=$?
cat "$log"
if [ "$code" != 0 ]; then exit "$code"; fi
echo
echo "Of the release v$version:"
head -n 3 release/SHA256SUMS
node scripts/dry-run/check-files.mjs release "v$version"
echo
cat "$aside/left-out.txt"

#!/usr/bin/env bash
# Installs the tools of `npm run e2e` at pinned versions below .tools/ (the AWS CLI from Debian's package).
# Says of each what became of it. Fails when one cannot be installed; a machine without Go, Python or apt-get
# loudly goes without the tools that need it.
set -euo pipefail
cd "$(dirname "$0")/.."

ACT_VERSION=0.2.87
ACTIONLINT_VERSION=1.7.12
bin="$PWD/.tools/bin"
venv="$PWD/.tools/python"
failed=0
mkdir -p "$bin"

say() { echo "tools: $*"; }
left_out() { say "LEFT OUT $1: $2"; }
fail() {
  say "FAILED $1: $2"
  failed=1
}

# Runs a command; shows its output only when it fails.
quietly() {
  local output
  if output=$("$@" 2>&1 </dev/null); then return 0; fi
  tail -n 30 <<<"$output" >&2
  return 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

apt_install() {
  command -v apt-get >/dev/null || return 1
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120)
  quietly as_root "${apt[@]}" update && quietly as_root "${apt[@]}" install -y --no-install-recommends "$@"
}

install_go_tool() { # NAME VERSION MODULE VERSION-FLAG
  local name=$1 version=$2 module=$3 flag=$4
  if "$bin/$name" "$flag" 2>/dev/null | grep -qF "$version"; then
    say "$name $version is there"
  elif ! command -v go >/dev/null; then
    left_out "$name" 'this machine has no Go'
  elif GOBIN="$bin" quietly go install -p 2 "$module@v$version"; then
    say "$name $version built"
  else
    fail "$name" 'go install failed'
  fi
}

install_go_client() { # SDK'S VERSION
  local name="client-go-v$1"
  if ! command -v go >/dev/null; then
    left_out "$name" 'this machine has no Go'
  elif quietly go build -C e2e/clients/go -p 2 -o "$bin/$name" "./sdk-v$1"; then
    say "$name built ($("$bin/$name" --version))"
  else
    fail "$name" 'go build failed'
  fi
}

install_python_tools() {
  local requirements=e2e/requirements.txt
  if cmp -s "$requirements" "$venv/installed.txt"; then
    say 'moto and zizmor are there'
    return
  fi
  if ! command -v python3 >/dev/null; then
    left_out 'moto and zizmor' 'this machine has no Python'
    return
  fi
  rm -rf "$venv"
  # Debian keeps what venv needs in a package of its own.
  if ! quietly python3 -m venv "$venv"; then
    rm -rf "$venv"
    apt_install python3-venv && quietly python3 -m venv "$venv" || true
  fi
  if quietly "$venv/bin/python" -m pip install --disable-pip-version-check --no-deps -r "$requirements"; then
    cp "$requirements" "$venv/installed.txt"
    say "moto and zizmor installed ($("$venv/bin/python" --version))"
  else
    fail 'moto and zizmor' 'pip install failed'
  fi
}

# A shim that leads nowhere does not count: the program must say what it is.
has_aws() {
  local candidate
  for candidate in /usr/bin/aws /usr/local/bin/aws aws; do
    if "$candidate" --version 2>/dev/null | grep -q '^aws-cli/'; then return 0; fi
  done
  return 1
}

install_aws() {
  if has_aws; then
    say 'the AWS CLI is there'
  elif ! command -v apt-get >/dev/null; then
    left_out 'the AWS CLI' 'this machine has no apt-get to install it with'
  elif apt_install awscli && has_aws; then
    say 'the AWS CLI installed'
  else
    fail 'the AWS CLI' 'apt-get install awscli failed'
  fi
}

install_go_tool act "$ACT_VERSION" github.com/nektos/act --version
install_go_tool actionlint "$ACTIONLINT_VERSION" github.com/rhysd/actionlint/cmd/actionlint -version
install_go_client 1
install_go_client 2
install_python_tools
install_aws
exit "$failed"

#!/usr/bin/env bash
# Installs the tools of `npm run e2e` at pinned versions below .tools/ (the AWS CLI from Debian's package). With --slow
# also tflint and OpenTofu, which take minutes to build; without it also what scripts/install-world.sh installs. Says of each what became of it. Fails when one cannot be installed; a machine without Go, Python or apt-get
# loudly goes without the tools that need it.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/install.sh

ACT_VERSION=0.2.87
ACTIONLINT_VERSION=1.7.12
TFLINT_VERSION=0.64.0
bin="$PWD/.tools/bin"
slow=${1:-}
case $slow in
'' | --slow) ;;
*)
  echo "usage: $0 [--slow]" >&2
  exit 2
  ;;
esac
mkdir -p "$bin"

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

# The module wraps OpenTofu's, because only a main module's replacements count, and OpenTofu needs one.
install_tofu() {
  local wrapper=e2e/infrastructure/opentofu version
  version=$(sed -n 's|.*github.com/opentofu/opentofu v\([^ ]*\).*|\1|p' "$wrapper/go.mod")
  if "$bin/tofu" version 2>/dev/null | grep -qF "$version"; then
    say "OpenTofu $version is there"
  elif ! command -v go >/dev/null; then
    left_out OpenTofu 'this machine has no Go'
  elif quietly go build -C "$wrapper" -p 2 -o "$bin/tofu" github.com/opentofu/opentofu/cmd/tofu; then
    say "OpenTofu $version built"
  else
    fail OpenTofu 'go build failed'
  fi
}

install_python_tools() { # FOLDER REQUIREMENTS WHAT
  local venv="$PWD/.tools/$1" requirements=$2 what=$3
  if cmp -s "$requirements" "$venv/installed.txt"; then
    say "$what are there"
    return
  fi
  if ! command -v python3 >/dev/null; then
    left_out "$what" 'this machine has no Python'
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
    say "$what installed ($("$venv/bin/python" --version))"
  else
    fail "$what" 'pip install failed'
  fi
}

install_cdk() {
  local source=infrastructure/cdk-example folder="$PWD/.tools/cdk-example"
  if cmp -s "$source/package-lock.json" "$folder/package-lock.json" && [ -d "$folder/node_modules" ]; then
    say 'the CDK is there'
    return
  fi
  rm -rf "$folder"
  mkdir -p "$folder"
  cp "$source"/package*.json "$folder"
  if quietly npm ci --ignore-scripts --prefix "$folder" --no-audit --no-fund --loglevel=error; then
    say 'the CDK installed'
  else
    rm -rf "$folder/node_modules"
    fail 'the CDK' 'its packages could not be installed'
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
install_python_tools python e2e/requirements.txt 'moto and zizmor'
install_python_tools infrastructure e2e/infrastructure/requirements.txt 'cfn-lint, checkov and the moto that deploys'
install_python_tools queries e2e/audit/requirements.txt 'DuckDB and sqlglot'
install_cdk
install_aws
if [ "$slow" = --slow ]; then
  install_go_tool tflint "$TFLINT_VERSION" github.com/terraform-linters/tflint --version
  install_tofu
else
  left_out 'tflint and OpenTofu' 'they take minutes to build; scripts/install-tools.sh --slow does it'
  scripts/install-world.sh || failed=1
fi
exit "$failed"

# Read by the scripts that install tools: what they say, and how they run what they need.
# shellcheck shell=bash
failed=0

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

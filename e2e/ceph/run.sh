#!/bin/sh
# Starts one of Ceph's programs where its packages are unpacked.
root=$(cd "$(dirname "$0")" && pwd)/root
libraries=$(ls -d "$root"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH="$libraries:$root/lib/$(basename "$libraries"):$libraries/ceph:$root/usr/lib/ceph"
export PYTHONPATH="$root/usr/lib/python3/dist-packages"
name=$1
shift
if [ "$name" = libraries ]; then echo "$libraries"; exit; fi
if [ "$name" = ceph ]; then set -- "$root/usr/bin/ceph" "$@"; exec /usr/bin/python3 "$@"; fi
exec "$root/usr/bin/$name" "$@"

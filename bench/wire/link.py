"""Two network namespaces joined by two TUN devices, and a process between them that holds every packet back.

    link.py HOSTS_FILE ROUND_TRIP_MS...

The client has 10.77.0.1; the servers' addresses are 10.77.N.1 to .3, and what goes to or comes from them takes half of
the Nth round trip. HOSTS_FILE stands in for /etc/hosts, in a mount namespace of its own. Prints where the namespaces
are, as one line of JSON, and ends when its standard input does: nothing of all this outlives it.

Python, since Node has no ioctl. Needs root, /dev/net/tun and iproute2.
"""

import ctypes
import fcntl
import heapq
import json
import os
import select
import signal
import struct
import subprocess
import sys
import time

CLONE_NEWNS, CLONE_NEWNET = 0x00020000, 0x40000000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
SERVICES = 3

libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def use_hosts_file(path):
    check(libc.unshare(CLONE_NEWNS), "unshare (mount)")
    check(libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None), "mount --make-rprivate /")
    check(libc.mount(os.fsencode(path), b"/etc/hosts", None, MS_BIND, None), "mount --bind /etc/hosts")


def make_namespace(addresses):
    """A new network namespace with a TUN device; this process stays in it. Returns the device and the namespace."""
    check(libc.unshare(CLONE_NEWNET), "unshare (network)")
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH14x", b"wire", IFF_TUN | IFF_NO_PI))
    for address in addresses:
        subprocess.run(["ip", "address", "add", f"{address}/16", "dev", "wire"], check=True)
    for device in ("lo", "wire"):
        subprocess.run(["ip", "link", "set", device, "up"], check=True)
    return tun, os.open("/proc/self/ns/net", os.O_RDONLY)


def forward(client, servers, round_trips):
    """Hands each packet to the other side when its time has come. Packets of one round trip keep their order."""
    other = {client: servers, servers: client}
    stdin = sys.stdin.fileno()
    waiting = []
    count = 0
    while True:
        timeout = max(0, waiting[0][0] - time.monotonic()) if waiting else None
        for readable in select.select([client, servers, stdin], [], [], timeout)[0]:
            if readable == stdin:
                return
            packet = os.read(readable, 65536)
            if packet[0] >> 4 != 4:
                continue  # IPv6 looking for routers
            index = packet[14] or packet[18]  # the third number of the source's, else of the destination's address
            count += 1
            due = time.monotonic() + round_trips[index - 1] / 2000
            heapq.heappush(waiting, (due, count, other[readable], packet))
        while waiting and waiting[0][0] <= time.monotonic():
            _, _, device, packet = heapq.heappop(waiting)
            os.write(device, packet)


def main():
    # An interrupt goes to the whole process group; who started this one ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    hosts_file, *texts = sys.argv[1:]
    round_trips = [int(text) for text in texts]
    use_hosts_file(hosts_file)
    client, client_namespace = make_namespace(["10.77.0.1"])
    addresses = [f"10.77.{n + 1}.{s + 1}" for n in range(len(round_trips)) for s in range(SERVICES)]
    servers, servers_namespace = make_namespace(addresses)
    places = {"client": client_namespace, "servers": servers_namespace}
    where = {name: f"/proc/{os.getpid()}/fd/{descriptor}" for name, descriptor in places.items()}
    print(json.dumps({**where, "mount": f"/proc/{os.getpid()}/ns/mnt"}), flush=True)
    forward(client, servers, round_trips)


main()

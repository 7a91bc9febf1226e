"""A reader that reads nothing until the end: what the instrument's lines do then. Called with the folder of a bundle; prints JSON."""

import json
import socket
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import gevent  # noqa: E402
from gevent import monkey  # noqa: E402

monkey.patch_all()
from instrument import lines  # noqa: E402

ours, theirs = socket.socketpair()
out = lines.Lines(theirs.fileno())
line = "x" * 99
for number in range(60_000):
    out.write(f"{number:06}{line}")
    if number % 1000 == 0:
        gevent.sleep(0)

got = bytearray()


def read():
    while part := ours.recv(65536):
        got.extend(part)


reader = gevent.spawn(read)
out.close(lambda: f"end {out.lost}", seconds=5)
theirs.close()
reader.join()
*kept, last = got.decode().splitlines()
json.dump({"kept": len(kept), "lost": out.lost, "last": last, "inOrder": kept == sorted(kept) and kept[0].startswith("000000")}, sys.stdout)

"""Lines to an open descriptor, without ever making the load wait for who reads them."""

import os
import stat
import time

import gevent
from gevent.event import Event

# Unread bytes above which further lines are dropped, and counted.
MOST_UNREAD = 4 * 1024 * 1024
FLUSH_EACH_SECONDS = 0.1


class Lines:
    """`write` puts a line on the pile; a greenlet of its own writes as much as the
    descriptor takes."""

    def __init__(self, descriptor):
        """descriptor: None: nobody wants lines, and `write` must not be called."""
        self.wanted = descriptor is not None
        self.lost = 0
        self._descriptor = descriptor
        self._unread = bytearray()
        self._closing = Event()
        self._flusher = None
        if self.wanted:
            # A disk has no "not now": it is written to in a thread.
            self._in_thread = stat.S_ISREG(os.fstat(descriptor).st_mode)
            os.set_blocking(descriptor, False)
            self._flusher = gevent.spawn(self._flush_each)

    def write(self, line, must=False):
        """must: the one line at the end that tells how many were dropped."""
        if len(self._unread) > MOST_UNREAD and not must:
            self.lost += 1
        else:
            self._unread += line.encode() + b"\n"

    def close(self, last_line, seconds):
        """last_line(): made when no line can be dropped any more. Waits a while for the
        reader to take the rest."""
        if not self.wanted:
            return
        self._closing.set()
        self._flusher.join()
        self._flush()
        self.write(last_line(), must=True)
        until = time.perf_counter() + seconds
        while self._flush() and self._unread and time.perf_counter() < until:
            gevent.sleep(0.01)

    def _flush_each(self):
        while self._flush() and not self._closing.wait(FLUSH_EACH_SECONDS):
            pass

    def _flush(self):
        """Writes what can be written now. False: the reader is gone for good."""
        try:
            while self._unread:
                del self._unread[: self._put(bytes(self._unread[:65536]))]
        except BlockingIOError:
            pass
        except OSError:
            self.lost += self._unread.count(b"\n")
            self._unread.clear()
            return False
        return True

    def _put(self, data):
        if self._in_thread:
            return gevent.get_hub().threadpool.apply(os.write, (self._descriptor, data))
        return os.write(self._descriptor, data)

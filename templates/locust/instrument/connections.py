"""Connections of a virtual user: one at a time, certificates verified, nothing sent
twice, and nothing to a refused address."""

import functools
import json
import os
import select
import socket
import time
from pathlib import Path

import gevent
from gevent.monkey import get_original
from geventhttpclient.client import HTTPClientPool
from geventhttpclient.connectionpool import ConnectionPool, SSLConnectionPool

from .addresses import RefusedAddress, refusing
from .settings import read

_REFUSED = json.loads(read(Path(__file__).with_name("refused-addresses.json")))
_is_refused = refusing(_REFUSED["ranges"])


class OneConnection(HTTPClientPool):
    def __init__(self):
        # Locust's own pool takes neither one connection per user nor "no limit" for the
        # socket: the one limit is that of the whole request.
        super().__init__(
            concurrency=1,
            connection_timeout=None,
            network_timeout=None,
            insecure=False,
            ssl_context_factory=tls_context,
        )

    def get_client(self, url):
        client = super().get_client(url)
        # When a connection ends without an answer, the client would send a GET, PUT or
        # DELETE again, up to `size + 1` times.
        client._connection_pool.size = -1
        return client


def warm_up(target):
    """What is loaded at first use would else be part of the first request, and hold up
    all others for some 20 ms: the resolver's thread, codecs of host names, TLS."""
    gevent.socket.getaddrinfo("localhost", None)
    if target.startswith("https:"):
        tls_context(cafile=SSLConnectionPool.default_options["ca_certs"])


@functools.cache
def tls_context(cafile):
    """One for all users: reading the certificates takes 20 ms and more.

    cafile: those that the client would trust.
    """
    context = gevent.ssl.create_default_context(cafile=cafile)
    extra = os.environ.get("LOAD_TEST_CA")
    if extra:
        context.load_verify_locations(cafile=extra)
    return context


def _connect_socket(pool, sock, address):
    """Each address that a name leads to is looked at just before it is connected to."""
    if _is_refused(address[0]):
        raise RefusedAddress(_REFUSED["detail"])
    sock.connect(address)
    return sock


def _after_connect(pool, sock):
    """The client's hook for a new connection, TLS included."""
    # Else the end of a request waits for the answer to its beginning.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    gevent.getcurrent().connected = time.perf_counter()


def _is_socket_alive(pool, sock):
    """An idle connection that can be read was closed by the server.

    The client's own check uses select(), which cannot see descriptors from 1024 on:
    with a thousand users every request would open a new connection.
    """
    poller = _poll()
    poller.register(sock, select.POLLIN)
    return not poller.poll(0)


ConnectionPool._connect_socket = _connect_socket
ConnectionPool.after_connect = _after_connect
if hasattr(select, "POLLIN"):
    _poll = get_original("select", "poll")
    ConnectionPool._is_socket_alive = _is_socket_alive

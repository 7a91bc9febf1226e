"""HTTP as it is measured here: one connection and one cookie jar per virtual user, certificates verified, redirects not
followed, nothing repeated, and one timeout over the whole request, connection set-up included."""

import functools
import os
import select
import ssl
import time

import gevent
from gevent.monkey import get_original
from geventhttpclient.client import HTTPClientPool
from geventhttpclient.connectionpool import ConnectionPool, SSLConnectionPool
from locust import FastHttpUser
from locust.exception import CatchResponseError

from .failure import TooLate, failure_of
from .settings import stop


class Answer:
    """What one request came to. Times are `time.perf_counter()` seconds."""

    def __init__(self, name, method):
        self.name = name
        self.method = method
        self.started = time.perf_counter()
        self.ended = None
        # Set only when this request opened a new connection.
        self.connected = None
        # 0: no answer.
        self.status = 0
        self.content = b""
        # (outcome, detail) when there was no complete answer.
        self.failure = None

    @property
    def text(self):
        return self.content.decode("utf-8", "replace")


class HttpUser(FastHttpUser):
    """A virtual user: `send` makes a request, `report` says what it came to. Each sent one must be reported."""

    abstract = True
    max_redirects = 0
    request_timeout = 30.0

    @classmethod
    def prepare(cls, target):
        """Once, before the first request. What is missing stops the test here."""
        cls.host = target
        # The resolver's thread and the codecs of host names are loaded at first use: some 20 ms that would else be part
        # of the first request and hold up all others.
        gevent.socket.getaddrinfo("localhost", None)
        if target.startswith("https:"):
            tls_context(cafile=SSLConnectionPool.default_options["ca_certs"])

    def __init__(self, environment, reporter):
        # A pool of its own, since Locust's takes neither one connection per user nor "no limit" for the socket.
        self.client_pool = HTTPClientPool(
            concurrency=1, connection_timeout=None, network_timeout=None, insecure=False, ssl_context_factory=tls_context
        )
        super().__init__(environment)
        # Every status is an answer; what it means is decided by `outcome_of`.
        self.client.client.valid_response_codes = range(100, 1000)
        self.reporter = reporter
        # Open model: when this iteration was due, seconds since the plan's second 0.
        self.due = None

    def send(self, name, method, path, headers, body):
        """Sends one request and waits for its whole answer. Never raises for what the target or the network does."""
        answer = Answer(name, method)
        self.reporter.in_flight += 1
        greenlet = gevent.getcurrent()
        greenlet.connected = None
        headers = {key: _on_the_wire(value) for key, value in headers.items()}
        try:
            with gevent.Timeout(self.request_timeout, TooLate()):
                # Not entered as a context manager: Locust's own statistics are told in `report`.
                response = self.client.request(method, path, name=name, headers=headers, data=body, catch_response=True)
            error = response.request_meta["exception"] or getattr(response, "error", None)
            if error is None:
                answer.status, answer.content = response.status_code, response.content or b""
        except Exception as raised:
            error = raised
        answer.ended = time.perf_counter()
        answer.connected = greenlet.connected
        if error is not None:
            answer.failure = failure_of(error)
            # What it was raised from would keep the connection open until the next garbage collection.
            error.__traceback__ = None
            self.disconnect()
        return answer

    def report(self, answer, outcome, detail="", execution=False):
        """Counts a request. execution: this one request is also the whole execution."""
        due, self.due = self.due, None
        self.reporter.request(answer, outcome, detail, execution, due)
        self.environment.events.request.fire(
            request_type=answer.method,
            name=answer.name,
            response_time=(answer.ended - answer.started) * 1000,
            response_length=len(answer.content),
            exception=None if outcome == "ok" else CatchResponseError(outcome),
            context={},
        )

    def disconnect(self):
        """The next request opens a new connection."""
        self.client_pool.close()


def _on_the_wire(value):
    """Header values go out as UTF-8; the client takes text for Latin-1."""
    return value.encode("utf-8", "surrogateescape").decode("latin-1")


@functools.cache
def tls_context(cafile):
    """One for all users: reading the certificates takes 20 ms and more. cafile: those that the client would trust."""
    context = gevent.ssl.create_default_context(cafile=cafile)
    extra = os.environ.get("LOAD_TEST_CA")
    if extra:
        try:
            context.load_verify_locations(cafile=extra)
        except (OSError, ssl.SSLError) as error:
            stop(f"LOAD_TEST_CA={extra} holds no certificate that can be read: {error}.")
    return context


def _after_connect(pool, sock):
    """The client's hook for a new connection, TLS included."""
    gevent.getcurrent().connected = time.perf_counter()


def _is_socket_alive(pool, sock):
    """An idle connection that can be read was closed by the server. The client's own check uses select(), which cannot
    see descriptors from 1024 on: with a thousand users every request would open a new connection."""
    poller = _poll()
    poller.register(sock, select.POLLIN)
    return not poller.poll(0)


ConnectionPool.after_connect = _after_connect
if hasattr(select, "POLLIN"):
    _poll = get_original("select", "poll")
    ConnectionPool._is_socket_alive = _is_socket_alive

"""HTTP as it is measured here: one cookie jar per virtual user, redirects not followed,
nothing repeated, and one timeout over the whole request, connection set-up included."""

import functools
import time
from urllib.parse import quote

import gevent
from geventhttpclient.url import URL
from locust import FastHttpUser
from locust.contrib.fasthttp import FastRequest

from .connections import OneConnection
from .failure import TooLate, failure_of

# A body of so many bytes or more is sent from where it lies: the client would copy it
# for each request that is on its way.
LARGE = 64 * 1024


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
        # Set once it is reported.
        self.outcome = None

    @property
    def text(self):
        return self.content.decode("utf-8", "replace")


class WireUser(FastHttpUser):
    abstract = True
    max_redirects = 0
    # Seconds.
    request_timeout = None

    def __init__(self, environment, reporter):
        self.client_pool = OneConnection()
        super().__init__(environment)
        # Every status is an answer; what it means is decided by the journey.
        self.client.client.valid_response_codes = range(100, 1000)
        self.client.client.request_type = _Request
        self.reporter = reporter

    def send(self, name, method, path, headers, body):
        """Sends one request and waits for its whole answer. Never raises for what the
        target or the network does.

        path: with its query; headers: a dict; body: bytes, or None.
        """
        headers = {key: _on_the_wire(value) for key, value in headers.items()}
        if body is not None and len(body) >= LARGE:
            body = _LargeBody(body)
        answer = Answer(name, method)
        self.reporter.in_flight += 1
        greenlet = gevent.getcurrent()
        greenlet.connected = None
        try:
            with gevent.Timeout(self.request_timeout, TooLate()):
                # Not entered as a context manager: Locust's own statistics are told
                # when the request is reported.
                response = self.client.request(
                    method,
                    path,
                    name=name,
                    headers=headers,
                    data=body,
                    catch_response=True,
                )
            error = response.request_meta["exception"]
            error = error or getattr(response, "error", None)
            if error is None:
                answer.status = response.status_code
                answer.content = response.content or b""
        except Exception as raised:
            error = raised
        answer.ended = time.perf_counter()
        answer.connected = greenlet.connected
        if error is not None:
            answer.failure = failure_of(error)
            # What it was raised from would keep the connection open until the next
            # garbage collection.
            error.__traceback__ = None
            self.disconnect()
        return answer

    def disconnect(self):
        """The next request opens a new connection."""
        self.client_pool.close()


class _Address(URL):
    """Read once, not for each request. What no address can hold is escaped, and all else
    stays as it is: the client would write %7E as ~."""

    __slots__ = ("host", "port", "quoted_uri", "request_uri", "text")

    def __init__(self, text):
        super().__init__(text)
        self.text = text
        self.host = super().host
        self.port = super().port
        self.request_uri = super().request_uri
        self.quoted_uri = quote(self.request_uri, safe="!#$%&'()*+,/:;=?@[]~")

    def __str__(self):
        return self.text


# Those of polls are different ones each time.
_address = functools.lru_cache(maxsize=1000)(_Address)


class _Request(FastRequest):
    def set_url(self, url, params=None):
        super().set_url(_address(url) if params is None else url, params)


def _on_the_wire(value):
    """Header values go out as UTF-8; the client takes text for Latin-1."""
    if value.isascii():
        return value
    return value.encode("utf-8", "surrogateescape").decode("latin-1")


class _LargeBody:
    """A file for the client, which sends it piece by piece as the connection takes it:
    all of it, without a copy."""

    def __init__(self, body):
        self._length = len(body)
        self._rest = memoryview(body)

    def __len__(self):
        return self._length

    def read(self, _size):
        rest, self._rest = self._rest, b""
        return rest

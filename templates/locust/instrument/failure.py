"""Why a request got no complete answer, as one word of the closed list of outcomes."""

import socket
import ssl

from geventhttpclient.response import HTTPConnectionClosed, HTTPParseError

from .addresses import RefusedAddress


class TooLate(Exception):
    """The request timeout passed."""


def failure_of(error):
    """Returns (outcome, detail)."""
    # The client wraps what it would have repeated, had it been allowed to.
    error = getattr(error, "original", None) or error
    detail = f"{type(error).__name__}: {error}"[:200]
    if isinstance(error, RefusedAddress):
        return "other", str(error)
    if isinstance(error, TooLate):
        return "timeout", ""
    if isinstance(error, TimeoutError):
        return "timeout", detail
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return "dns", detail
    if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return "reset", detail
    if isinstance(error, ssl.SSLError):
        return "tls", detail
    if isinstance(error, ConnectionRefusedError):
        return "refused", detail
    if isinstance(error, (ConnectionError, HTTPConnectionClosed)) or _cut(error):
        return "reset", detail
    return "other", detail


def _cut(error):
    """The connection was closed within an answer; the parser has no class for that."""
    return isinstance(error, HTTPParseError) and any(
        word in str(error) for word in ("Incomplete", "EOF", "closed")
    )

"""How long the token of a login is good for.

The same as token.js; both are held to vectors/token.json.
"""

import base64
import math
import re

from .outcome import parse


def life_of(token, expires_in, now_epoch_ms):
    """Milliseconds from now; None: it does not say.

    expires_in: the answer's `expires_in` beside the token, in seconds; now_epoch_ms: the wall clock, for a token that
    tells when it expires but not when it was made.
    """
    claims = _claims_of(token)
    exp, iat = claims.get("exp"), claims.get("iat")
    if _is_number(exp):
        life = (exp - iat) * 1000 if _is_number(iat) else exp * 1000 - now_epoch_ms
    elif _is_number(expires_in):
        life = expires_in * 1000
    else:
        return None
    # Over before it began: the clocks disagree, and what is left is to wait for a 401.
    return life if life > 0 else None


def renew_ahead_of(life_ms):
    """A new one is asked for so long before the old one expires."""
    return min(30_000, life_ms / 5)


def _is_number(value):
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and math.isfinite(value)
    )


def _claims_of(token):
    """The claims of a JSON Web Token (RFC 7519), unverified; empty for a token of another kind."""
    parts = token.split(".")
    if len(parts) != 3 or not re.fullmatch("[A-Za-z0-9_-]*", parts[1]):
        return {}
    # One letter alone is not yet a byte.
    text = parts[1] if len(parts[1]) % 4 != 1 else parts[1][:-1]
    # Bytes as characters: enough for the numbers in it.
    claims = parse(base64.urlsafe_b64decode(text + "==").decode("latin-1"))
    return claims if isinstance(claims, dict) else {}

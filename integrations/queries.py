"""Parameters of requests in the form that addresses have."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus


def query(params: Mapping[str, Any]) -> bytes:
    """Return parameters as the query of an address."""
    return "&".join(f"{_quoted(one)}={_quoted(str(params[one]))}" for one in params).encode()


# Page after page asks in nearly the same words, among them a long list of properties.
@lru_cache(maxsize=256)
def _quoted(text: str) -> str:
    return quote_plus(text)

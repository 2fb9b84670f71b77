"""The document as JSON: every answer by section, question, row and field, and how goals stand."""

import msgspec

from strategy.document.model import Document


def write(document: Document) -> bytes:
    """Return the answers as JSON that can be imported again; numbers of goals at full precision."""
    encoded = msgspec.json.Encoder(decimal_format="number").encode(dict(document.data))
    return msgspec.json.format(encoded, indent=2) + b"\n"

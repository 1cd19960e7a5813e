"""The notes in brackets by which a digest says on what each text rests: `[fact 254; seen; https://…]`.

They belong to the document and are shown, small; they are no words of law, so search, vectors and tags do not see them.
"""

from __future__ import annotations

import re

NOTE = re.compile(r"\[fact \d+;.*?\](?=[ \t]*(?:\n|\Z))", re.DOTALL)
"""A note of basis, from its bracket to the bracket at a line's end."""


def without_basis(text: str) -> str:
    """Return a text without its notes of basis.

    >>> without_basis("(1) Stranac ...\\n[fact 7; seen; http://a.b/c]\\n(2) Rok ...")
    '(1) Stranac ...\\n\\n(2) Rok ...'
    """
    return NOTE.sub("", text)

"""Citations as W3C Web Annotations: what is said of a passage, and the passage found again by its exact words.

Invariant: `exact` is the citation's sealed quote, letter for letter; a digest and a translation say so in the body.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from psimm_docs.records import Citation
from psimm_docs.references import once, remarks
from psimm_docs.styles import house


def to_web_annotations(citations: Sequence[Citation]) -> str:
    """Return citations as an annotation page in JSON-LD: the footnote and its remarks as body, the quote as selector. Repeated ones come once.

    The target is the official address, else a URN of the document's id; the place in the tree refines it.
    """
    items: list[dict[str, Any]] = []
    for one in once(citations):
        source, _, eid = one.provision_id.partition("#")
        selector: list[dict[str, Any]] = [{"type": "FragmentSelector", "value": eid}] if eid else []
        if one.quote:
            selector.append({"type": "TextQuoteSelector", "exact": one.quote})
        items.append(
            {
                "id": f"urn:psimm:citation:{one.provision_id}",
                "type": "Annotation",
                "motivation": "identifying",
                "body": [
                    {"type": "TextualBody", "value": house(one), "format": "text/plain", "language": "en"},
                    {"type": "TextualBody", "value": remarks(one), "format": "text/plain", "purpose": "describing"},
                ],
                "target": {
                    "source": one.official_url or f"urn:psimm:document:{source}",
                    "selector": selector,
                    **({"language": one.language} if one.language else {}),
                },
            }
        )
    made = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": "urn:psimm:citations",
        "type": "AnnotationPage",
        "items": items,
    }
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"

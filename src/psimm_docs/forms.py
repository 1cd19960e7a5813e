"""Answers in the forms of other tools: Label Studio tasks, Argilla records, W3C Web Annotations.

Plain data in, bytes out; reading them back is `incoming`'s matter. Invariant: whatever a text, a note or a name holds stands in JSON strings
as it is, and says that it is plain text; positions count characters of the fixed text, as W3C's selectors do. Each form carries enough for the
way back: provision, wording (fingerprint or the exact words), concept, verdict and author.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from psimm_docs.jurisdictions import KOSOVO_NOTE, jurisdiction, needs_note
from psimm_docs.records import Concept, Decision, Provision, Source, Tag

CONCERNS, REJECTED, NOTE, REVIEWER = "concerns", "rejected", "note", "reviewer"
"""The names of the questions: what fits, what does not, why, and who says so."""

AROUND = 32
"""Letters of the text that a quotation carries before and after it, so that it can be found again."""

URN = "urn:psimm:"
CONCEPT_URN, PROVISION_URN, DOCUMENT_URN = f"{URN}taxonomy:concept:", f"{URN}provision:", f"{URN}document:"
CONTEXT = "http://www.w3.org/ns/anno.jsonld"


@dataclass(frozen=True, slots=True)
class Answered:
    """A provision with its document's text and what stands about it: people's answers in force and the machine's suggestions."""

    provision: Provision
    source: Source
    document_text: str
    answers: tuple[Decision, ...]
    tags: tuple[Tag, ...]

    @property
    def text(self) -> str:
        """The provision's own words."""
        return self.provision.span.of(self.document_text)

    @property
    def about(self) -> dict[str, str]:
        """What tells the provision: id, wording, law, place, jurisdiction, language, and the footnote of Kosovo*."""
        code = self.source.jurisdiction
        about = {
            "provision_id": self.provision.id,
            "fingerprint": self.provision.fingerprint,
            "law": self.source.title,
            "label": self.provision.label,
            "jurisdiction": jurisdiction(code).name,
            "language": self.provision.language,
            "status": self.source.status,
        }
        return {**about, "footnote": KOSOVO_NOTE} if needs_note([code]) else about

    def by_reviewer(self) -> dict[str, list[Decision]]:
        """The answers of each reviewer, by name."""
        found: dict[str, list[Decision]] = {}
        for one in self.answers:
            found.setdefault(one.reviewer, []).append(one)
        return dict(sorted(found.items()))


def concepts_of(answers: Iterable[Decision], verdict: str) -> list[str]:
    """Return the concepts that answers give this verdict."""
    return [one.concept for one in answers if one.verdict == verdict]


def notes_of(answers: Iterable[Decision]) -> str:
    """Return the notes of a reviewer's answers, each after its concept, a line each."""
    return "\n".join(f"{one.concept}: {one.note}" for one in answers if one.note)


def as_json(value: object) -> bytes:
    """Return JSON with letters unescaped, indented, ending in a line end; halves of characters are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return (text + "\n").encode("utf-8", "backslashreplace")


# --- Label Studio ---


def label_studio(items: Iterable[Answered]) -> bytes:
    """Return a JSON array of tasks, one a provision: an annotation a reviewer, a prediction of the tagger."""
    return as_json([task(one, number) for number, one in enumerate(items, 1)])


def task(one: Answered, number: int) -> dict[str, object]:
    """Return one task."""
    annotations = [
        {
            "result": results(
                {CONCERNS: concepts_of(said, "accept"), REJECTED: concepts_of(said, "reject")},
                {NOTE: notes_of(said), REVIEWER: name},
            ),
            "was_cancelled": False,
            "ground_truth": False,
            "created_at": max(each.time for each in said),
        }
        for name, said in one.by_reviewer().items()
    ]
    predictions = [
        {
            "model_version": best.tagger_version,
            "score": best.score,
            "result": results({CONCERNS: [tag.concept for tag in one.tags]}, {}),
        }
        for best in sorted(one.tags, key=lambda tag: -tag.score)[:1]
    ]
    return {
        "id": number,
        "data": {"text": one.text, **one.about},
        "annotations": annotations,
        "predictions": predictions,
    }


def results(choices: dict[str, list[str]], words: dict[str, str]) -> list[dict[str, object]]:
    """Return the results of an annotation: choices and texts that aren't empty, by the name of their control."""
    made: list[dict[str, object]] = [
        {"from_name": name, "to_name": "text", "type": "choices", "value": {"choices": some}}
        for name, some in choices.items()
        if some
    ]
    return made + [
        {"from_name": name, "to_name": "text", "type": "textarea", "value": {"text": [text]}}
        for name, text in words.items()
        if text
    ]


def label_studio_config(concepts: Sequence[Concept]) -> str:
    """Return the labelling interface to which the tasks belong."""

    def choices(name: str) -> str:
        rows = "".join(f'    <Choice value="{escape(one.id)}" hint="{escape(one.label())}"/>\n' for one in concepts)
        return f'  <Choices name="{name}" toName="text" choice="multiple" showInline="true">\n{rows}  </Choices>\n'

    return (
        '<View>\n  <Header value="$law"/>\n  <Header value="$label"/>\n  <Text name="text" value="$text"/>\n'
        f"{choices(CONCERNS)}{choices(REJECTED)}"
        f'  <TextArea name="{NOTE}" toName="text"/>\n  <TextArea name="{REVIEWER}" toName="text"/>\n</View>\n'
    )


# --- Argilla ---


def user_id(reviewer: str) -> str:
    """Return the UUID that stands for a reviewer: the same for the same name."""
    return str(uuid5(NAMESPACE_URL, f"{URN}reviewer:{quote(reviewer)}"))


def argilla(items: Iterable[Answered]) -> bytes:
    """Return a JSON array of records, one a provision, with responses by question and the tagger's suggestions."""
    return as_json([argilla_record(one) for one in items])


def argilla_record(one: Answered) -> dict[str, object]:
    """Return one record; `metadata.reviewers` says which name each user id stands for."""
    people = one.by_reviewer()
    responses: dict[str, list[dict[str, object]]] = {CONCERNS: [], REJECTED: [], NOTE: []}
    for name, said in people.items():
        for question, verdict in ((CONCERNS, "accept"), (REJECTED, "reject")):
            if some := concepts_of(said, verdict):
                responses[question].append({"value": some, "user_id": user_id(name)})
        if notes := notes_of(said):
            responses[NOTE].append({"value": notes, "user_id": user_id(name)})
    suggestion = {
        "value": [tag.concept for tag in one.tags],
        "score": [tag.score for tag in one.tags],
        "agent": one.tags[0].tagger_version if one.tags else None,
    }
    about = dict(one.about)
    return {
        "id": one.provision.id,
        "fields": {"text": one.text, "law": about.pop("law"), "label": about.pop("label")},
        "metadata": {**about, "reviewers": [f"{user_id(name)} {name}" for name in people]},
        "suggestions": {CONCERNS: suggestion} if one.tags else {},
        "responses": {question: some for question, some in responses.items() if some},
        "vectors": {},
    }


# --- W3C Web Annotation ---


def web_annotation(items: Iterable[Answered]) -> bytes:
    """Return an annotation collection (JSON-LD), an annotation an answer, its target the provision's words by quote and by position."""
    every = list(items)
    made = [annotation(one, said) for one in every for said in one.answers]
    named = any(needs_note([one.source.jurisdiction]) for one in every)
    label = "Answers of reviewers: which provisions concern which concepts." + (f" {KOSOVO_NOTE}" if named else "")
    return as_json(
        {
            "@context": CONTEXT,
            "type": "AnnotationCollection",
            "label": label,
            "total": len(made),
            "first": {"type": "AnnotationPage", "startIndex": 0, "items": made},
        }
    )


def annotation(one: Answered, said: Decision) -> dict[str, object]:
    """Return one annotation: the concept, the verdict and the note as bodies."""
    span, text = one.provision.span, one.document_text
    bodies: list[dict[str, str]] = [
        {"type": "SpecificResource", "purpose": "classifying", "source": CONCEPT_URN + quote(said.concept)},
        {"type": "TextualBody", "purpose": "assessing", "format": "text/plain", "value": said.verdict},
    ]
    if said.note:
        bodies.append({"type": "TextualBody", "purpose": "commenting", "format": "text/plain", "value": said.note})
    return {
        "@context": CONTEXT,
        "id": f"{URN}decision:{quote(said.hash)}",
        "type": "Annotation",
        "motivation": "classifying",
        "created": said.time,
        "creator": {"type": "Person", "name": said.reviewer},
        "body": bodies,
        "target": {
            "id": PROVISION_URN + quote(one.provision.id),
            "type": "SpecificResource",
            "source": DOCUMENT_URN + quote(one.source.id),
            "selector": [
                {
                    "type": "TextQuoteSelector",
                    "exact": one.text,
                    "prefix": text[max(0, span.start - AROUND) : span.start],
                    "suffix": text[span.end : span.end + AROUND],
                },
                {"type": "TextPositionSelector", "start": span.start, "end": span.end},
            ],
        },
    }


FORMS = {"label-studio": label_studio, "argilla": argilla, "web-annotation": web_annotation}
"""The forms by name; each takes answered provisions and returns a file's bytes."""

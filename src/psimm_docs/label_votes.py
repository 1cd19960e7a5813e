"""The vote of labels: which concepts a text names, by the taxonomy's labels in the text's language.

The idea: text and labels are folded, cut into words and each word to its stem, so that case endings, scripts and missing diacritics
play no part; spaCy's PhraseMatcher then finds the labels. Where labels overlap the longest counts; a negative label silences what it
covers. Invariant: a match is a span of the original text, and a label's words are cut as a text's are, so that each label is found in
itself. What a match is worth is left to `tagging`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psimm_docs.basis import NOTE
from psimm_docs.fold import fold, fold_with_map, words
from psimm_docs.records import Span

if TYPE_CHECKING:
    from psimm_docs.taxonomy import Taxonomy

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "sq": ("sq", "sq-XK"),
    "hbs": ("bs", "hr", "cnr", "sr-Cyrl"),
    "mk": ("mk",),
    "en": ("en",),
}
"""Languages whose labels are looked for together: after folding, bs, hr, cnr and sr differ in few words."""

KEEP = 4
"""Letters of a word that are always kept; of longer words two letters are cut, five at most."""


@dataclass(frozen=True, slots=True)
class Match:
    """A label found: the concept, where, how many words it has; `negative` where it says that the concept is not meant."""

    concept: str
    span: Span
    words: int
    negative: bool


def stem(word: str) -> str:
    """Return a folded word without the ending that inflection changes.

    >>> stem("dozvole"), stem("dozvolama"), stem("leje"), stem("13a")
    ('dozvo', 'dozvola', 'leje', '13a')
    """
    if word[:1].isdigit() or len(word) <= KEEP:
        return word
    return word[: max(KEEP, len(word) - 2)]


def same(cut: str, word: str) -> bool:
    """Say whether a word of a text can be an inflected form of a label's word with this stem."""
    return word.startswith(cut) and len(word) - len(cut) <= 5 if len(cut) >= KEEP else word == cut


def family(language: str) -> str:
    """Return the family of a BCP 47 tag; English for a language without labels."""
    plain = language.split("-")[0]
    if plain in ("bs", "hr", "cnr", "sr"):
        return "hbs"
    return plain if plain in FAMILIES else "en"


class LabelMatcher:
    """The labels of a taxonomy, ready to be looked for; built once per family on first use."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        """Keep the taxonomy; nothing is built yet."""
        self.taxonomy = taxonomy
        self._built: dict[str, tuple[Any, Any, dict[str, tuple[str, bool]]]] = {}
        self._stems: dict[str, frozenset[str]] = {}
        self._cut: dict[str, dict[str, str]] = {}

    def find(self, text: str, language: str) -> list[Match]:
        """Return the labels found in a text, in text order, overlaps settled for the longest; negative ones included."""
        from spacy.tokens import Doc

        vocabulary, matcher, meaning = self._of(family(language))
        folded = fold_with_map(text)
        quiet = [(note.start(), note.end()) for note in NOTE.finditer(text)]
        places = [place for place in words(folded.text) if not any(a <= folded.offsets[place[0]] < b for a, b in quiet)]
        if not places:
            return []
        found: list[tuple[int, int, str]] = []
        doc = Doc(vocabulary, words=[self._stem_of(folded.text[a:b], family(language)) for a, b in places])
        for key, start, end in matcher(doc):
            found.append((start, end, vocabulary.strings[key]))
        found.sort(key=lambda one: (one[0] - one[1], one[0], one[2]))
        taken: dict[str, list[tuple[int, int]]] = {}
        silenced: list[tuple[int, int, str]] = [
            (start, end, meaning[key][0]) for start, end, key in found if meaning[key][1]
        ]
        kept = []
        for start, end, key in found:
            concept, negative = meaning[key]
            spans = taken.setdefault(f"{concept}{negative}", [])
            if any(a <= start and end <= b for a, b in spans):
                continue
            if not negative and any(one == concept and a <= start and end <= b for a, b, one in silenced):
                continue
            spans.append((start, end))
            kept.append(Match(concept, folded.span(places[start][0], places[end - 1][1]), end - start, negative))
        return sorted(kept, key=lambda match: (match.span, match.concept))

    def _stem_of(self, word: str, name: str) -> str:
        """Return `stems_of` a word, remembered."""
        known = self._cut.setdefault(name, {})
        if word not in known:
            if name not in self._stems:
                self._stems[name] = frozenset(
                    stem(one) for _, label, _ in self._labels(name) for one in folded_words(label)
                )
            if len(known) > 200_000:
                known.clear()
            known[word] = stems_of(word, self._stems[name])
        return known[word]

    def _labels(self, name: str) -> Iterator[tuple[str, str, bool]]:
        for concept in self.taxonomy.concepts:
            for language in FAMILIES[name]:
                yield from ((concept.id, label, False) for label in concept.labels.get(language, ()))
                yield from ((concept.id, label, True) for label in concept.negatives.get(language, ()))

    def _of(self, name: str) -> tuple[Any, Any, dict[str, tuple[str, bool]]]:
        if name not in self._built:
            from spacy.matcher import PhraseMatcher
            from spacy.tokens import Doc
            from spacy.vocab import Vocab

            vocabulary = Vocab()
            matcher = PhraseMatcher(vocabulary)
            meaning: dict[str, tuple[str, bool]] = {}
            for number, (concept, label, negative) in enumerate(self._labels(name)):
                cut = [self._stem_of(word, name) for word in folded_words(label)]
                if cut:
                    key = f"{concept} {number}"
                    meaning[key] = (concept, negative)
                    matcher.add(key, [Doc(vocabulary, words=cut)])
            self._built[name] = (vocabulary, matcher, meaning)
        return self._built[name]


def folded_words(label: str) -> Sequence[str]:
    """Return a label's folded words."""
    plain = fold(label)
    return [plain[a:b] for a, b in words(plain)]


def stems_of(word: str, stems: frozenset[str]) -> str:
    """Return the label stem that a word of a text is a form of (the longest), else the word's own stem."""
    for length in range(len(word), max(KEEP, len(word) - 5) - 1, -1):
        if word[:length] in stems and (length >= KEEP):
            return word[:length]
    return word if len(word) <= KEEP else stem(word)

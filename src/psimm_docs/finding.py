"""What a search needs besides the index: what tags say of its hits, counterparts in other jurisdictions, questions kept to be asked again.

Wiring: the index answers, tags and corrections are added here, and saved questions go through the workbench as anybody's do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from psimm_docs.errors import PsimmError
from psimm_docs.queries import Asked, Changes, Result, SavedQuery, changes, read_query, write_query
from psimm_docs.records import Hit, Tag

if TYPE_CHECKING:
    from psimm_docs.index import Index
    from psimm_docs.index_view import Filters
    from psimm_docs.search import Answer, Mode, Weights
    from psimm_docs.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Opened:
    """An index that stays open between searches, with its vectors in memory, and the file (its inode) that it reads."""

    index: Index
    file: int


def open_index(bench: Workbench) -> Index:
    """Return the workspace's index, opened once, and anew where the file is another one; raises PsimmError where nothing is built yet."""
    from psimm_docs.index import Index

    folder = bench.workspace.index
    try:
        file = (folder / "search.sqlite").stat().st_ino
    except FileNotFoundError:
        raise PsimmError(f"{bench.workspace.root}: nothing is built yet; run psimm-docs build") from None
    if bench.opened is None or bench.opened.file != file:
        encoder = bench.encoder
        index = Index.open(folder, dimensions=encoder.dimensions, encoder_version=encoder.version)
        bench.opened = Opened(index, file)
    return bench.opened.index


def search(
    bench: Workbench, query: str, filters: Filters, *, limit: int, mode: Mode = "mixed", weights: Weights | None = None
) -> Answer:
    """Search the corpus with the query's vector, its terms in other languages, its concepts, and what people decided."""
    found = look(bench, query, filters, decided(bench), limit=limit, mode=mode, weights=weights)
    hits = found.hits
    if bench.reranker and mode == "mixed":
        hits = bench.reranker.order(query, hits, depth=bench.workspace.settings.search.rerank_depth)
    return replace(found, hits=completed(bench, hits))


def look(
    bench: Workbench,
    query: str,
    filters: Filters,
    answers: Mapping[str, Mapping[str, bool]],
    *,
    limit: int,
    mode: Mode = "mixed",
    weights: Weights | None = None,
) -> Answer:
    """Return the index's own answer, where only the provisions found matter; `answers` is `decided`, read once for many queries."""
    from psimm_docs.bridge import bridged
    from psimm_docs.lexical import parse_query
    from psimm_docs.search import WEIGHTS
    from psimm_docs.search import search as ask_index
    from psimm_docs.tagging import query_concepts

    parsed = bridged(parse_query(query), bench.terms)
    vector = bench.encoder.encode_query(query)
    return ask_index(
        open_index(bench),
        parsed,
        vector,
        concepts=query_concepts(vector, bench.encoder),
        decided=answers,
        filters=filters,
        limit=limit,
        mode=mode,
        weights=weights or WEIGHTS,
    )


def allowed(bench: Workbench, concepts: Sequence[str], review: str) -> frozenset[str]:
    """Return the provisions (and those inside them) that carry one of the concepts in that state of review."""
    from psimm_docs.decisions import matches_review

    wanted = {bench.taxonomy.concept(name).id for name in concepts}
    states = bench.states()
    kept = {
        key[0] for key, state in states.items() if (not wanted or key[1] in wanted) and matches_review(state, review)
    }
    if review in ("any", "open"):
        kept |= {
            tag.provision_id
            for tag in bench.tags()
            if (not wanted or tag.concept in wanted)
            and (
                (tag.provision_id, tag.concept) not in states
                or matches_review(states[tag.provision_id, tag.concept], review)
            )
        }
    below = set(kept)
    for source_id in {one.partition("#")[0] for one in kept}:
        if bench.known(source_id):
            tops = {one.partition("#")[2] for one in kept if one.startswith(source_id + "#")}
            below |= {one.id for one in bench.provisions(source_id) if inside(one.eid, tops)}
    return frozenset(below)


def inside(eid: str, tops: Iterable[str]) -> bool:
    """Say whether an eId is one of `tops` or below one of them."""
    return any(eid == top or eid.startswith(top + "__") for top in tops)


def decided(bench: Workbench) -> dict[str, dict[str, bool]]:
    """Return what people accepted and rejected, by provision id and concept; what was decided on another wording doesn't count."""
    found: dict[str, dict[str, bool]] = {}
    for (provision_id, concept), state in bench.states().items():
        if state.verdict in ("accepted", "rejected") and not state.stale:
            found.setdefault(provision_id, {})[concept] = state.verdict == "accepted"
    return found


def asides(bench: Workbench, answer: Answer) -> list[str]:
    """Return what a reader should know of a search besides its answer: what else was searched, and what it took the query to be about."""
    from psimm_docs.verdicts import also_searched

    said = also_searched(answer.bridges)
    about = [bench.taxonomy.by_id[name].label() for name, _ in answer.concepts if name in bench.taxonomy.by_id]
    return [*([said] if said else []), *([f"Taken to be about: {', '.join(about)}."] if about else [])]


def completed(bench: Workbench, hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Return hits with the labels that people corrected and the concept that is suggested most surely."""
    tags: dict[str, list[Tag]] = {}
    out = []
    for hit in hits:
        if hit.source_id not in tags:
            tags[hit.source_id] = bench.tags(hit.source_id) if bench.known(hit.source_id) else []
        fitting = [one for one in tags[hit.source_id] if f"{hit.provision_id}__".startswith(f"{one.provision_id}__")]
        best = max(fitting, key=lambda tag: tag.score, default=None)
        out.append(replace(bench.numbers.labelled(hit), concept=best.concept if best else ""))
    return tuple(out)


def similar(bench: Workbench, provision_id: str, *, limit: int, translations: bool) -> tuple[Hit, ...]:
    """Return the nearest provisions of each other jurisdiction in turn; see `similar.similar`."""
    from psimm_docs.similar import similar as nearest

    provision = bench.provision(provision_id)
    return completed(bench, nearest(open_index(bench), provision.id, limit=limit, translations=translations))


# --- questions that are kept


def save(bench: Workbench, name: str, asked: Asked, answer: Answer) -> SavedQuery:
    """Keep a question with its answer under a name; raises PsimmError where the name is taken or no plain one."""
    from psimm_docs.lexical import parse_query

    parsed = parse_query(asked.query)
    saved = SavedQuery(
        name=name,
        asked=asked,
        folded=tuple(term.spellings[0] + "*" * term.prefix for term in parsed.terms),
        stems=tuple(term.stem for term in parsed.terms if term.stem and not term.prefix),
        exact=tuple(one.typed for one in parsed.exacts),
        phrases=tuple(" ".join(word[0] for word in one.words) for one in parsed.phrases),
        index=state_of(bench),
        encoder=bench.encoder.version,
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        state=answer.state,
        results=tuple(Result(hit.provision_id, round(hit.score, 6)) for hit in answer.hits),
    )
    write_query(bench.workspace.queries, saved)
    return saved


def state_of(bench: Workbench) -> str:
    """Return a fingerprint of what the index holds."""
    from psimm_docs.records import fingerprint

    return fingerprint(*(part for pair in open_index(bench).stamps().items() for part in pair))


def replay(bench: Workbench, name: str) -> tuple[Answer, Changes]:
    """Ask a kept question again; return its answer now and what changed since. Raises NotFoundError where no such name is kept."""
    saved = read_query(bench.workspace.queries, name)
    answer = ask(bench, saved.asked)
    ids = [hit.provision_id for hit in answer.hits]
    there = bench.some_provisions(one.provision_id for one in saved.results)
    return answer, changes(saved, ids, there, index=state_of(bench), encoder=bench.encoder.version)


def ask(bench: Workbench, asked: Asked) -> Answer:
    """Ask a question with its filters."""
    return bench.search(
        asked.query,
        jurisdictions=asked.jurisdictions,
        languages=asked.languages,
        types=asked.types,
        concepts=asked.concepts,
        review=asked.review,
        translations=asked.translations,
        limit=asked.limit,
        mode=asked.mode,
    )

"""The review log: people's answers on suggested concepts, and what they come to.

How a log is kept (chained, fsynced, only ever growing) is `logbook`'s matter; here is what a decision has to say and how
decisions fold into what stands now. Machine suggestions have no place here: a `State` is made of people's decisions only. What
a provision and a concept say now is left to the caller, who hands in the fingerprints and what was reworded; measuring reviewers
against each other is left to `agreement`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

from psimm_docs.logbook import Book, in_order, undone
from psimm_docs.records import Decision, Verdict

Standing = Literal["accepted", "rejected", "open", "disputed"]
Key = tuple[str, str]
"""(provision id, concept id)."""

BULK, SAMPLED, IMPORTED = "bulk:", "sample:", "import:"
"""How a decision's `way` begins."""

OPINIONS: Mapping[str, Standing] = {"accept": "accepted", "reject": "rejected"}
BOOK = Book(Decision, "decision", lambda one: (one.provision_id, one.concept), "decide again")
"""The logs of decisions: `BOOK.read_all`, `BOOK.verify`, `BOOK.problems`, `BOOK.heads`, `BOOK.last_standing`."""


def made(
    *,
    reviewer: str,
    provision_id: str,
    concept: str,
    verdict: Verdict,
    fingerprint: str,
    taxonomy_version: str,
    note: str = "",
    suggested: bool = True,
    undoes: str = "",
    translated: bool = False,
    way: str = "",
    settles: Sequence[str] = (),
    tagger: str = "",
) -> Decision:
    """Return one decision as it is handed to `BOOK`, which gives it its time and its place in the reviewer's log.

    `undoes` is the hash of the decision that an `undo` takes back; for the other fields see `Decision`. Raises ValueError for fields that make no decision.
    """
    if verdict not in get_args(Verdict) or not provision_id or not concept or (verdict == "undo") != bool(undoes):
        raise ValueError(
            "a decision needs a provision, a concept, a known verdict, and `undoes` exactly when it is an undo"
        )
    plain = Decision(
        reviewer, "", provision_id, concept, verdict, fingerprint, taxonomy_version, note, suggested, undoes
    )
    return replace(plain, translated=translated, way=way, settles=tuple(settles), tagger=tagger)


def append(folder: Path, *, now: datetime | None = None, **fields: Any) -> Decision:
    """Add one decision (its fields as in `made`) to the reviewer's log and return it, only when it is on the disk; raises what `Book.append` raises too."""
    return BOOK.append(folder, made(**fields), now=now)


# --- what stands now ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class State:
    """What people have said about one provision and one concept.

    `decisions` are those in force (each reviewer's last one that is not undone), `history` is every decision about it with
    the undone and replaced ones, both by time. `by` are the reviewers who made the verdict, `time` and `note` those of
    the latest of them (empty where nobody did). `stale`: the verdict was made on another wording of the provision; it is shown, not
    trusted. `reworded`: it was made under another wording of the concept; it stands, and wants a second look.
    `translated`: it rests on readers of a translation only, which is weaker. `final` is the decision that settled a disagreement,
    as long as nobody has said anything else since.
    """

    verdict: Standing
    stale: bool
    decisions: tuple[Decision, ...]
    by: tuple[str, ...]
    time: str
    note: str
    history: tuple[Decision, ...] = ()
    reworded: bool = False
    translated: bool = False
    final: Decision | None = None


def in_force(decisions: Iterable[Decision]) -> dict[Key, dict[str, Decision]]:
    """Return, for each provision and concept, each reviewer's last decision that is not undone (skips included)."""
    ordered = in_order(decisions)
    gone = undone(ordered)
    found: dict[Key, dict[str, Decision]] = {}
    for one in ordered:
        if not one.undoes and one.hash not in gone:
            found.setdefault((one.provision_id, one.concept), {})[one.reviewer] = one
    return found


def as_worded(decision: Decision) -> bool:
    """Say that no concept was reworded: what holds where nobody looked."""
    return False


def fold_state(
    decisions: Iterable[Decision],
    fingerprints: Mapping[str, str],
    reworded: Callable[[Decision], bool] = as_worded,
) -> dict[Key, State]:
    """Return what stands for each (provision id, concept id) that anybody decided on.

    The order in which decisions are handed in plays no part. A reviewer's later decision replaces his earlier one; an undo
    takes back exactly the decision that it names; a skip leaves it open. Reviewers who disagree make it `disputed`.
    Decisions whose fingerprint is not the provision's in `fingerprints` (or whose provision is gone) give way to fresh ones;
    where there are only such, the verdict is theirs and the state is `stale`. `reworded` says of a decision that its concept read
    otherwise then; where that holds for all that make the verdict, the state is `reworded`, until one of them is confirmed.
    In the same way as the stale give way to the fresh, those who read a translation give way to those who read the original, and answers
    that a final label settles give way to it.
    """
    ordered = in_order(decisions)
    standing = in_force(ordered)
    history: dict[Key, list[Decision]] = {}
    for one in ordered:
        history.setdefault((one.provision_id, one.concept), []).append(one)
    return {
        key: state_of(in_order(standing.get(key, {}).values()), tuple(all_), fingerprints.get(key[0]), reworded)
        for key, all_ in history.items()
    }


def state_of(
    current: Sequence[Decision],
    history: tuple[Decision, ...],
    fingerprint: str | None,
    reworded: Callable[[Decision], bool] = as_worded,
) -> State:
    """Return the state that these decisions in force make."""
    opinions = [one for one in current if one.verdict in OPINIONS]
    fresh = [one for one in opinions if one.fingerprint == fingerprint]
    of_wording = fresh or opinions
    counted = [one for one in of_wording if not one.translated or one.settles] or of_wording
    final = next((one for one in reversed(counted) if one.settles), None)
    if final is not None:
        counted = [one for one in counted if one.hash not in final.settles]
    said = {OPINIONS[one.verdict] for one in counted}
    verdict: Standing = "open" if not said else "disputed" if len(said) > 1 else next(iter(said))
    stale = bool(opinions) and not fresh
    by = tuple(one.reviewer for one in counted)
    time, note = (counted[-1].time, counted[-1].note) if counted else ("", "")
    translated = bool(counted) and all(one.translated for one in counted)
    older = bool(counted) and all(map(reworded, counted))
    return State(verdict, stale, tuple(current), by, time, note, history, older, translated, final)


def answers(decisions: Iterable[Decision]) -> list[dict[str, str]]:
    """Return, for each item that anybody accepted or rejected, each reviewer's answer in force (`accept`, `reject`).

    What `agreement` measures. An item is a provision, its wording and a concept: answers to different
    wordings aren't compared. Final labels and answers given to many at once are no independent readings and are left out.
    """
    own = [one for one in decisions if not one.settles and not one.way.startswith(BULK)]
    items: dict[tuple[str, str, str], dict[str, str]] = {}
    for key, by_reviewer in in_force(own).items():
        for one in by_reviewer.values():
            if one.verdict in OPINIONS:
                items.setdefault((*key, one.fingerprint), {})[one.reviewer] = one.verdict
    return list(items.values())


REVIEW_STATES = ("any", "accepted", "rejected", "open", "stale")
"""What a search may ask of the review."""


def matches_review(state: State, review: str) -> bool:
    """Say whether a state is the one asked for; `any` leaves out only what was rejected."""
    if review == "any":
        return state.verdict != "rejected"
    if review == "stale":
        return state.stale
    if review == "open":
        return state.verdict in ("open", "disputed") and not state.stale
    return state.verdict == review and not state.stale


def state_words(state: State) -> str:
    """Return a review state in a word or two, e.g. `accepted (on an older wording)`."""
    words = {"open": "not reviewed", "disputed": "reviewers disagree"}.get(state.verdict, state.verdict)
    words += ", from a translation only" if state.translated else ""
    older = ["on an older wording"] if state.stale else []
    older += ["under an older wording of the concept"] if state.reworded else []
    return f"{words} ({', '.join(older)})" if older else words

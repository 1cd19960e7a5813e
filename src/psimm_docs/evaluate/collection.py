"""The test collection of search: model provisions beside the digests, as documents that go through the whole pipeline.

The idea: model provisions that were never trained on stand in `annotations/gold/search/provisions.jsonl`, each in one language. They are
written out as laws of one language, added to a workspace of their own beside the digests, and built: what is measured is what a user
gets. Model provisions are invented; they are never law, and this workspace is thrown away.

A result's key says what was judged: the id of a model provision, or `work#article` of a digest. What was learned from (`split`) is no
result: it is left out of every ranking before it is measured.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from psimm_docs.errors import PsimmError
from psimm_docs.evaluate.split import part_of_home

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench

ARTICLE = {"sq": "Neni", "mk": "Член", "sr-Cyrl": "Члан", "hr": "Članak"}
"""The article's word; `Član` in the other languages."""

PREFIX = "model-law"


@dataclass(frozen=True, slots=True)
class Model:
    """A model provision: its id, the jurisdiction whose drafting it follows, its language, concept (empty for none) and words."""

    id: str
    jurisdiction: str
    language: str
    concept: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Collection:
    """A built workspace with the keys of its articles by provision id; those that were learned from have none."""

    bench: Workbench
    keys: Mapping[str, str]


def read_models(folder: Path) -> list[Model]:
    """Return the model provisions of `annotations/gold/search`; raises PsimmError where the file is missing."""
    path = folder / "provisions.jsonl"
    if not path.is_file():
        raise PsimmError(f"{path}: not here; run evaluate in the project's own checkout")
    return [Model(**row) for row in map(json.loads, path.read_text("utf-8").splitlines())]


def law_text(models: list[Model]) -> str:
    """Return model provisions of one language as the text of a law, one article each."""
    word = ARTICLE.get(models[0].language, "Član")
    pieces = []
    for number, one in enumerate(models, 1):
        named = [f"{word} {number}", one.heading] if one.language == "sq" else [one.heading, f"{word} {number}"]
        pieces.append("\n".join([line for line in named if line] + [one.text]))
    return "\n\n".join(pieces) + "\n"


@contextmanager
def collection(bench: Workbench) -> Iterator[Collection]:
    """Build the test collection in a folder for the time of the block; `bench` is the workspace that holds the digests."""
    from psimm_docs.intake import Description, add_files
    from psimm_docs.pipeline import build
    from psimm_docs.workbench import Workbench as Opened
    from psimm_docs.workspace import open_workspace

    root = bench.workspace.root
    models = read_models(root / "annotations" / "gold" / "search")
    laws: dict[tuple[str, str], list[Model]] = defaultdict(list)
    for one in models:
        laws[one.jurisdiction, one.language].append(one)
    with TemporaryDirectory() as folder:
        target = Path(folder) / "space"
        shutil.copytree(root / "corpus", target / "corpus")
        shutil.copytree(root / "annotations" / "taxonomy", target / "annotations" / "taxonomy")
        (target / "psimm.toml").write_text("", "utf-8")
        only_digests(target)
        workspace = open_workspace(target)
        order: dict[str, list[Model]] = {}
        for (place, language), some in laws.items():
            path = Path(folder) / f"{PREFIX}-{place}-{language}.txt".lower()
            path.write_text(law_text(some), "utf-8")
            [taken] = add_files(workspace, [path], Description(jurisdiction=place, language=language, title=path.stem))
            order[taken.source_id] = some
        build(workspace)
        opened = Opened(workspace)
        yield Collection(opened, keys_of(opened, order))


def only_digests(target: Path) -> None:
    """Leave nothing but the digests in a copied corpus."""
    path = target / "corpus" / "manifest.jsonl"
    lines = [line for line in path.read_text("utf-8").splitlines() if json.loads(line)["status"] == "digest"]
    path.write_text("".join(line + "\n" for line in lines), "utf-8")


def keys_of(bench: Workbench, order: Mapping[str, list[Model]]) -> dict[str, str]:
    """Return the keys of the articles by provision id; raises PsimmError where a model law was not read as it was written."""
    keys: dict[str, str] = {}
    for source_id, source in bench.sources.items():
        articles = [one for one in bench.provisions(source_id) if one.kind == "article"]
        if source_id in order:
            if len(articles) != len(order[source_id]):
                raise PsimmError(f"{source_id}: {len(articles)} articles read of {len(order[source_id])} written")
            keys |= {one.id: model.id for one, model in zip(articles, order[source_id], strict=True)}
        elif not source.translation:
            keys |= {
                one.id: f"{source.work_id}#{one.number}"
                for one in articles
                if part_of_home(source.work_id, one.number) != "train"
            }
    return keys

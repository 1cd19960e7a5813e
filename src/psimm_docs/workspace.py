"""Where a project's files live, and its settings.

A workspace is a folder with `psimm.toml`, `corpus/` (manifest and documents: never edited by the build), `annotations/`
(taxonomy, decisions, corrections, statements, baskets, snapshots: what people made) and `build/` (what can be made again from the two; ignored by git). This module
knows the places and reads the settings; it leaves what is in the files to the modules that own them.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from psimm_docs.errors import BusyError, PsimmError
from psimm_docs.jsonl import first_line

SETTINGS_FILE = "psimm.toml"

TEMPLATE = """\
# Settings of this psimm_docs workspace. Every line may be left out; what stands here are the defaults.

[read]
max_megabytes = 300        # larger files are refused
max_pages = 3000           # pages of one document that are read
seconds = 300              # for one document, then it is given up
memory_megabytes = 3000    # for one document
ocr = "auto"               # "auto": pages without usable text, when tesseract is installed; "off"
repairs = ["all"]          # the kinds of repair that are made to letters; without "all", only those named, of:
#   utf-8-misread   letters whose UTF-8 was read in another encoding
#   yuscii, mac-c   words in the seven-bit code pages (`^lan`, `^len`)
#   wrong-font, wrong-code-page, wrong-letter   words with letters from a wrong table
#   other-script    look-alike letters of the other script within a word
#   ligature, symbol, invisible, composed       single characters taken apart, replaced, taken out, composed
#   letter-spacing  letter-spaced words closed
#   line-end-hyphen words broken at a line's end rejoined
#   raised          small raised digits (note marks) written as such: 1 as ¹

[encode]
model = "bundled"          # or the folder (or id) of a sentence-transformers model
download = false           # true lets an id be downloaded

[tag]
threshold = 0.35           # suggestions below this are not kept

[values]
rates = []                 # rates for amounts in euro: "CURRENCY UNITS-FOR-ONE-EURO DATE SOURCE"; BAM and HRK are fixed and known
"""


ALL = "all"
REPAIRS = (
    *("utf-8-misread", "yuscii", "mac-c", "wrong-font", "wrong-code-page", "wrong-letter", "other-script"),
    *("ligature", "symbol", "invisible", "composed", "letter-spacing", "line-end-hyphen", "raised"),
)
"""The kinds of repair that `[read] repairs` may name."""


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """Limits of reading one document, whether scanned pages are recognised, and which repairs are made.

    `repairs` holds kinds of `REPAIRS`, or `all`. Raises ValueError for a name that is no kind of repair.
    """

    max_megabytes: int = 300
    max_pages: int = 3000
    seconds: int = 300
    memory_megabytes: int = 3000
    ocr: str = "auto"
    repairs: tuple[str, ...] = (ALL,)

    def __post_init__(self) -> None:
        unknown = [name for name in self.repairs if name not in (ALL, *REPAIRS)]
        if unknown:
            known = ", ".join((ALL, *REPAIRS))
            raise ValueError(f"repairs: {unknown[0]!r} is not a kind of repair; known are {known}")

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of repair that are made."""
        return frozenset(REPAIRS if ALL in self.repairs else self.repairs)


@dataclass(frozen=True, slots=True)
class EncodeSettings:
    """Which encoder: `bundled`, or a sentence-transformers model's folder or id; ids load from the local cache only.

    `query_prefix` and `passage_prefix` are put before what such a model encodes ("query: " and "passage: " for multilingual-e5).
    """

    model: str = "bundled"
    download: bool = False
    query_prefix: str = ""
    passage_prefix: str = ""


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """A cross-encoder that puts the best `rerank_depth` hits in a new order: a folder or id; empty for none."""

    reranker: str = ""
    rerank_depth: int = 30


@dataclass(frozen=True, slots=True)
class TagSettings:
    """Suggestions below `threshold` (0..1) are not kept."""

    threshold: float = 0.35


@dataclass(frozen=True, slots=True)
class ValueSettings:
    """Rates by which amounts are shown in euro too, one a line; see `rates.rates`."""

    rates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of `psimm.toml`."""

    read: ReadSettings = field(default_factory=ReadSettings)
    encode: EncodeSettings = field(default_factory=EncodeSettings)
    tag: TagSettings = field(default_factory=TagSettings)
    search: SearchSettings = field(default_factory=SearchSettings)
    values: ValueSettings = field(default_factory=ValueSettings)


@dataclass(frozen=True, slots=True)
class Workspace:
    """The places of one workspace; `root` is absolute."""

    root: Path
    settings: Settings = field(default_factory=Settings)

    @property
    def manifest(self) -> Path:
        """The list of sources."""
        return self.root / "corpus" / "manifest.jsonl"

    @property
    def documents(self) -> Path:
        """The files that the manifest lists."""
        return self.root / "corpus" / "documents"

    @property
    def catalogue(self) -> Path:
        """The catalogue of instruments."""
        return self.root / "corpus" / "catalogue.csv"

    @property
    def taxonomy(self) -> Path:
        """The folder of the taxonomy."""
        return self.root / "annotations" / "taxonomy"

    @property
    def decisions(self) -> Path:
        """The folder of decision logs, one file a reviewer."""
        return self.root / "annotations" / "decisions"

    @property
    def corrections(self) -> Path:
        """The folder of what people said about numbers, one file a reviewer."""
        return self.root / "annotations" / "corrections"

    @property
    def statements(self) -> Path:
        """The folder of what people said of cells of the comparison (the silence ledger), one file a person."""
        return self.root / "annotations" / "statements"

    @property
    def snapshots(self) -> Path:
        """The folder of frozen grids, one file each."""
        return self.root / "annotations" / "snapshots"

    @property
    def readings(self) -> Path:
        """The folder of what people marked as read, one file a reviewer."""
        return self.root / "annotations" / "readings"

    @property
    def samples(self) -> Path:
        """The folder of the random samples that were drawn, one file for each who drew some."""
        return self.root / "annotations" / "samples"

    @property
    def reviewers(self) -> Path:
        """The folder of what reviewers said of themselves, one file each."""
        return self.root / "annotations" / "reviewers"

    @property
    def tagger(self) -> Path:
        """The folder of what the tagger learned from people's answers."""
        return self.root / "annotations" / "tagger"

    @property
    def baskets(self) -> Path:
        """The folder of citation baskets."""
        return self.root / "annotations" / "baskets"

    @property
    def queries(self) -> Path:
        """The folder of searches that were kept to be asked again, one file each."""
        return self.root / "annotations" / "queries"

    @property
    def build(self) -> Path:
        """What can be made again."""
        return self.root / "build"

    @property
    def index(self) -> Path:
        """The search index."""
        return self.build / "index"

    def built(self, source_id: str) -> Path:
        """The folder of what was built from one source."""
        return self.build / "documents" / source_id.replace("/", "~")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the one lock under which `build/` and the manifest are written; raises BusyError when another holds it."""
        from filelock import FileLock, Timeout

        try:
            self.build.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.build / "writing.lock", timeout=0)
            lock.acquire()
        except Timeout as error:
            raise BusyError(
                f"{self.root}: another build is writing here; wait for it to end, or stop it, and run this again"
            ) from error
        except OSError as error:
            raise PsimmError(
                f"{self.build}: can't write here ({error.strerror}); check the folder's rights and space"
            ) from error
        try:
            yield
        finally:
            lock.release()


def section(kind: type[Any], given: object, where: str) -> Any:
    """Return one section of the settings, checked by name and type."""
    if not isinstance(given, dict):
        raise PsimmError(f"{where}: must be a table")
    types = {one.name: type(one.default) for one in fields(kind)}
    for name, value in given.items():
        if name not in types:
            raise PsimmError(f"{where}: {name!r} is not a setting; known are {', '.join(types)}")
        want = types[name]
        if want is float and isinstance(value, int) and not isinstance(value, bool):
            given[name] = float(value)
        elif want is tuple and isinstance(value, list) and all(isinstance(one, str) for one in value):
            given[name] = tuple(value)
        elif type(value) is not want:
            wanted = "a list of names" if want is tuple else want.__name__
            raise PsimmError(f"{where}: {name} must be {wanted}, not {value!r}")
    try:
        return kind(**given)
    except ValueError as error:
        raise PsimmError(f"{where}: {error}") from error


def read_settings(path: Path) -> Settings:
    """Read `psimm.toml`; raises PsimmError naming the file and the setting that is wrong."""
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise PsimmError(f"{path}: can't be read as settings ({first_line(error)})") from error
    kinds = {one.name: one.default_factory for one in fields(Settings)}
    for name in given:
        if name not in kinds:
            raise PsimmError(f"{path}: [{name}] is not a section; known are {', '.join(kinds)}")
    return Settings(**{name: section(kinds[name], value, f"{path} [{name}]") for name, value in given.items()})  # type: ignore[arg-type]


def open_workspace(folder: Path | str | None = None) -> Workspace:
    """Open the workspace at `folder`, else at $PSIMM_WORKSPACE, else at the nearest folder upwards with a psimm.toml.

    Raises PsimmError that says how to make one when there is none.
    """
    given = folder or os.environ.get("PSIMM_WORKSPACE")
    if given:
        root = Path(given).expanduser().resolve()
        if not (root / SETTINGS_FILE).is_file():
            raise PsimmError(f"{root}: no workspace here (no {SETTINGS_FILE}); make one with: psimm-docs init {root}")
    else:
        here = Path.cwd()
        found = next((one for one in (here, *here.parents) if (one / SETTINGS_FILE).is_file()), None)
        if found is None:
            raise PsimmError(
                f"{here}: no workspace here or above (no {SETTINGS_FILE}); make one with: psimm-docs init FOLDER"
            )
        root = found
    return Workspace(root, read_settings(root / SETTINGS_FILE))


LOGS = ("decisions", "corrections", "readings", "samples", "statements")
"""The folders of people's logs below `annotations/`."""

GIT_FILES = {
    ".gitignore": "build/\n.lock\n",
    ".gitattributes": "# people's logs are taken as they are: no line ends changed, no lines of two copies mixed\n"
    + "".join(f"annotations/{name}/*.jsonl -text -merge\n" for name in LOGS)
    + "# what has a checksum is the same bytes in every copy\n"
    + "annotations/snapshots/*.jsonl -text -merge\ncorpus/documents/** -text\n",
    # beside the newer logs themselves too, so that an older workspace gets them
    **{f"annotations/{name}/.gitattributes": "*.jsonl -text -merge\n" for name in (*LOGS[2:], "snapshots")},
    "corpus/documents/.gitattributes": "* -text\n",
}
"""What git is told about a workspace."""


def init_workspace(folder: Path) -> Workspace:
    """Make an empty workspace; nothing that is already there is changed. Returns it opened."""
    root = folder.expanduser().resolve()
    try:
        for below in ("corpus/documents", *(f"annotations/{name}" for name in (*LOGS, "snapshots", "baskets"))):
            (root / below).mkdir(parents=True, exist_ok=True)
        if not (root / SETTINGS_FILE).exists():
            (root / SETTINGS_FILE).write_text(TEMPLATE, "utf-8")
        for name, text in GIT_FILES.items():
            if not (root / name).exists():
                (root / name).write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise PsimmError(f"{root}: can't make a workspace here ({error.strerror})") from error
    return open_workspace(root)

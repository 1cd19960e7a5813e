"""Made-up laws of several versions, built once, for tests of papers: no sentence of a real law is in them."""

from __future__ import annotations

import re
from pathlib import Path

from psimm_docs.intake import Description, add_files
from psimm_docs.pipeline import build
from psimm_docs.workspace import init_workspace, open_workspace

OLD = (
    "Zakon o probnom radu stranaca\n\n"
    "Član 1\n(1) Stranac se upisuje u probni registar u roku od osam dana od dolaska.\n(2) Upis je javan i besplatan.\n\n"
    "Član 2\nPoslodavac čuva probnu knjigu tri godine nakon kraja probnog rada.\n\n"
    "Član 3\nInspektor rada pregleda probnu knjigu jednom godišnje i o tome piše izvještaj.\n\n"
    "Član 4\nNovčana kazna za probni rad bez upisa je dvije stotine eura.\n"
)
NEW = (
    "Zakon o probnom radu stranaca\n\n"
    "Član 1\n(1) Stranac se upisuje u probni registar u roku od petnaest dana od dolaska.\n(2) Upis je javan i besplatan.\n\n"
    "Član 2\nProbni registar vodi zavod za probni rad.\n\n"
    "Član 3\nPoslodavac čuva probnu knjigu tri godine nakon kraja probnog rada.\n\n"
    "Član 4\nInspektor rada pregleda probnu knjigu jednom godišnje i o tome piše izvještaj.\n\n"
    "Član 5\nNovčana kazna za probni rad bez upisa je dvije stotine eura.\n"
)
KOSOVO = (
    "Ligji për punën provuese të të huajve\n\n"
    "Neni 1\n1. I huaji regjistrohet në regjistrin provues brenda shtatë ditëve.\n2. Regjistrimi është falas.\n\n"
    "Neni 2\nPunëdhënësi ruan librin provues dy vjet.\n"
)
REPEALED = (
    "Закон о пробним дозволама\n\n"
    "Члан 1.\nСтранац добија пробну дозволу за рад на девет месеци.\n\n"
    "Члан 2.\nПробна дозвола се одузима ако престане пробни рад.\n"
)
CATALOGUE = (
    "me/law-on-trial-work,,ME,law,,,,Zakon o probnom radu stranaca,,,Law on Trial Work of Foreigners,cnr,"
    "Službeni list CG,10/2019,2019-02-01,,,,,,,,in-force,recalled,,\n"
    "xk/law-on-trial-work,,XK,law,Ligji për punën provuese të të huajve,,,,,,Law on Trial Work of Foreigners,sq,"
    "Gazeta Zyrtare,7/2020,2020-05-01,,,,,,,,in-force,recalled,,\n"
    "rs/law-on-trial-permits,,RS,law,,,,,Закон о пробним дозволама,,Law on Trial Permits,sr-Cyrl,"
    "Службени гласник РС,77/2016,2016-09-14,,,,,,,,repealed,recalled,,\n"
)


def make(folder: Path) -> Path:
    """Make and build a workspace: a Montenegrin law in two versions, a law of Kosovo*, a repealed Serbian one."""
    from psimm_docs.catalogue import COLUMNS

    settings = init_workspace(folder / "space").root / "psimm.toml"
    # a few lines of a trial law say little: keep every suggestion, however weak
    settings.write_text(re.sub(r"(?m)^threshold = [\d.]+", "threshold = 0.02", settings.read_text("utf-8")), "utf-8")
    workspace = open_workspace(settings.parent)
    header = ",".join(COLUMNS) + "\n"
    workspace.catalogue.write_text(header + CATALOGUE, "utf-8")
    for name, text, about in (
        ("old", OLD, Description(**ME, gazette_number="10/2019", date="2019-02-01")),
        ("new", NEW, Description(**ME, gazette_number="10/2019, 5/2023", date="2023-03-01")),
        ("xk", KOSOVO, Description(**XK, gazette_number="7/2020", date="2020-05-01")),
        ("rs", REPEALED, Description(**RS, gazette_number="77/2016", date="2016-09-14")),
    ):
        path = folder / f"{name}.txt"
        path.write_text(text, "utf-8")
        add_files(workspace, [path], about)
    build(workspace)
    return workspace.root


ME = {
    "jurisdiction": "ME",
    "title": "Zakon o probnom radu stranaca",
    "work_id": "me/law-on-trial-work",
    "language": "cnr",
    "status": "official",
}
XK = {
    "jurisdiction": "XK",
    "title": "Ligji për punën provuese të të huajve",
    "work_id": "xk/law-on-trial-work",
    "language": "sq",
    "status": "official",
}
RS = {
    "jurisdiction": "RS",
    "title": "Закон о пробним дозволама",
    "work_id": "rs/law-on-trial-permits",
    "language": "sr-Cyrl",
    "status": "official",
}

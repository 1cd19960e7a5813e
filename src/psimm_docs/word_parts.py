"""The fixed parts of a Word file that we make: its styles, settings, relations and content types, as data.

Structure by ECMA-376; the words and measures are ours. Invariant: nothing here holds text of a document.
"""

from __future__ import annotations

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
NAMESPACES = {"w": MAIN, "r": OFFICE}
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"

PARTS = ("styles", "settings", "footnotes", "footer")
"""The parts beside the text, in the order of their relations (`rId1` ...)."""

LANGUAGES = {
    "sq": "sq-AL",
    "bs": "bs-Latn-BA",
    "hr": "hr-HR",
    "cnr": "sr-Latn-ME",
    "sr-Cyrl": "sr-Cyrl-RS",
    "sr-Latn": "sr-Latn-RS",
    "mk": "mk-MK",
    "en": "en-GB",
}
"""What Word calls our languages; others are left to its own guess."""

CONTENT_TYPES = (
    f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{TYPE}.document.main+xml"/>'
    + "".join(f'<Override PartName="/word/{name}.xml" ContentType="{TYPE}.{name}+xml"/>' for name in PARTS)
    + "</Types>"
)

PACKAGE_RELATIONS = (
    f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>'
)

DOCUMENT_RELATIONS = (
    f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    + "".join(
        f'<Relationship Id="rId{at}" Type="{OFFICE}/{name}" Target="{name}.xml"/>' for at, name in enumerate(PARTS, 1)
    )
    + "</Relationships>"
)

FOOTNOTES_HEAD = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
)

FOOTER = (
    f'{HEAD}<w:ftr xmlns:w="{MAIN}"><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr><w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    "</w:p></w:ftr>"
)
"""The page's number, at the foot of each page."""

SETTINGS = (
    f'{HEAD}<w:settings xmlns:w="{MAIN}"><w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
    '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    "</w:settings>"
)


def properties(title: str, time: str) -> str:
    """Return a file's own properties; `title` is escaped, `time` ISO 8601 in UTC."""
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f'<dc:title>{title}</dc:title><dcterms:created xsi:type="dcterms:W3CDTF">{time}</dcterms:created></cp:coreProperties>'
    )


def style(
    name: str, *, label: str, based: str = "Normal", after: str = "Normal", look: str = "", layout: str = ""
) -> str:
    """Return a paragraph style; `look` is of its letters, `layout` of its paragraphs."""
    parent = f'<w:basedOn w:val="{based}"/>' if based else ""
    default = ' w:default="1"' if name == "Normal" else ""
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{name}"><w:name w:val="{label}"/>{parent}<w:next w:val="{after}"/><w:qFormat/>'
        f"<w:pPr>{layout}</w:pPr><w:rPr>{look}</w:rPr></w:style>"
    )


def heading(level: int, size: int, before: int) -> str:
    """Return a heading's style: `size` in half points, the space `before` it in twentieths of a point."""
    return style(
        f"Heading{level}",
        label=f"heading {level}",
        look=f'<w:b/><w:color w:val="1F3A5F"/><w:sz w:val="{size}"/>',
        layout=f'<w:keepNext/><w:spacing w:before="{before}" w:after="80"/><w:outlineLvl w:val="{level - 1}"/>',
    )


STYLES = (
    f'{HEAD}<w:styles xmlns:w="{MAIN}"><w:docDefaults><w:rPrDefault><w:rPr>'
    '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri" w:eastAsia="Calibri"/><w:sz w:val="22"/><w:lang w:val="en-GB"/>'
    "</w:rPr></w:rPrDefault></w:docDefaults>"
    + style("Normal", label="Normal", based="", layout='<w:spacing w:after="120" w:line="264" w:lineRule="auto"/>')
    + style(
        "Title",
        label="Title",
        look='<w:b/><w:color w:val="1F3A5F"/><w:sz w:val="44"/>',
        layout='<w:spacing w:after="200"/>',
    )
    + heading(1, 32, 480)
    + heading(2, 26, 320)
    + heading(3, 22, 200)
    + style("Quote", label="Quote", layout='<w:spacing w:after="120"/><w:ind w:left="440" w:right="440"/>')
    + style(
        "Quiet", label="Quiet", look='<w:color w:val="55606E"/><w:sz w:val="18"/>', layout='<w:spacing w:after="80"/>'
    )
    + style("Open", label="Open question", layout='<w:spacing w:after="60"/><w:ind w:left="284" w:hanging="284"/>')
    + style("ListBullet", label="List Bullet", layout='<w:spacing w:after="60"/><w:ind w:left="284" w:hanging="284"/>')
    + style(
        "Cell",
        label="Cell",
        look='<w:sz w:val="18"/>',
        layout='<w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/>',
    )
    + style("CellHead", label="Cell head", based="Cell", look="<w:b/>", layout="<w:keepNext/>")
    + style("SmallCell", label="Small cell", based="Cell", look='<w:sz w:val="15"/>')
    + style("SmallHead", label="Small cell head", based="SmallCell", look="<w:b/>", layout="<w:keepNext/>")
    + style(
        "FootnoteText",
        label="footnote text",
        look='<w:sz w:val="18"/>',
        layout='<w:spacing w:after="40" w:line="240" w:lineRule="auto"/>',
    )
    + style(
        "Footer", label="footer", look='<w:color w:val="55606E"/><w:sz w:val="18"/>', layout='<w:jc w:val="center"/>'
    )
    + '<w:style w:type="character" w:styleId="FootnoteReference"><w:name w:val="footnote reference"/>'
    '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
    '<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="85" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="85" w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr></w:style>"
    '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>'
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="B9C2CE"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + "</w:tblBorders></w:tblPr></w:style></w:styles>"
)

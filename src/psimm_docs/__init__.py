"""psimm_docs: from a folder of laws in seven languages to a searched, tagged and reviewed corpus."""

__version__ = "0.1.0"

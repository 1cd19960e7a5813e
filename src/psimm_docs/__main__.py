"""`python -m psimm_docs` is `psimm-docs`."""

from psimm_docs.cli import main

main()

"""``python -m qbconnector`` is the ``qbconnector`` command."""

from qbconnector.cli import main

main(prog_name="qbconnector")

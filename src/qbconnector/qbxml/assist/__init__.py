"""Help for people who write the language: completion, documentation, problems, layout, templates, tables.

Pure functions of a text, one file each. They read what the language room knows, and nothing there knows of them.
"""

from qbconnector.qbxml.assist.answers import Head, heads
from qbconnector.qbxml.assist.complete import Completions, Option, complete
from qbconnector.qbxml.assist.describe import Description, describe, explain
from qbconnector.qbxml.assist.problems import Problem, problems, to_bytes
from qbconnector.qbxml.assist.structure import to_json
from qbconnector.qbxml.assist.tables import Table, Tables, tabulate, to_csv
from qbconnector.qbxml.assist.templates import lookup, requests, template
from qbconnector.qbxml.assist.tidy import tidy
from qbconnector.qbxml.assist.walk import Target

__all__ = [
    "Completions",
    "Description",
    "Head",
    "Option",
    "Problem",
    "Table",
    "Tables",
    "Target",
    "complete",
    "describe",
    "explain",
    "heads",
    "lookup",
    "problems",
    "requests",
    "tabulate",
    "template",
    "tidy",
    "to_bytes",
    "to_csv",
    "to_json",
]

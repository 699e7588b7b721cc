from pathlib import Path

import pytest

from qbconnector.errors import SpecError
from qbconnector.qbxml import Choice, Dialect, ElementDecl, Version, dialect

SMALL = """\
%dialect QBXML qbxml
%versions 1.0 2.0
%editions US CA
%recovery Recovery?@2.0
%set QBXMLMsgsRq [onError ENUM stopOnError]
%attribute requestID? STR
%attribute statusCode INT
%attribute statusSeverity STR
%attribute statusMessage? STR
%group Both { Name Other? }
%messages QBXMLMsgsRq

ThingAddRq { ThingAdd }

ThingAdd { &Both (A | B@2.0!CA)* }
ThingRet { Name:3? Other? }
Recovery { Name }

Name STR 5
Other INT 1..9
A B ENUM x y@2.0 default:x
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "all.txt").write_text(SMALL)
    return folder


def test_a_small_dialect(small: Path) -> None:
    spec = Dialect(small)
    spec.check()
    message = spec.messages["ThingAddRq"]
    assert (message.object, message.verb, message.response_name) == ("Thing", "Add", "ThingAddRs")
    content = spec.element("ThingAdd").content
    assert content is not None
    assert list(content.elements) == ["Name", "Other", "A", "B"]
    assert content.rank == {"Name": 0, "Other": 1, "A": 2, "B": 2}
    assert content.elements["Other"].definition.high == "9"
    choice = content.items[-1]
    assert isinstance(choice, Choice)
    later = choice.branches[1][0]
    assert isinstance(later, ElementDecl)
    assert (later.since, later.not_in) == (Version(2, 0), frozenset({"CA"}))
    assert (later.enum, later.definition.enum_since, later.default) == (("x", "y"), {"y": Version(2, 0)}, "x")
    answer = message.response.content
    assert answer is not None
    assert [(one.min, one.max) for one in answer.elements.values()] == [(0, 1), (0, 1)]
    assert spec.element("ThingRet").content is not None


@pytest.mark.parametrize(
    ("old", "new", "problem", "line"),
    [
        ("Name STR 5", "Name TEXT 5", "Name has neither a type nor a content", 19),
        ("Name STR 5", "Name STR long", 'the word "long" is unknown', 19),
        ("Other? }\n%m", "Other=2 }\n%m", 'the word "Other=2" is unknown', 10),
        ("Other?", "Missing?", "Missing is not defined", 10),
        ("B@2.0!CA)*", "B@2.0!XX)*", "the edition XX is unknown", 15),
        ("(A | B@2.0!CA)*", "(A | B", "a choice does not end", 15),
        ("(A | B@2.0!CA)*", "A B)", "a choice ends that did not begin", 15),
        ("B@2.0!CA", "B@two", 'the word "B@two" is unknown', 15),
        ("B@2.0!CA", "B@2", '"2" is not a version', 15),
        ("&Both", "&Neither", "the group Neither is unknown", 15),
        ("ThingAddRq { ThingAdd }", "ThingAddRq [mode] { ThingAdd }", "the attribute mode is not declared", 13),
        ("ThingAddRq {", "ThingDoRq {", "ThingDoRs does not follow from its request and is not written", 13),
        ("Recovery { Name }", "Recovery { Name", "an aggregate is written Name { … }", 17),
        ("Other INT 1..9", "Other INT 1..9\nName STR", "Name is defined twice", 21),
        ("Other INT 1..9", "Other INT 1..9\nIdle STR", "nothing uses Idle", 21),
        ("ThingAddRq { ThingAdd }", "ThingAddRq { ThingAdd }\nOddRs { Name }", "OddRs has no request", 14),
    ],
)
def test_the_reader_refuses_what_it_does_not_know(small: Path, old: str, new: str, problem: str, line: int) -> None:
    assert SMALL.count(old) >= 1
    (small / "all.txt").write_text(SMALL.replace(old, new, 1))
    with pytest.raises(SpecError) as caught:
        Dialect(small).check()
    assert (caught.value.file, caught.value.line, caught.value.problem) == ("small/all.txt", line, problem)


@pytest.mark.parametrize("name", ["qbxml", "qbposxml"])
def test_every_word_of_the_specification_is_known_and_used(name: str) -> None:
    dialect(name).check()


def test_an_unknown_dialect_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        dialect("xml")


def test_what_the_dialects_are() -> None:
    desktop, pos = dialect("qbxml"), dialect("qbposxml")
    assert (len(desktop.messages), len(pos.messages)) == (240, 58)
    assert (desktop.root, desktop.instruction) == ("QBXML", "qbxml")
    assert [str(one) for one in pos.versions] == ["1.0", "1.1", "1.2", "2.0", "2.5", "3.0"]
    assert desktop.has(Version(6, 1), "CA")
    assert not desktop.has(Version(6, 1), "US")
    assert list(desktop.message_sets) == ["QBXMLMsgsRq", "QBXMLSubscriptionMsgsRq"]


def test_a_response_follows_from_its_request() -> None:
    message = dialect("qbxml").messages["CustomerQueryRq"]
    assert [one.name for one in message.response.attributes] == [
        "requestID",
        "statusCode",
        "statusSeverity",
        "statusMessage",
        "retCount",
        "iteratorRemainingCount",
        "iteratorID",
    ]
    content = message.response.content
    assert content is not None
    assert list(content.elements) == ["CustomerRet"]

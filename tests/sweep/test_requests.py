"""Every request of the language, the least that is valid and all of it, against the table of statuses."""

from collections.abc import Callable

import pytest

from qbconnector.qbxml import Aggregate, Message, Version, dialect
from qbconnector.sandbox.company import Company
from tests.qbxml.generate import document, requests

from .conftest import Answer
from .statuses import Expected, expected
from .world import NEWEST, Chooser, World, least, whole

MESSAGES = requests()
OLDER = [Version(13, 0), Version(8, 0), Version(2, 0), Version(1, 0)]
Build = Callable[[Message, Chooser, Version], Aggregate]


@pytest.mark.parametrize("build", [least, whole])
@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.name)
def test_every_request_is_answered_as_the_table_says(
    company: Company, answer: Answer, world: World, message: Message, build: Build
) -> None:
    fields = build(message, Chooser(world, message), NEWEST)
    (response,) = answer(document([(message, fields)]), str(NEWEST)).responses
    status, text = response.attributes["statusCode"], response.attributes["statusMessage"]
    assert int(status) == getattr(expected().get(message.name, Expected()), build.__name__), text
    assert company.verify() == []


@pytest.mark.parametrize("version", OLDER, ids=str)
@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.name)
def test_every_answer_has_nothing_that_its_version_does_not_know(
    answer: Answer, world: World, message: Message, version: Version
) -> None:
    if message.since > version:
        return
    for build in (least, whole):
        fields = build(message, Chooser(world, message), version)
        (response,) = answer(document([(message, fields)], version), str(version)).responses
        assert response.attributes["statusCode"] != "1000"


def test_the_table_names_requests_of_the_language_and_only_what_is_not_0() -> None:
    assert expected().keys() <= dialect("qbxml").messages.keys()
    assert all(one.reason and (one.least or one.whole) for one in expected().values())

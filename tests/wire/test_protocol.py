"""The Wire Protocol chapter of the manual, byte for byte."""

import pytest

from qbconnector.activity.log import Level
from tests.wire.served import CHUNK, Echo, Served, basic, post, wait_for


def status(answer: bytes) -> str:
    return answer.partition(b"\r\n")[0].decode()


def body(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize(
    ("interaction", "expected"),
    [
        ("0", b"<QBXML/>"),
        ("1", Echo.company_file.encode() + b"\r\n"),
        ("101", b"\r\n"),
        ("102", b"\r\n"),
        ("103", b"13.0\r\n"),
        ("104", b"1.0\r\n12.0\r\n13.0\r\n"),
        ("105", b"0\r\n"),
        ("106", b"0\r\n"),
    ],
)
def test_each_interaction_type_answers_as_the_manual_says(served: Served, interaction: str, expected: bytes) -> None:
    head, answer = served.connect().say(post(b"<QBXML/>", interaction)).answer()
    assert status(head) == "HTTP/1.1 200 OK"
    assert answer == expected


@pytest.mark.parametrize("interaction", ["105", "106"])
def test_a_company_file_that_cannot_be_opened_is_a_1(served: Served, interaction: str) -> None:
    request = post(interaction=interaction, Authorization=basic("lost", "x"))
    assert served.connect().say(request).answer()[1] == b"1\r\n"


@pytest.mark.parametrize(("interaction", "expected"), [("105", b"1\r\n"), ("106", b"0\r\n")])
def test_a_company_file_that_lets_nobody_in_is_accessible(served: Served, interaction: str, expected: bytes) -> None:
    request = post(interaction=interaction, Authorization=basic("stranger", "x"))
    assert served.connect().say(request).answer()[1] == expected
    wait_for(lambda: bool(served.lines()))
    assert served.lines()[0].endswith("bytes, 0x80040418: Not yet.; Let it in.")


def test_a_failure_is_a_517_with_number_text_and_explanation(served: Served) -> None:
    head, answer = served.connect().say(post(b"fail")).answer()
    assert status(head) == "HTTP/1.1 517 Server Error"
    assert answer.decode() == "0x80040400: Parse error.\r\n\r\nline 1, column 2: no\r\nexpected é\r\n"


@pytest.mark.parametrize(
    ("request_", "expected", "header"),
    [
        (post().replace(b"POST / ", b"POST /qb "), "404 Not Found", b""),
        (post().replace(b"POST / ", b"GET /qb "), "404 Not Found", b""),
        (b"GET / HTTP/1.1\r\n\r\n", "405 Method Not Allowed", b"Allow: POST"),
        (post(Content_Length=None), "411 Length Required", b""),
        (post(Content_Length=None, Authorization=None), "411 Length Required", b""),
        (post(Content_Length=None, Transfer_Encoding="chunked") + b"0\r\n\r\n", "411 Length Required", b""),
        (post(Authorization=None, interaction="7"), "401 Authorization Required", b"WWW-Authenticate: Basic"),
        (
            post(Authorization=basic("anna", "wrong")),
            "401 Authorization Required",
            b"WWW-Authenticate: Basic",
        ),
        (post(Authorization="Basic !!!"), "401 Authorization Required", b"WWW-Authenticate: Basic"),
        (post(Authorization="Bearer x"), "401 Authorization Required", b"WWW-Authenticate: Basic"),
        (post(interaction="7"), "400 Bad Request", b""),
        (post(X_AcctSyncInteractionType=None), "400 Bad Request", b""),
        (post(X_DelayAfterOpen="-1"), "400 Bad Request", b""),
        (post(Expect="miracles"), "417 Expectation Failed", b""),
        (post(Content_Length="999999999999"), "413 Content Too Large", b""),
    ],
)
def test_the_first_thing_that_is_wrong_decides(served: Served, request_: bytes, expected: str, header: bytes) -> None:
    answer = served.ask(request_)
    assert status(answer) == f"HTTP/1.1 {expected}"
    assert header in answer
    assert body(answer).endswith(b"\r\n")


def test_names_and_passwords_come_in_utf8_and_in_latin_1(served: Served) -> None:
    for encoding in ("utf-8", "latin-1"):
        request = post(b"hello", Authorization=basic("björn", "pässword", encoding))
        assert served.connect().say(request).answer()[1] == b"hello"


def test_header_names_come_in_any_case_and_targets_with_host_or_query(served: Served) -> None:
    request = post(b"hi").replace(b"X-AcctSyncInteractionType", b"x-ACCTSYNCinteractiontype")
    for target in (b"/", b"http://localhost:8167/", b"/?a=b"):
        assert served.connect().say(request.replace(b"POST /", b"POST " + target, 1)).answer()[1] == b"hi"


@pytest.mark.parametrize("delay", ["", "0", "1", "20"])
def test_a_delay_after_opening_is_taken(served: Served, delay: str) -> None:
    assert served.connect().say(post(b"hi", X_DelayAfterOpen=delay)).answer()[1] == b"hi"


@pytest.mark.parametrize("delay", ["-1", "1.5", "soon", "60001", "9" * 30, "0x10"])
def test_a_delay_has_its_bounds(served: Served, delay: str) -> None:
    head, answer = served.connect().say(post(b"hi", X_DelayAfterOpen=delay)).answer()
    assert status(head) == "HTTP/1.1 400 Bad Request"
    assert answer == b"X-DelayAfterOpen is a whole number of milliseconds, 60000 at most.\r\n"


@pytest.mark.parametrize("value", ["False", "false", ""])
def test_practice_and_version_are_ignored_without_point_of_sale(served: Served, value: str) -> None:
    request = post(b"hi", X_QBPOS=value, X_AcctQBPOSPractice="perhaps", X_QBPOSVersion="19")
    assert served.connect().say(request).answer()[1] == b"hi"
    request = post(b"hi", X_AcctQBPOSPractice="perhaps", X_QBPOSVersion="19")
    assert served.connect().say(request).answer()[1] == b"hi"


def test_point_of_sale_is_asked_for_and_not_mistaken_for_the_desktop_edition(served: Served) -> None:
    request = post(b"who", X_QBPOS="True", X_AcctQBPOSPractice="True", X_QBPOSVersion="19")
    assert (
        served.connect().say(request).answer()[1] == b"Point of Sale | qbconnector | Version=19;Practice=Yes | DontCare"
    )
    user = basic("till", "x")
    request = post(b"who", X_QBPOS="True", X_QBPOSVersion="11", Authorization=user)
    answer = served.connect().say(request).answer()[1]
    assert answer == b"Point of Sale | Till | Company Data=till.qbw;Version=11 | Single"
    assert served.connect().say(post(b"who", Authorization=user)).answer()[1] == b"Till | till.qbw | Single"


@pytest.mark.parametrize("version", ["11;Company Data=other", "eleven", "1 1"])
def test_a_version_of_point_of_sale_is_nothing_else(served: Served, version: str) -> None:
    head, answer = served.connect().say(post(b"who", X_QBPOS="True", X_QBPOSVersion=version)).answer()
    assert status(head) == "HTTP/1.1 400 Bad Request"
    assert answer == b"X-QBPOSVersion is a version, as 11 or 12.0.\r\n"


@pytest.mark.parametrize("headers", [{"X_QBPOS": "Yes"}, {"X_QBPOS": "true", "X_AcctQBPOSPractice": "perhaps"}])
def test_true_and_false_are_all_there_is(served: Served, headers: dict[str, str]) -> None:
    head, _ = served.connect().say(post(b"hi", **headers)).answer()
    assert status(head) == "HTTP/1.1 400 Bad Request"


def test_a_client_may_say_how_it_connects(served: Served) -> None:
    request = post(
        b"who",
        X_QBConnector_Application="Büro",
        X_QBConnector_CompanyFile="C:\\shop.qbw",
        X_QBConnector_ConnectionMode="multi",
    )
    assert served.connect().say(request).answer()[1].decode() == "Büro | C:\\shop.qbw | Multi"


def test_the_users_settings_win_over_the_clients(served: Served) -> None:
    request = post(
        b"who",
        Authorization=basic("till", "x"),
        X_QBConnector_Application="Other",
        X_QBConnector_CompanyFile="other.qbw",
        X_QBConnector_ConnectionMode="Multi",
    )
    assert served.connect().say(request).answer()[1] == b"Till | till.qbw | Single"


def test_an_unknown_connection_mode_is_refused(served: Served) -> None:
    head, _ = served.connect().say(post(b"hi", X_QBConnector_ConnectionMode="Shared")).answer()
    assert status(head) == "HTTP/1.1 400 Bad Request"


def test_whatever_goes_wrong_within_gets_an_answer_and_a_line(served: Served) -> None:
    assert status(served.ask(post(b"bug"))) == "HTTP/1.1 500 Internal Server Error"
    wait_for(lambda: any("ZeroDivisionError" in line for line in served.lines()))


def test_an_administrator_cancels_a_request(served: Served) -> None:
    client = served.connect().say(post(b"hang"))
    wait_for(lambda: [one.state for one in served.call(served.sessions.overview).requests] == ["executing"])
    (hanging,) = served.call(served.sessions.overview).requests
    assert served.call(served.sessions.cancel, hanging.number)
    head, answer = client.answer()
    assert status(head) == "HTTP/1.1 517 Server Error"
    assert answer.decode().splitlines() == [
        "0x800704C7: The administrator of the connector cancelled the request.",
        "",
        "The request may still take effect: query before you repeat it.",
    ]
    assert client.say(post(b"again")).answer()[1] == b"again"
    assert "0x800704C7" in served.lines()[0]


def test_an_answer_whose_reader_has_stopped_can_be_cancelled_too(served: Served) -> None:
    client = served.connect(buffer=4096).say(post(b"chunks 2000"))
    assert client.head().startswith(b"HTTP/1.1 200 OK")
    (stuck,) = served.call(served.sessions.overview).requests
    assert stuck.state == "answering"
    assert served.call(served.sessions.cancel, stuck.number)
    assert not client.rest().endswith(b"0\r\n\r\n")
    wait_for(lambda: bool(served.lines()))
    assert "no answer" in served.lines()[0]
    assert served.lines()[0].endswith("the administrator cancelled it")


def test_a_request_is_recorded(served: Served) -> None:
    body = b'<QBXML><QBXMLMsgsRq><CustomerQueryRq/><ItemQueryRq/></QBXMLMsgsRq><X statusCode="1"/></QBXML>'
    served.connect().say(post(body, Authorization=basic("till", "x"))).answer()
    wait_for(lambda: served.requests.find(1) is not None)
    record = served.requests.find(1)
    assert record is not None
    assert (record.client, record.user, record.application) == ("127.0.0.1", "till", "Till")
    assert (record.company_file, record.interaction, record.status) == ("till.qbw", "0", 200)
    assert (record.messages, record.codes) == (("CustomerQueryRq", "ItemQueryRq"), ("1",))
    assert (record.received, record.sent, record.request, record.answer) == (len(body), len(body), "", "")
    assert 0 < sum(record.spent) <= record.seconds
    served.log.level = Level.VERBOSE
    served.connect().say(post(b"<SSN>123-45-6789</SSN>")).answer()
    wait_for(lambda: served.requests.find(2) is not None)
    verbose = served.requests.find(2)
    assert verbose is not None
    assert verbose.request == verbose.answer == "<SSN>***</SSN>"


def test_a_large_answer_is_chunked(served: Served) -> None:
    client = served.connect().say(post(b"chunks 30"))
    head = client.head()
    assert b"Transfer-Encoding: chunked" in head
    got = b""
    while True:
        line = b""
        while not line.endswith(b"\r\n"):
            line += client.recv(1)
        size = int(line, 16)
        data = b""
        while len(data) < size + 2:
            data += client.recv(size + 2 - len(data))
        got += data[:-2]
        if not size:
            break
    assert got == CHUNK * 30
    assert client.say(post(b"again")).answer()[1] == b"again"


def test_an_answer_of_up_to_a_megabyte_has_its_length(served: Served) -> None:
    assert served.connect().say(post(b"chunks 17")).answer()[1] == CHUNK * 17


def test_a_large_answer_to_http_1_0_ends_with_the_connection(served: Served) -> None:
    answer = served.ask(post(b"chunks 30").replace(b"HTTP/1.1", b"HTTP/1.0"))
    assert b"chunked" not in answer.partition(b"\r\n\r\n")[0]
    assert body(answer) == CHUNK * 30


def test_an_answer_that_breaks_is_cut(served: Served) -> None:
    answer = served.ask(post(b"break 30"))
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert not answer.endswith(b"0\r\n\r\n")


def test_an_answer_that_breaks_before_it_was_sent_is_a_517(served: Served) -> None:
    assert status(served.ask(post(b"break 2"))) == "HTTP/1.1 517 Server Error"


def test_the_log_has_the_explanation_of_a_517(served: Served) -> None:
    served.connect().say(post(b"fail")).answer()
    wait_for(lambda: bool(served.lines()))
    assert served.lines()[0].endswith("bytes, 0x80040400: Parse error.; line 1, column 2: no; expected é")


def test_a_verbose_log_has_the_bodies_without_secrets(served: Served) -> None:
    served.log.level = Level.VERBOSE
    body = b"<Employee>\n<SSN>123-45-6789</SSN>\n</Employee>"
    served.connect().say(post(body)).answer()
    wait_for(lambda: len(served.lines()) == 3)
    _, asked, answered = served.lines()
    assert asked.partition(": ")[0].endswith("#1 request") or "#1 request:\n" in asked
    assert "#1 answer:\n    <Employee>\n    <SSN>***</SSN>" in answered
    assert "6789" not in asked + answered


def test_the_figures_count_requests_and_failed_logins(served: Served) -> None:
    served.connect().say(post(b"hello")).answer()
    served.connect().say(post(b"fail")).answer()
    served.connect().say(post(Authorization=basic("anna", "wrong"))).answer()
    wait_for(lambda: len(served.lines()) == 3)
    text = served.metrics.text().decode()
    assert 'qbconnector_requests_total{interaction="0",status="200"} 1.0' in text
    assert 'qbconnector_requests_total{interaction="0",status="517"} 1.0' in text
    assert "qbconnector_failed_logins_total 1.0" in text
    assert "qbconnector_received_bytes_total 9.0" in text
    assert "anna" not in text.lower()


def test_the_log_has_a_line_for_each_request_and_no_secret(served: Served) -> None:
    request = b'<?qbxml version="13.0"?><QBXML><QBXMLMsgsRq><CustomerQueryRq/></QBXMLMsgsRq></QBXML>'
    served.connect().say(post(request)).answer()
    served.connect().say(post(Authorization=basic("anna", "se:cret2"))).answer()
    wait_for(lambda: len(served.lines()) == 2)
    first, second = sorted(served.lines(), key=lambda line: line.partition("#")[2])
    assert "Anna" in first
    assert "CustomerQueryRq" in first
    assert "MsgsRq" not in first
    assert f"{len(request)} > {len(request)} bytes" in first
    assert "nobody" in second
    assert "401" in second
    assert "cret" not in first + second

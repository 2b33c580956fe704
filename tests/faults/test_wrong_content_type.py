from __future__ import annotations

import pytest

from understudy.faults import FaultError, parse
from understudy.faults.wrong_content_type import FAULT

HEAD = b"HTTP/1.1 200 OK\r\ndate: x\r\ncontent-type: application/json\r\nx: content-type: y\r\n\r\n"


def test_the_type_is_another(context):
    assert FAULT().on_head(HEAD, context()) == HEAD.replace(b"application/json", b"text/html; charset=utf-8")


def test_it_may_be_chosen(context):
    (armed,) = parse('wrong-content-type;type="text/plain; charset=utf-16"')
    assert b"\r\ncontent-type: text/plain; charset=utf-16\r\n" in armed.fault.on_head(HEAD, context())


@pytest.mark.parametrize(
    ("error", "kind", "changed"),
    [
        ("bad_gateway", "application/json", True),
        ("bad_gateway", "text/html", False),
        ("rate_limit", "application/json", False),
        ("rate_limit", "text/html", True),
    ],
)
def test_an_error_is_of_the_type_of_its_page(error, kind, changed, service, ask, chat):
    made = service()
    answer = ask(chat(), to=made.engine, headers={"x-understudy-fault": f"{error},wrong-content-type;type={kind}"})
    assert answer.headers["content-type"] == kind
    (told,) = made.journal.list()
    assert (f"wrong-content-type;type={kind}" in told.particulars.faults) == changed


@pytest.mark.parametrize("kind", ["", "a\nb", "é"])
def test_it_must_fit_into_a_header(kind):
    with pytest.raises(FaultError, match="wrong-content-type"):
        parse(f'wrong-content-type;type="{kind}"')


@pytest.mark.parametrize(("kind", "found"), [("application/json", True), ("text/html; charset=utf-8", False), ("", False)])
def test_an_answer_without_a_type_has_none_to_change(context, kind, found):
    where = context()
    where.content_type = kind
    assert FAULT().finds(where) == found

"""`understudy report`: the verdict of a running server."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from http.client import HTTPConnection

import pytest

from understudy import Understudy


@pytest.fixture
def server():
    with Understudy(clock="virtual") as server:
        yield server


def ask(server, text="hello", session="default"):
    line = HTTPConnection("127.0.0.1", server.port)
    body = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": text}]})
    line.request("POST", "/v1/chat/completions", body, {"x-understudy-session": session})
    line.getresponse().read()
    line.close()


def test_a_good_client_is_status_0(run, server):
    ask(server)
    done = run("report", server.url)
    assert (done.status, done.err) == (0, "")
    assert done.out == "verdict: passed; no fault was found in 1 request in 1 attempt.\n\nattempts per request: 1\n"


def test_findings_are_status_1(run, server):
    ask(server, "[503]")
    done = run("report", server.url)
    assert done.status == 1
    assert (
        "warning: A passing failure is not tried again [gave-up-early]\n    seen      A request was given up after a 503.\n"
        in done.out
    )


def test_an_address_may_lack_its_scheme(run, server):
    assert run("report", f"127.0.0.1:{server.port}").status == 0


@pytest.mark.parametrize(
    "given", [("--ignore", "gave-up-early"), ("--session", "other"), ("--grace", "9"), ("--since", "WALL")]
)
def test_flags_go_to_the_server(run, server, given):
    ask(server, "[503]")
    server.clock.advance(1)
    ask(server, session="other")
    since = server.calls[-1].exchange.started
    given = [str(since) if word == "WALL" else word for word in given]
    assert run("report", server.url).status == 1
    assert run("report", server.url, *given).status == 0


def test_a_gate_that_judged_nothing_says_so(run, server, tmp_path):
    assert run("report", server.url).out == "verdict: passed; nothing was judged: no call of a model is in the journal.\n"
    assert run("report", server.url, "--format", "junit", "--out", "verdict.xml").status == 0
    suite = ET.parse(tmp_path / "verdict.xml").getroot()
    assert suite.get("skipped") == suite.get("tests") == str(len(suite.findall("testcase/skipped")))
    ask(server)
    done = run("report", server.url, "--session", "typo", "--format", "junit", "--out", "typo.xml")
    assert (done.status, done.out) == (2, "")
    assert not (tmp_path / "typo.xml").exists()


def test_other_forms(run, server, tmp_path):
    ask(server, "[503]")
    assert json.loads(run("report", server.url, "--format", "json").out)["passed"] is False
    assert run("report", server.url, "--format", "markdown").out.startswith("# Verdict: failed\n")
    done = run("report", server.url, "--format", "junit", "--out", "verdict.xml")
    assert (done.status, done.out) == (
        1,
        "verdict.xml: written; 1 fault found in 1 request in 1 attempt: gave-up-early.\n",
    )
    suite = ET.parse(tmp_path / "verdict.xml").getroot()
    assert (suite.get("failures"), suite.get("skipped")) == ("1", "0")


def test_a_token_is_handed_on(run, monkeypatch):
    with Understudy(control_token="secret-token") as server:
        assert run("report", server.url).status == 2
        assert run("report", server.url, "--control-token", "secret-token").status == 0
        monkeypatch.setenv("UNDERSTUDY_CONTROL_TOKEN", "secret-token")
        assert run("report", server.url).status == 0


def test_what_is_wrong_is_status_2(run, server):
    free = Understudy().start()
    port = free.port
    free.stop()
    for given, said in [
        ((server.url, "--format", "xml"), "--format 'xml': expected one of text, json, junit, markdown."),
        ((server.url, "--ignore", "gave-up"), "query parameter ignore: check 'gave-up': expected one of"),
        ((server.url, "--session", "defalt"), "session 'defalt': expected one that a client asked in, got"),
        (
            (server.url, "--since", "9e12"),
            "query parameter since '9e12': expected a moment that has come, in unix seconds; now is",
        ),
        ((server.url, "--patience", "soon"), "query parameter patience 'soon': expected a number from 0 up."),
        ((server.url, "--out", "no/such/file"), "--out 'no/such/file': No such file or directory. Check the path."),
        ((f"127.0.0.1:{port}",), "Connection refused. Is `understudy serve` running there?"),
        (("ftp://localhost",), "URL 'ftp://localhost': expected one such as http://127.0.0.1:8000."),
        (("http://[::1",), "URL 'http://[::1': expected one such as http://127.0.0.1:8000, got one with a wrong part ("),
        (("http://127.0.0.1:port",), "URL 'http://127.0.0.1:port': expected Understudy, got something else."),
    ]:
        done = run("report", *given)
        assert done.status == 2, given
        assert said in done.err
        assert "Traceback" not in done.err

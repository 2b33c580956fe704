"""Faults that strike connections are decided before a request is there, and strike no request then."""

from __future__ import annotations

import ssl

import pytest

RULES = "rules: [{name: a, reply: x}]"


def decisions(engine, count, *, tls=False):
    made = [engine.at_accept(tls=tls) for _ in range(count)]
    return [b"" if callable(decision) else decision for decision in made]


def test_without_such_faults_everybody_is_let_in(engine):
    assert decisions(engine(), 3) == [None] * 3
    assert decisions(engine("version: 1\nfaults: [{kind: reset}]\n"), 3) == [None] * 3


def test_a_refusal_closes_connections_and_strikes_no_request(engine, ask, chat):
    made = engine(f"version: 1\nfaults: [{{kind: refuse, first: 2}}]\n{RULES}\n")
    assert decisions(made, 4) == [b"", b"", None, None]
    assert ask(chat(), to=made).status == 200


def test_a_refusal_that_depends_on_the_request_strikes_requests(engine, make_request, chat):
    made = engine(f"version: 1\nfaults: [{{kind: refuse, when: {{model: gpt-4o}}}}]\n{RULES}\n")
    assert decisions(made, 3) == [None] * 3
    plan = made.respond(make_request(chat(model="gpt-4o")))
    assert [step for step in plan.steps if isinstance(step, bytes)] == []


def test_draws_belong_to_the_number_of_the_connection(engine):
    script = "version: 1\nfaults: [{kind: refuse, probability: 0.5}]\n"
    first, second = decisions(engine(script), 100), decisions(engine(script), 100)
    assert first == second
    assert 30 < first.count(b"") < 70
    assert decisions(engine(script, seed=1), 100) != first


def test_an_alert_is_for_connections_with_tls(engine):
    script = "version: 1\nfaults: [{kind: tls-failure, alert: bad-certificate}]\n"
    assert decisions(engine(script), 2) == [None, None]
    assert decisions(engine(script), 1, tls=True) == [b"\x15\x03\x03\x00\x02\x02\x2a"]


def test_a_phase_may_refuse_connections(service):
    running = service("version: 1\ntimeline: [{at: 0s, for: 10s, faults: [{kind: refuse}]}]\n")
    engine = running.engine
    assert decisions(engine, 1) == [b""]
    engine._monotonic = lambda: 11.0
    assert decisions(engine, 1) == [None]


@pytest.mark.parametrize("fault", ["{kind: refuse}", "{kind: refuse, window: {from: 0s, to: 5s}}"])
def test_what_depends_on_time_alone_strikes_requests_on_open_connections_too(engine, make_request, chat, fault):
    made = engine(f"version: 1\nfaults: [{fault}]\n{RULES}\n")
    assert decisions(made, 1) == [b""]
    assert [step for step in made.respond(make_request(chat())).steps if isinstance(step, bytes)] == []


LINES = {
    b"GET /health HTTP/1.1\r": True,
    b"HEAD /health?x=1 HTTP/1.0\r": True,
    b"DELETE /_understudy/faults HTTP/1.1\r": True,
    b"GET /metrics HTTP/1.1": True,
    b"POST /v1/chat/completions HTTP/1.1\r": False,
    b"GET /v1/models HTTP/1.1\r": False,
    b"GET /_session/a/health HTTP/1.1\r": False,
    b"\x16\x03\x01\xff": False,
    b"": False,
}


def test_controls_and_health_are_let_in_all_the_same(service):
    running = service("version: 1\nfaults: [{kind: refuse}]\n")
    judge = running.engine.at_accept()
    assert {line: judge(line) for line in LINES} == LINES
    assert running.engine.at_accept(tls=True) == b""


def test_a_refusal_is_taken_back_over_http(tmp_path):
    import httpx

    from understudy import Understudy

    script = tmp_path / "s.yaml"
    script.write_text("version: 1\nfaults: [{kind: refuse}]\n")
    with Understudy(script) as server, httpx.Client(base_url=server.url) as client:
        for _ in range(2):
            with pytest.raises(httpx.RemoteProtocolError):
                httpx.get(f"{server.url}/v1/models")
        assert httpx.get(f"{server.url}/health").status_code == 200
        assert client.put("/_understudy/faults", json=[]).status_code == 200
        assert httpx.get(f"{server.url}/v1/models").status_code == 200


@pytest.mark.parametrize("kind", ["refuse", "tls-failure"])
def test_clients_meet_it_on_the_wire(kind, tmp_path):
    import socket

    import trustme

    from understudy import Understudy

    script = tmp_path / "s.yaml"
    script.write_text(f"version: 1\nfaults: [{{kind: {kind}}}]\n")
    settings = {}
    authority = trustme.CA()
    if kind == "tls-failure":
        issued = authority.issue_cert("127.0.0.1")
        issued.private_key_pem.write_to_path(tmp_path / "key.pem")
        for number, pem in enumerate(issued.cert_chain_pems):
            pem.write_to_path(tmp_path / "cert.pem", append=bool(number))
        settings = {"tls_cert": str(tmp_path / "cert.pem"), "tls_key": str(tmp_path / "key.pem")}
    with Understudy(script, **settings) as server, socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
        if kind == "refuse":
            assert client.recv(1) == b""
        else:
            context = ssl.create_default_context()
            authority.configure_trust(context)
            with pytest.raises(ssl.SSLError, match=r"(?i)handshake.failure"):
                context.wrap_socket(client, server_hostname="127.0.0.1")

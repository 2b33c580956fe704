"""The pytest plugin, seen from outside: small suites run in a pytest of their own."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points

import pytest

import understudy.testing  # noqa: F401  # or every run within would import it anew

pytest_plugins = ["pytester"]

# An installation knows the plugin; a bare checkout does not, and is told.
_TOLD = (
    []
    if any(entry.value == "understudy.pytest_plugin" for entry in entry_points(group="pytest11"))
    else ["understudy.pytest_plugin"]
)

ASK = """
import http.client, json, os
from urllib.parse import urlsplit

def ask(user, url=None):
    base = urlsplit(url or os.environ["OPENAI_BASE_URL"])
    connection = http.client.HTTPConnection(base.hostname, base.port, timeout=10)
    try:
        body = {"model": "m", "messages": [{"role": "user", "content": user}]}
        connection.request("POST", base.path + "/chat/completions", json.dumps(body))
        answer = connection.getresponse()
        found = json.loads(answer.read())
        return found["choices"][0]["message"]["content"] if answer.status == 200 else answer.status
    finally:
        connection.close()
"""
SCRIPT = """\
rules:
  - {name: ping, when: {user: ping}, reply: pong}
  - {name: idle, when: {user: idle}, reply: never}
"""


@pytest.fixture
def run(pytester, monkeypatch):
    """Run the text of a test module, beside `ask` and `weather.yaml`."""
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_ADDOPTS", "PYTEST_XDIST_AUTO_NUM_WORKERS"):
        monkeypatch.delenv(name, raising=False)

    def made(text, *options, ini=""):
        pytester.makepyfile(client=ASK, test_it="import os\nimport pytest\nfrom client import ask\n\n" + text)
        (pytester.path / "weather.yaml").write_text(SCRIPT)
        pytester.makeini("[pytest]\n" + ini)
        plugins = [option for name in _TOLD for option in ("-p", name)]
        return pytester.runpytest_inprocess(*plugins, "-p", "no:cacheprovider", "-p", "no:hypothesispytest", *options)

    return made


def test_the_fixture_is_a_running_server_that_clients_find(run):
    result = run("""
def test_one(understudy):
    understudy.on(user="ping").reply("pong")
    assert ask("ping") == "pong"
    assert understudy.calls[-1].user == "ping"
    assert os.environ["ANTHROPIC_BASE_URL"] == understudy.url
    assert os.environ["OPENAI_API_KEY"] == "understudy-dummy-key"
    assert "OPENAI_ORG_ID" not in os.environ

def test_it_is_cleared_for_each_test(understudy):
    assert understudy.calls == []
    assert ask("ping") != "pong"

def test_the_environment_is_as_it_was():
    assert "understudy" not in os.environ.get("OPENAI_API_KEY", "")
""")
    result.assert_outcomes(passed=3)


def test_the_marker_says_what_it_is_started_with(run):
    result = run("""
pytestmark = pytest.mark.understudy(seed=7)

@pytest.mark.understudy("weather.yaml", reply="nothing", clock="virtual", env=False)
def test_all(understudy):
    assert ask("ping", understudy.openai_url) == "pong"
    assert ask("else", understudy.openai_url) == "nothing"
    understudy.clock.advance(1)
    assert os.environ.get("OPENAI_BASE_URL") != understudy.openai_url

@pytest.mark.understudy(script=["weather.yaml"], preset="fake-llm-server")
def test_lists_and_presets(understudy):
    assert ask("ping") == "pong"

@pytest.mark.understudy("a.yaml", "b.yaml")
def test_two_scripts(understudy):
    pass

@pytest.mark.understudy(script="nowhere.yaml")
def test_missing(understudy):
    pass

@pytest.mark.understudy(tokn_mean=3)
def test_unknown(understudy):
    pass

@pytest.mark.understudy(strict="cals")
def test_misspelt(understudy):
    pass

@pytest.mark.understudy(enf=False)
def test_unknown_to_the_server_too(understudy):
    pass

@pytest.mark.understudy(env="maybe")
def test_neither_true_nor_false(understudy):
    pass
""")
    result.assert_outcomes(passed=2, errors=6)
    result.stdout.fnmatch_lines(["*expected one script, or a list of them*", "*nowhere.yaml*"])
    expected = "expected a setting, or one of script, preset, strict, clock, env."
    result.stdout.fnmatch_lines([f"keyword 'tokn_mean': {expected} Did you mean 'token_mean'?"])
    result.stdout.fnmatch_lines(["strict 'cals': expected True, False, 'calls' or 'rules'"])
    result.stdout.fnmatch_lines([f"keyword 'enf': {expected} Did you mean 'env'?", "env 'maybe': expected True or False"])
    result.stdout.no_fnmatch_line("During handling of*")


def test_options_and_ini_settings(run):
    result = run(
        """
def test_one(understudy):
    assert ask("ping") == "pong"
    assert ask("else") == 404
    assert understudy.strict is True
""",
        "--understudy-strict",
        "--understudy-seed=3",
        ini="understudy_script = weather.yaml\nunderstudy_preset = mockllm\n",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["strict: a call was not scripted: chat 'else'", "*rule 'ping' (weather.yaml:2):*"])


def test_what_the_test_did_not_notice_fails_it(run):
    result = run("""
@pytest.mark.understudy(strict=True)
def test_unscripted(understudy):
    ask("what?")

@pytest.mark.understudy(strict="rules")
def test_unused(understudy):
    understudy.on(user="never").reply("x")

def test_expected(understudy):
    understudy.expect(user="what colour is the sky?")
    ask("what color is the sky?")

def test_broken_function(understudy):
    understudy.on().reply(lambda call: 1 / 0)
    ask("x")

def test_both(understudy):
    understudy.expect(user="lost")
    assert ask("x") == "y"

@pytest.mark.xfail(strict=True)
def test_expected_failure(understudy):
    understudy.expect(user="lost")
""")
    result.assert_outcomes(failed=5, xfailed=1)
    result.stdout.fnmatch_lines(
        [
            "strict: a call was not scripted: chat 'what?'",
            "strict: these rules answered no call:",
            "expected at least one call with user: 'what colour is the sky?', got none of 1.",
            "*ZeroDivisionError: division by zero",
            "*understudy: expected at least one call with user: 'lost'*",
        ]
    )


def test_what_a_test_leaves_under_way_is_nothing_to_the_next(run):
    result = run("""
import json, socket
LEFT = []

def test_first(understudy):
    understudy.on().fault("hang")
    client = socket.create_connection(("127.0.0.1", understudy.port), timeout=10)
    LEFT.append(client)
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": "of the first"}]})
    head = f"POST /v1/chat/completions HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: {len(body)}"
    client.sendall(f"{head}\\r\\n\\r\\n{body}".encode())
    understudy.wait_for_calls(1)

def test_second(understudy):
    try:
        assert LEFT[0].recv(1) == b""
    except ConnectionResetError:
        pass
    LEFT[0].close()
    understudy.assert_not_called()
    assert understudy.assert_resilient().requests == 0
    ask("mine")
    assert [call.user for call in understudy.calls] == ["mine"]
""")
    result.assert_outcomes(passed=2)


def test_scripts_of_options_are_looked_for_in_the_working_directory(run, pytester, monkeypatch):
    folder = pytester.mkdir("scripts")
    (folder / "my.yaml").write_text("responses: {hello: from the option}\n")
    monkeypatch.chdir(folder)
    text = "def test_one(understudy):\n    assert ask('hello') == 'from the option'\n"
    run(text, str(pytester.path), "--understudy-script=my.yaml").assert_outcomes(passed=1)
    result = run(text, str(pytester.path), "--understudy-script=your.yaml")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"{folder}/your.yaml:1: no such file*"])


def test_a_script_that_is_written_anew_is_read_anew(run):
    result = run("""
from pathlib import Path

@pytest.fixture(params=["one", "another"])
def script(request):
    Path(__file__).with_name("made.yaml").write_text(f"responses: {{hello: {request.param}}}\\n")
    return request.param

@pytest.mark.understudy("made.yaml")
def test_it(script, understudy):
    assert ask("hello") == script
""")
    result.assert_outcomes(passed=2)


def test_calls_of_fixtures_that_end_are_judged_too(run):
    result = run("""
@pytest.fixture
def application(understudy):
    yield
    ask("goodbye")

@pytest.mark.understudy(strict="calls")
def test_late(application, understudy):
    pass

@pytest.mark.understudy(strict="calls")
def test_early_and_late(application, understudy):
    ask("hello")
""")
    result.assert_outcomes(passed=1, failed=1, errors=1)
    result.stdout.fnmatch_lines(["strict: a call was not scripted: chat 'goodbye'"])


def test_what_fixtures_that_end_may_make_good_is_judged_after_them(run):
    result = run("""
pytestmark = pytest.mark.understudy(strict="rules")

@pytest.fixture
def application(understudy):
    understudy.on(user="goodbye").reply("bye")
    yield understudy

@pytest.fixture
def client(application):
    yield
    ask("goodbye")

def test_good(client, understudy):
    understudy.expect(user="goodbye").times(1)

def test_still_missing(application):
    application.expect(user="goodbye")

def test_too_many(application):
    application.expect(user="goodbye").never()
    ask("goodbye")

@pytest.fixture
def ready(understudy):
    understudy.on(user="goodbye").reply("bye")

@pytest.fixture
def unrelated(ready):
    return ready

def test_nobody_ends_late(ready, unrelated):
    pass
""")
    result.assert_outcomes(passed=2, failed=2, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_still_missing*",
            "strict: these rules answered no call:",
            "expected at least one call with user: 'goodbye', got none of 0.",
            "*FAILURES*",
            "*test_too_many*",
            "expected no calls with user: 'goodbye', got 1 call of 1:",
            "*test_nobody_ends_late*",
            "strict: these rules answered no call:",
        ]
    )


ENDING = """
@pytest.fixture
def application(understudy):
    yield
    ask("goodbye")

@pytest.mark.xfail(strict=True)
def test_expected_failure(application, understudy):
    understudy.expect(user="lost")

@pytest.mark.xfail(False, True, reason="the second holds")
def test_one_of_two(application, understudy):
    understudy.expect(user="lost")

@pytest.mark.xfail(condition=False, reason="not here")
def test_as_any_other(application, understudy):
    understudy.expect(user="goodbye")
"""


def test_a_test_that_is_to_fail_does_so_before_fixtures_end(run):
    run(ENDING).assert_outcomes(passed=1, xfailed=2)
    run(ENDING, "--runxfail").assert_outcomes(passed=3, errors=2)


def test_a_fixture_that_takes_the_place_of_the_server_may_end_late(run):
    result = run("""
@pytest.fixture
def understudy(understudy):
    yield understudy
    ask("goodbye")

def test_good(understudy):
    understudy.expect(user="goodbye")
""")
    result.assert_outcomes(passed=1)


def test_rules_that_came_by_http_are_no_rules_of_scripts(run):
    result = run(
        """
import http.client

@pytest.mark.understudy("weather.yaml")
def test_posted(understudy):
    ask("ping"), ask("idle")
    connection = http.client.HTTPConnection("127.0.0.1", understudy.port, timeout=10)
    connection.request("POST", "/_understudy/rules", json.dumps({"name": "mine", "when": {"user": "x"}, "reply": "y"}))
    assert connection.getresponse().status == 200
    connection.close()
""".replace("import http.client", "import http.client, json")
    )
    result.assert_outcomes(passed=1)
    assert "rules that were never used" not in result.stdout.str()


MANY = """
@pytest.mark.understudy("weather.yaml")
@pytest.mark.parametrize("n", range(8))
def test_one(understudy, n):
    understudy.on(user="who").reply(str(n))
    assert [ask("who") for _ in range(3)] == [str(n)] * 3
    assert ask("ping") == "pong"
    assert len(understudy.calls) == 4
"""


def test_rules_that_no_test_used_are_listed_at_the_end(run):
    result = run(MANY)
    result.assert_outcomes(passed=8)
    result.stdout.fnmatch_lines(
        ["*understudy: rules that were never used*", "weather.yaml:3: idle", "1 of 2 scripted rules answered calls"]
    )
    assert "rules that were never used" not in run("def test_one(understudy):\n    ask('x')\n").stdout.str()


@pytest.mark.parametrize("options", [(), ("-n1",)])
def test_a_rule_is_known_whatever_stands_beside_it(run, pytester, options):
    """A rule without a name is called by its file, too, where a rule of another script has the name it would have."""
    if options:
        pytest.importorskip("xdist")
    (pytester.path / "own.yaml").write_text("rules: [{when: {user: one}, reply: '1'}, {when: {user: two}, reply: '2'}]")
    (pytester.path / "other.yaml").write_text("rules:\n  - {when: {user: three}, reply: '3'}\n")
    text = """
@pytest.mark.understudy(script="other.yaml")
class TestAll:
    def test_one(self, understudy):
        assert ask("three") == "3"

    @pytest.mark.understudy(script="own.yaml")
    def test_two(self, understudy):
        assert ask("one") == "1"

@pytest.mark.understudy(script=["other.yaml", "own.yaml"])
def test_three(understudy):
    assert ask("three") == "3"
"""
    result = run(text, *options)
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["*rules that were never used*", "own.yaml:1: rule 2*", "2 of 3 scripted rules answered calls"])
    assert result.stdout.str().count("own.yaml:1:") == 1


def test_workers_of_xdist_add_up(run):
    pytest.importorskip("xdist")
    result = run(MANY, "-n2")
    result.assert_outcomes(passed=8)
    result.stdout.fnmatch_lines(["weather.yaml:3: idle", "1 of 2 scripted rules answered calls"])


def test_eight_workers_do_not_meet(run):
    pytest.importorskip("xdist")
    text = """
@pytest.mark.parametrize("n", range(32))
def test_one(understudy, n):
    understudy.on(user="next").replies(f"{n}-1", f"{n}-2")
    assert [ask("next"), ask("next")] == [f"{n}-1", f"{n}-2"]
    assert len(understudy.calls) == 2

@pytest.mark.understudy(script="weather.yaml")
@pytest.mark.parametrize("n", range(16))
def test_two(understudy, n):
    assert ask("ping") == "pong"
"""
    result = run(text, "-n", "8")
    result.assert_outcomes(passed=48)
    result.stdout.fnmatch_lines(["weather.yaml:3: idle", "1 of 2 scripted rules answered calls"])


def test_tests_on_several_threads_have_servers_of_their_own(run):
    result = run("""
import threading
from understudy.pytest_plugin import Company

def test_threads():
    company, barrier, failed = Company(), threading.Barrier(4), []

    def one(n):
        for _ in range(3):
            key, server = company.take((), {})
            server.on(user="who").reply(str(n))
            barrier.wait(10)
            if ask("who", server.openai_url) != str(n) or len(server.calls) != 1:
                failed.append(n)
            company.give_back(key, server)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    company.close()
    assert not failed
""")
    result.assert_outcomes(passed=1)


def test_a_run_that_does_not_use_it_does_not_import_the_server():
    code = "import sys, pytest, understudy.pytest_plugin; sys.exit('understudy.app' in sys.modules or 'msgspec' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

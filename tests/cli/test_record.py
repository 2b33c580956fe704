"""`understudy record`: the command, and its replay."""

from __future__ import annotations

import json
import signal
from http.client import HTTPConnection

import pytest

from understudy import Understudy
from understudy.cli import main


def ask(port, text, stream=False, path="/v1/chat/completions"):
    line = HTTPConnection("127.0.0.1", port, timeout=20)
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": text}], "stream": stream}
    line.request("POST", path, json.dumps(body), {"authorization": "Bearer sk-0123456789abcdef"})
    answer = line.getresponse()
    data = answer.read()
    line.close()
    return answer.status, data


def test_record_then_replay_then_add(start, tmp_path):
    out = tmp_path / "out.yaml"
    with Understudy(clock="auto") as up:
        up.on(user="sky").reply("Blue.")
        up.on(user="sea").reply("Green.")
        given = ("record", "--upstream", f"{up.url}/v1", "--out", "out.yaml", "--port", "0")
        program = start(*given)
        assert program.line.startswith(f"Understudy records {up.url}/v1 on http://127.0.0.1:")
        assert program.line.endswith("/v1\n")
        port = int(program.line.rsplit(":", 1)[1].removesuffix("/v1\n"))
        assert ask(port, "sky")[0] == 200
        assert ask(port, "sky", path="/other")[0] == 403
        program.tell(signal.SIGTERM)
        assert program.end() == (0, "out.yaml: 1 exchange recorded\n")
        assert main(["check", str(out)]) == 0

        program = start(*given, "--missing-only")
        port = int(program.line.rsplit(":", 1)[1].removesuffix("/v1\n"))
        assert b"Blue." in ask(port, "sky")[1]
        assert b"Green." in ask(port, "sea")[1]
        assert len(up.calls) == 2
        program.tell(signal.SIGINT)
        assert program.end() == (0, "out.yaml: 1 exchange recorded\n")
    assert "sk-" not in out.read_text()
    with Understudy(out, strict="calls", clock="auto") as replay:
        assert [ask(replay.port, text)[0] for text in ("sky", "sea")] == [200, 200]


def test_a_script_that_somebody_else_changes_meanwhile(start, tmp_path):
    out = tmp_path / "out.yaml"
    with Understudy(reply="Blue.", clock="auto") as up:
        program = start("record", "--upstream", f"{up.url}/v1", "--out", "out.yaml", "--port", "0")
        port = int(program.line.rsplit(":", 1)[1].removesuffix("/v1\n"))
        out.write_text("# mine\n")
        assert ask(port, "sky")[0] == 200
        program.tell(signal.SIGTERM)
        assert program.end() == (2, "out.new.yaml: 1 exchange recorded\n")
    assert out.read_text() == "# mine\n"
    assert main(["check", str(tmp_path / "out.new.yaml")]) == 0


def test_a_script_that_is_there_is_not_overwritten(run, write):
    path = write("out.yaml", "rules: []\n")
    done = run("record", "--upstream", "http://127.0.0.1:1", "--out", path)
    assert done.status == 2
    assert "expected a new file, got one that is there. --missing-only adds to it." in done.err


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("--out", "x.yaml"), "--upstream"),
        (("--upstream", "http://x"), "--out"),
        (("--upstream", "x", "--out", "x.yaml"), "expected one such as https://api.openai.com/v1"),
        (("--upstream", "http://x", "--out", "no/x.yaml"), "No such file or directory. Check the path."),
    ],
)
def test_wrong_flags(run, given, message):
    done = run("record", *given)
    assert done.status == 2
    assert message in done.err


def test_a_script_with_mistakes_is_not_added_to(run, write):
    path = write("out.yaml", "rulez: []\n")
    done = run("record", "--upstream", "http://127.0.0.1:1", "--out", path, "--missing-only")
    assert done.status == 2
    assert "out.yaml:1: " in done.err

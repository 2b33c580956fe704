"""The program that runs the documentation notices when an example is wrong. No server takes part."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def docs(tool):
    return tool("run_docs")


def page(tmp_path, text):
    path = tmp_path / "page.md"
    path.write_text(text)
    return path


GOOD = """\
```json file=data.json
{"a": 1}
```

```python run
import json, os
print(json.load(open("data.json"))["a"], os.environ.get("NAME"))
```

```text output
1 ...
```

```console
$ export NAME=value
$ python -c 'import os
print(os.environ["NAME"], "and 17")'
value and ...
```

```console exit=3
$ python -c 'raise SystemExit(3)'
```

```sh
this is only shown
```
"""


def test_a_right_page_runs(docs, tmp_path):
    docs.run_page(page(tmp_path, GOOD))


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ("1 ...", "2 ...", 10),
        ("value and ...", "value or ...", 14),
        ("exit=3", "exit=0", 21),
        ('["a"]', '["b"]', 5),
        ("$ python -c 'raise", "python -c 'raise", 21),
    ],
)
def test_a_wrong_example_is_named_with_its_line(docs, tmp_path, right, wrong, line):
    path = page(tmp_path, GOOD.replace(right, wrong))
    with pytest.raises(docs.WrongExampleError) as error:
        docs.run_page(path)
    assert str(error.value).startswith(f"{path}:{line}: ")


def test_a_missing_program_is_no_mistake_of_the_page(docs, tmp_path):
    with pytest.raises(docs.MissingProgramError, match="no-such-program-here"):
        docs.run_page(page(tmp_path, "```console\n$ no-such-program-here --now\n```\n"))


@pytest.mark.parametrize(
    ("expected", "got", "equal"),
    [
        ("a\nb", "a  \r\nb\n", True),
        ("a...z", "a\nmany\nz", True),
        ("a.c", "abc", False),
        ("a", "a\nb", False),
        ("{...}", "{}", True),
    ],
)
def test_dots_stand_for_anything(docs, expected, got, equal):
    assert docs.same(expected, got) is equal


def test_commands_go_on_over_lines(docs):
    text = "$ curl \\\n  -d '{\n}' x\nout\nput\n$ next\n"
    assert list(docs.commands(text)) == [("curl \\\n  -d '{\n}' x", "out\nput"), ("next", "")]

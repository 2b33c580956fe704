"""The text of a recorded script, for people to read and change.

In: rules as plain data, and the script they are added to, if there is one. Out: YAML. Long texts stand as blocks, lists of
numbers and pieces in lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from understudy.config.source import parse

_WIDTH = 126
_LONGEST = 200_000  # bytes of a rule that people might read; YAML's own writer takes seconds for a picture
_OTHER_BREAKS = re.compile("[\r\x85\u2028\u2029]")  # ends of lines for YAML, but not as the same character

_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")  # what JSON may hold as it is, and YAML may not


def rendered(rules: list[dict[str, Any]], origin: str) -> str:
    """Write a whole script."""
    head = f"# Recorded from {origin}\nversion: 1\n"
    return head + ("rules:\n" + listed(rules) if rules else "rules: []\n")


def extended(text: str, rules: list[dict[str, Any]]) -> str | None:
    """Add rules at the end of a script; None when they would not become its last rules."""
    if not rules:
        return text
    before = parse(text, "script")
    known = before.data.get("rules") if isinstance(before.data, dict) else None
    if before.problems or not isinstance(before.data, dict) or not isinstance(known, list | None):
        return None
    start = text if text.endswith("\n") or not text else f"{text}\n"
    wanted = before.data | {"rules": [*(known or []), *rules]}
    for added in ("rules:\n" + listed(rules) if "rules" not in before.data else "", listed(rules), listed(rules, "")):
        candidate = parse(start + added, "script") if added else None
        if candidate is not None and not candidate.problems and candidate.data == wanted:
            return start + added
    return None


def rules_in(text: str) -> list[dict[str, Any]]:
    """The rules of a script, as they stand there."""
    data = parse(text, "script").data
    rules = data.get("rules") if isinstance(data, dict) else None
    return [rule for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []


def listed(rules: Sequence[dict[str, Any]], indent: str = "  ") -> str:
    """Write rules one by one; what YAML's own writer gets wrong is written as JSON, which is YAML, too."""
    encoded = map(msgspec.json.encode, rules)
    return "".join((_indented if len(rule) <= _LONGEST else _as_json)(rule, indent) for rule in encoded)


@lru_cache(maxsize=4096)
def _indented(encoded: bytes, indent: str) -> str:
    """Write a rule; while a script grows most of its rules stay as they are."""
    rule = msgspec.json.decode(encoded)
    text = "".join(f"{indent}{line}\n" if line else "\n" for line in _yaml([rule]).removesuffix("\n").split("\n"))
    if parse(text, "script").data == [rule]:
        return text
    return _as_json(encoded, indent)


def _as_json(encoded: bytes, indent: str) -> str:
    return f"{indent}- {_UNPRINTABLE.sub(lambda sign: f'{chr(92)}u{ord(sign[0]):04x}', encoded.decode())}\n"


def _yaml(rules: list[dict[str, Any]]) -> str:
    import yaml

    class Dumper(yaml.SafeDumper):
        """Indents lists below their key, repeats instead of referring back."""

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002  # PyYAML's signature
            super().increase_indent(flow, False)

        def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  # PyYAML's signature
            return True

        def text(self, value: str) -> yaml.Node:
            is_long = "\n" in value.strip("\n") and not value.startswith((" ", "\n")) and not _OTHER_BREAKS.search(value)
            return self.represent_scalar("tag:yaml.org,2002:str", value, style="|" if is_long else _quotes(value))

        def row(self, value: list[Any]) -> yaml.Node:
            flat = all(isinstance(item, str | int | float | bool) for item in value)
            return self.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=flat)

        def mapping(self, value: dict[str, Any]) -> yaml.Node:
            flat = bool(value) and all(isinstance(item, int | float | bool) for item in value.values())
            return self.represent_mapping("tag:yaml.org,2002:map", value, flow_style=flat)

    Dumper.add_representer(str, Dumper.text)
    Dumper.add_representer(list, Dumper.row)
    Dumper.add_representer(dict, Dumper.mapping)
    text: str = yaml.dump(rules, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=False)
    return text


def _quotes(value: str) -> str | None:
    """Quote what could be taken for something else than a text, now or after somebody changed it."""
    return None if re.fullmatch(r"[A-Za-z][A-Za-z_.-]*", value) and value.lower() not in _WORDS else '"'


_WORDS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")

"""Cassettes: of VCR.py (YAML, JSON), of those that extend it, of Ruby's VCR and of Betamax.

Source: VCR.py's serializers (`interactions`, `string`, `base64_string`), `parsed_body` as pydantic-ai writes it, and
`http_interactions` of VCR and Betamax. Secrets are taken out, as when recording.
"""

from __future__ import annotations

import re
from typing import Any, Final

from understudy.importing.draft import Draft
from understudy.importing.exchange import data, fields, request_of, take_of
from understudy.importing.formats import ForeignReader, FormatError
from understudy.importing.packed import unpacked
from understudy.importing.source import Source, Where

_BEGUN: Final = re.compile(r'^(?:interactions|http_interactions):|"(?:interactions|http_interactions)"\s*:', re.MULTILINE)
_LISTS: Final = ("interactions", "http_interactions")


def recognises(source: Source) -> bool:
    """Whether the file is of this format."""
    return _BEGUN.search(source.text) is not None


def read(source: Source, draft: Draft) -> None:
    """Read a cassette.

    Raises:
        FormatError: saying what was expected where.
    """
    interactions = _json(source) if source.path.suffix.lower() == ".json" else _yaml(source)
    for where, interaction in interactions:
        with draft.attempt(where, "interaction"):
            _interaction(where, interaction, draft)
    draft.settings.setdefault("reply", "error")


def _json(source: Source) -> list[tuple[Where, Any]]:
    if source.document.problems:
        raise FormatError(f"{source.document.problems[0]}")
    name = next((name for name in _LISTS if isinstance((source.data or {}).get(name), list)), None)
    if name is None:
        raise FormatError(f"{source.path}:1: expected an object with 'interactions', got something else.")
    return [(source.where(name, at), item) for at, item in enumerate(source.data[name])]


def _yaml(source: Source) -> list[tuple[Where, Any]]:
    """Read YAML as PyYAML writes it, bytes included, which no script may hold."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(source.text)
    try:
        node = loader.get_single_node()
        whole: Any = loader.construct_document(node) if node is not None else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise FormatError(
            f"{source.path}:{line}: expected YAML, got something else: {getattr(error, 'problem', error)}."
        ) from None
    finally:
        loader.dispose()
    name = next((name for name in _LISTS if isinstance(whole, dict) and isinstance(whole.get(name), list)), None)
    if name is None:
        raise FormatError(f"{source.path}:1: expected a mapping with 'interactions', got something else.")
    entries: Any = node
    listed = next(value for key, value in entries.value if key.value == name)
    return [(source.line(item.start_mark.line + 1), value) for item, value in zip(listed.value, whole[name], strict=True)]


def _interaction(where: Where, interaction: dict[str, Any], draft: Draft) -> None:
    asked, answered = interaction["request"], interaction["response"]
    heads = fields(asked.get("headers"))
    body = unpacked(data(asked.get("parsed_body", asked.get("body"))), heads)
    request = request_of(str(asked["method"]), str(asked.get("uri") or asked.get("url")), heads, body)
    status = answered.get("status") or {}
    code = status.get("code") if isinstance(status, dict) else status
    returned = fields(answered.get("headers"))
    said = unpacked(data(answered.get("parsed_body", answered.get("body", answered.get("content")))), returned)
    draft.exchange(where, take_of(request, int(code or answered.get("status_code") or 200), returned, said))


READER = ForeignReader("vcr", "cassettes of VCR.py, VCR and Betamax, YAML or JSON", 0, recognises, read)

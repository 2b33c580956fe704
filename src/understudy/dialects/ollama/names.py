"""Names of models as Ollama reads them: `host/namespace/model:tag`, of which all but the model may be left out.

In: a name as a client spells it. Out: whether it is one, its shortest spelling, and the key it is kept under: names that differ
in case alone are one model (the server's `types/model/name.go` and `getExistingName`, August 2026).
"""

from __future__ import annotations

import re
from functools import lru_cache

_LONGEST = 600  # characters of a name
_HOST, _NAMESPACE, _TAG = "registry.ollama.ai", "library", "latest"
_PART = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}"
_NAME = re.compile(
    r"(?:(?:(?:https?://)?(?P<host>[A-Za-z0-9_][A-Za-z0-9_.:-]{0,349})/)?(?P<namespace>[A-Za-z0-9_][A-Za-z0-9_-]{0,79})/)?"
    rf"(?P<model>{_PART})(?::(?P<tag>{_PART}))?"
)


def is_name(name: str) -> bool:
    """Say whether a model may be called so."""
    return len(name) < _LONGEST and _read(name) is not None


def shortest(name: str) -> str:
    """Spell a name as the server shows it: always with its tag, with what stands before the model only where it is unusual."""
    return (_read(name) if len(name) < _LONGEST else None) or name


def key_of(name: str) -> str:
    """The key of a model: the same for all spellings of its name."""
    return shortest(name).lower()


@lru_cache(maxsize=1024)
def _read(name: str) -> str | None:
    """The shortest spelling of a name, None where it is none."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    host, namespace = found["host"] or _HOST, found["namespace"] or _NAMESPACE
    before = f"{host}/{namespace}/" if host.lower() != _HOST else f"{namespace}/" if namespace.lower() != _NAMESPACE else ""
    return f"{before}{found['model']}:{found['tag'] or _TAG}"

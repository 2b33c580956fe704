"""How a model is made of another or of files: what it takes over, what it gets of its own, and the steps of it.

In: the request, the model it is made from, the store with the files. Out: the model and the statuses of its layers. What the
new model says of itself goes before what the old one said; messages and the system prompt are replaced whole (`createModel`,
`setParameters`, `setMessages` and `convertModelFromFiles` in the server's `server/create.go`, August 2026).
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import structs

from understudy.dialects import _asked as asked
from understudy.dialects.ollama import kept
from understudy.dialects.ollama.decode import Extra
from understudy.dialects.ollama.names import shortest
from understudy.model.call import Call
from understudy.model.ports import Store

_FILES = "/usr/share/ollama/.ollama/models/blobs/"
_OWN = ("template", "system", "license", "parameters", "messages")  # what has a layer of its own, in the server's order


class NotMadeError(Exception):
    """A change that failed: the status where nothing was said yet, the reason, and the statuses that went before."""

    def __init__(self, status: int, message: str, *after: str) -> None:
        super().__init__(message)
        self.status, self.after = status, after


def made_of(call: Call, base: kept.Made | None, store: Store, now: int) -> tuple[kept.Made, list[str]]:
    """Make a model.

    Args:
        call: the request.
        base: what it is made from; None of files.
        store: where the files are.
        now: unix nanoseconds.

    Raises:
        NotMadeError: where a file is missing or is none that a model can be made of.
    """
    extra: Extra = call.extra
    body, name = extra.body, shortest(call.model)
    if base is None:
        base, steps = _of_files(extra, store, name)
    else:
        steps = [f"using existing layer sha256:{base.file}"]
        base = structs.replace(base, parent=shortest(base.name))
    adapters = asked.mapping(body.get("adapters"))
    found = [_file(extra, store, str(digest), "parsing GGUF") for digest in adapters.values()]
    steps += ["parsing GGUF"] * len(found)
    own = {member: body[member] for member in _OWN if body.get(member)}
    steps += [f"creating new layer sha256:{kept.digest_of(_written(value))}" for value in own.values()]
    quantization = str(body.get("quantize") or body.get("quantization") or "").upper()
    made = structs.replace(
        base,
        name=name,
        modified=now,
        weights=base.file,
        digest=kept.digest_of(_written([base.digest, quantization, own, adapters])),
        template=str(own.get("template") or base.template),
        system=str(own.get("system") or base.system),
        licenses=[*base.licenses, *asked.texts(own.get("license"))],
        parameters={**asked.mapping(own.get("parameters")), **_rest(base.parameters, own)},
        messages=asked.objects(own.get("messages")) or base.messages,
        adapters=[*base.adapters, *map(str, adapters.values())],
        quantization=quantization or base.quantization,
        size=base.size + sum(found),
        info={**base.info, **asked.mapping(body.get("info"))},
    )
    return made, steps


def _rest(parameters: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The parameters of the old model that the new one has no own of."""
    given = asked.mapping(own.get("parameters"))
    return {name: value for name, value in parameters.items() if name not in given}


def _written(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _of_files(extra: Extra, store: Store, name: str) -> tuple[kept.Made, list[str]]:
    """Make a model of files, all of them GGUF or all of them safetensors."""
    files = {path: str(digest) for path, digest in sorted(asked.mapping(extra.body.get("files")).items())}
    is_tensors = any(path.endswith(".safetensors") for path in files)
    step = "converting model" if is_tensors else "parsing GGUF"
    known = any(path.endswith(".gguf") or _is_gguf(store, digest) for path, digest in files.items())
    if extra.settings.strict and not (is_tensors or known):
        raise NotMadeError(400, "unknown type")
    size = sum(_file(extra, store, digest, step, must_be_gguf=not is_tensors) for digest in files.values())
    digest = next(iter(files.values()), f"sha256:{kept.digest_of(name)}").removeprefix("sha256:")
    steps = [step] * (1 if is_tensors else len(files))
    return kept.Made(name, name, digest, 0, size), [*steps, *(f"using existing layer {each}" for each in files.values())]


def _is_gguf(store: Store, digest: str) -> bool:
    file = kept.file_of(store, digest)
    return file is not None and file.is_gguf


def _file(extra: Extra, store: Store, digest: str, step: str, *, must_be_gguf: bool = True) -> int:
    """Look up a file: how large it is."""
    file = kept.file_of(store, digest)
    if file is not None and (file.is_gguf or not must_be_gguf):
        return file.size
    if extra.settings.strict:
        if file is None:
            raise NotMadeError(500, f"open {_FILES}{digest.replace(':', '-')}: no such file or directory", step)
        raise NotMadeError(400, "supplied file was not in GGUF format", step)
    return 0 if file is None else file.size

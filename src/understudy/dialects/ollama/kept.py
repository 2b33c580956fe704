"""What a session's store keeps of Ollama's models: those that were fetched, made or deleted, what is loaded, and files.

In: the store, and the models that are listed from the beginning. Out: models. A listed one is there until it is deleted, which
is remembered. Of a file only its size and whether it is GGUF is kept: nobody ever reads it back.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

import msgspec
from msgspec import Struct

from understudy.dialects import Listed
from understudy.dialects.ollama.names import key_of
from understudy.dialects.ollama.stamps import SECOND
from understudy.model.ports import Store

SIZE: Final = 2_019_393_189
"""Bytes of a model of which nobody says how large it is."""

_STEPS = 100
_MODELS, _LOADED, _FILES = "ollama-model", "ollama-loaded", "ollama-file"


class Made(Struct):
    """A model: `base` is the name that tells its family, `parent` what it was made from, `modified` are unix nanoseconds.

    `weights` is the digest of its largest file, "" where that is the one of the model. `gone` stands for a model that was
    deleted.
    """

    name: str
    base: str
    digest: str
    modified: int
    size: int = SIZE
    weights: str = ""
    parent: str = ""
    system: str = ""
    template: str = ""
    licenses: list[str] = []
    parameters: dict[str, Any] = {}
    messages: list[dict[str, Any]] = []
    adapters: list[str] = []
    quantization: str = ""
    info: dict[str, Any] = {}
    gone: bool = False

    @property
    def file(self) -> str:
        """The digest of its largest file."""
        return self.weights or self.digest


class Loaded(Struct):
    """A model in memory: until when (unix seconds), for how long after a request, and the tokens of its window."""

    name: str
    until: float
    seconds: float
    window: int


class File(Struct):
    """A file that models are made of."""

    size: int
    is_gguf: bool


_read_model = msgspec.json.Decoder(Made).decode
_read_loaded = msgspec.json.Decoder(Loaded).decode
_read_file = msgspec.json.Decoder(File).decode
_write = msgspec.json.encode


def digest_of(text: str) -> str:
    """The digest of a text, as of a model's name."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()


def from_list(listed: Listed) -> Made:
    """A model that is there from the beginning."""
    return Made(listed.id, listed.id, digest_of(listed.id), listed.created * SECOND)


_listed = lru_cache(maxsize=256)(from_list)  # of those that are listed; nobody changes what is found


def remembered(store: Store, name: str) -> Made | None:
    """What the store knows of a model, deleted or not; None where only the list tells."""
    data = store.get(_MODELS, key_of(name))
    return None if data is None else _read_model(data)


def there(store: Store, name: str, listed: Iterable[Listed]) -> Made | None:
    """Look a model up; None when it is not there."""
    kept = remembered(store, name)
    if kept is not None:
        return None if kept.gone else kept
    key = key_of(name)
    return next((_listed(each) for each in listed if key_of(each.id) == key), None)


def catalogue(store: Store, listed: Iterable[Listed]) -> list[Made]:
    """All models, the last changed first."""
    found = {key_of(each.id): from_list(each) for each in listed}
    for key in store.names(_MODELS):
        data = store.get(_MODELS, key)
        if data is not None:
            found[key] = _read_model(data)
    return sorted((made for made in found.values() if not made.gone), key=lambda made: -(made.modified // SECOND))


def keep(store: Store, made: Made) -> None:
    """Keep a model, in place of one of that name."""
    store.put(_MODELS, key_of(made.name), _write(made))


def forget(store: Store, name: str) -> None:
    """Delete a model, and unload it; it is remembered, for a name that nobody knows would answer."""
    unload(store, name)
    keep(store, Made(name, name, "", 0, gone=True))


def load(store: Store, name: str, seconds: float | None, usual: float, window: int, now: float) -> None:
    """Note that a model was used: it stays for so long, else as long as it was last told to, else for the usual time.

    What would move it by less than a hundredth of that is not written: many requests may come in one second.
    """
    key = key_of(name)
    data = store.get(_LOADED, key)
    before = None if data is None else _read_loaded(data)
    if before is not None and before.until <= now:
        before = None
    if seconds is None:
        seconds = usual if before is None else before.seconds
    if seconds <= 0:
        store.drop(_LOADED, key)
    elif (
        before is None
        or before.window != window
        or before.seconds != seconds
        or now + seconds - before.until >= seconds / _STEPS
    ):
        store.put(_LOADED, key, _write(Loaded(name, now + seconds, seconds, window)))


def unload(store: Store, name: str) -> None:
    """Take a model out of memory."""
    store.drop(_LOADED, key_of(name))


def loaded(store: Store, now: float) -> list[Loaded]:
    """What is in memory, the one that stays longest first; what stayed its time is forgotten."""
    found = []
    for key in store.names(_LOADED):
        data = store.get(_LOADED, key)
        each = None if data is None else _read_loaded(data)
        if each is None or each.until <= now:
            store.drop(_LOADED, key)
        else:
            found.append(each)
    return sorted(found, key=lambda each: -each.until)


def keep_file(store: Store, digest: str, data: bytes) -> None:
    """Keep what there is to know of a file."""
    store.put(_FILES, digest, _write(File(len(data), data.startswith(b"GGUF"))))


def file_of(store: Store, digest: str) -> File | None:
    """Look a file up."""
    data = store.get(_FILES, digest.replace("sha256-", "sha256:"))
    return None if data is None else _read_file(data)

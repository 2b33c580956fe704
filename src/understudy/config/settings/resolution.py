"""From everything that was given to the settings in force: flag over environment over script over default.

What is asked of a running server stands above them all, being the latest wish.

A value is judged where it counts: one that a stronger source replaces is not looked at. All mistakes are told at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from understudy.config.settings.setting import Entry, Spot
from understudy.config.settings.table import TABLE, Settings
from understudy.config.source import path_of
from understudy.config.values import describe
from understudy.dialects import served
from understudy.errors import UsageError
from understudy.kinds import hint, nearest

_PREFIX = "UNDERSTUDY_"
_ONLY_FLAGS = {"UNDERSTUDY_PRESET": " A preset is named by the flag --preset, or by `extends: [preset:NAME]` in a script."}
_FIELDS = {entry.field: entry.name for entry in TABLE.values()}


class SettingsError(UsageError):
    """Settings that cannot be used: every mistake, with the place in a script that has to do with it, if there is one."""

    def __init__(self, mistakes: Sequence[tuple[Spot | None, str]]) -> None:
        super().__init__("\n".join(message for _, message in mistakes))
        self.mistakes = tuple(mistakes)


class _Given(Struct, frozen=True):
    """Where a value was given, how it was written, and what that is: texts of flags and variables may be numbers and lists.

    `spot` is where in a script, if that is known.
    """

    source: str
    written: object
    value: object
    spot: Spot | None = None


_DEFAULT = _Given("default", None, None)
_Mistake = tuple[Spot | None, str]


def resolve(
    *,
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    script: Mapping[str, object],
    runtime: Mapping[str, object] | None = None,
    spots: Mapping[str, Spot] | None = None,
    keywords: bool = False,
) -> Settings:
    """Settle every setting.

    Args:
        flags: by name, as `flags_given` returns them; field names (`token_mean`) are taken too, so that keyword arguments of
            the Python interface can be passed.
        environ: the environment; an empty variable counts as not given.
        script: the merged `settings` of the scripts and the preset, as written.
        runtime: what was asked of the running server, as a script would hold it.
        spots: where the settings of `script` are written, as far as it is known.
        keywords: call the flags keywords, since they are those of the Python interface.

    Raises:
        SettingsError: naming the source of each wrong value, one line each.
    """
    flags = {_FIELDS.get(name, name): value for name, value in flags.items()}
    runtime = runtime or {}
    problems: list[_Mistake] = [
        (None, f"{label} {name!r}: unknown setting{hint(name, TABLE)}")
        for label, given in (("flag", flags), ("settings", script), ("PATCH settings", runtime))
        for name in given
        if name not in TABLE
    ]
    values: dict[str, Any] = {}
    sources: dict[str, _Given] = {}
    for entry in TABLE.values():
        spelling = f"keyword {entry.name.replace('-', '_')!r}" if keywords else entry.flag
        given = next(_given(entry, flags, environ, script, runtime, spots or {}, spelling), None)
        sources[entry.name] = given or _DEFAULT
        if given:
            try:
                values[entry.field] = entry.setting.kind.read(given.value)
            except ValueError:
                problems += ((given.spot, message) for message in _mismatches(entry, given))
    if not problems:
        problems = list(_disagreements(Settings(**values), sources))
    if problems:
        raise SettingsError(problems)
    return Settings(**values)


def unknown_environment(environ: Mapping[str, str]) -> list[str]:
    """Name every UNDERSTUDY_* variable that is no setting, each with the nearest one that is."""
    known = [entry.environ[0].removeprefix(_PREFIX) for entry in TABLE.values()]
    unknown = sorted(name for name in environ if name.startswith(_PREFIX) and name.removeprefix(_PREFIX) not in known)
    return [f"environment variable {name}: unknown setting.{_nearest_variable(name, known)}" for name in unknown]


def _nearest_variable(name: str, known: list[str]) -> str:
    if name in _ONLY_FLAGS:
        return _ONLY_FLAGS[name]
    # Compared without the prefix, which would make any two names look alike.
    return nearest(name.removeprefix(_PREFIX), known).replace("'", f"'{_PREFIX}", 1)


def needs_restart(before: Settings, after: Settings) -> list[str]:
    """Name the settings that differ but are only read at the start of the server."""
    old, new = asdict(before), asdict(after)
    return [entry.name for entry in TABLE.values() if entry.setting.fixed and old[entry.field] != new[entry.field]]


def _given(
    entry: Entry,
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    script: Mapping[str, object],
    runtime: Mapping[str, object],
    spots: Mapping[str, Spot],
    spelling: str,
) -> Iterator[_Given]:
    """List what was given for a setting, the strongest first."""
    if entry.name in runtime:
        yield _Given(f"PATCH settings.{entry.name}", runtime[entry.name], runtime[entry.name])
    if entry.name in flags:
        value = flags[entry.name]
        yield _Given(spelling, value, entry.setting.kind.parse(value) if isinstance(value, str) else value)
    for name in entry.environ:
        if environ.get(name):
            yield _Given(name, environ[name], entry.setting.kind.parse(environ[name]))
    if entry.name in script:
        spot = spots.get(entry.name)
        yield _Given(f"settings.{entry.name}" if spot is None else str(spot), script[entry.name], script[entry.name], spot)


def _mismatches(entry: Entry, given: _Given) -> Iterator[str]:
    secret = entry.setting.secret
    for misfit in entry.setting.kind.misfits(given.value):
        if not misfit.at:
            misfit = misfit._replace(got=given.written)
        what = "" if secret else f" {describe(misfit.got)}"
        yield f"{given.source}{path_of(misfit.at)[1:]}{what}: {misfit.told(secret=secret)}"


def _disagreements(settings: Settings, sources: Mapping[str, _Given]) -> Iterator[_Mistake]:
    """Find the settings that do not go together, and dialects that nobody has."""
    low, high = settings.stream_tokens_min, settings.stream_tokens_max
    if low > high:
        least, most = sources["stream-tokens-min"], sources["stream-tokens-max"]
        message = (
            f"stream-tokens-min {low} ({least.source}): expected at most stream-tokens-max {high} "
            f"({most.source}), got more. Set both."
        )
        yield least.spot or most.spot, message
    for one, other in (("tls-cert", "tls-key"), ("tls-key", "tls-cert")):
        given = {"tls-cert": settings.tls_cert, "tls-key": settings.tls_key}
        if given[one] and not given[other]:
            message = f"{one} '{given[one]}' ({sources[one].source}): expected {other} beside it, got none. HTTPS needs both."
            yield sources[one].spot, message
    try:
        served(settings.only)
    except KeyError as error:
        yield sources["only"].spot, f"only ({sources['only'].source}): {error.args[0]}"

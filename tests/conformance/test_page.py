"""The page on providers says what the dialects are: its tables are made of their endpoints and of this suite's exceptions."""

from __future__ import annotations

import itertools
import os
import re
from pathlib import Path

from understudy.dialects import served
from understudy.engine.route import Router

PAGE = Path(__file__).parents[2] / "docs/reference/providers.md"
SAME_AS_MODELS = ("/tunedModels/", "/projects/", "/publishers/")  # Gemini's; the page says it in a sentence


def check(name, lines):
    """Compare the page's part of that name, or write it."""
    page = PAGE.read_text(encoding="utf-8")
    part = re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- /{name} -->)", re.DOTALL)
    text = "\n" + "\n".join(lines) + "\n\n"
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(part.sub(lambda _: text, page), encoding="utf-8")
    else:
        found = part.search(page)
        assert found is not None
        assert found[0] == text


def row(*cells):
    return f"| {' | '.join(cells)} |"


def code(words):
    return ", ".join(f"`{word}`" for word in dict.fromkeys(words))


def shown(dialect):
    found = [endpoint for endpoint in dialect.endpoints if not endpoint.path.startswith(SAME_AS_MODELS)]
    if dialect.name == "azure":  # which leads all paths of OpenAI's; the page says it in a sentence
        found = [endpoint for endpoint in found if endpoint.path.startswith("/deployments/")]
    return found


def at_the_root(dialect, router):
    """What has to be said of the paths without the dialect's name."""
    lost, told, prefix = [], [], dialect.prefixes[0]
    for endpoint in shown(dialect):
        owner = router.find(endpoint.method, prefix + re.sub(r"\{\w+\}", "some-name", endpoint.path)).dialect
        if endpoint.wants:
            told.append(endpoint)
        elif owner is not dialect:
            lost.append(endpoint.path)
    if lost and len(lost) == len(shown(dialect)):
        return "none"
    words = [f"not {code(lost)}"] if lost else ["all"]
    if told:
        words.append(f"{code(endpoint.path for endpoint in told)} with one of {code(told[0].wants)}")
    return "; ".join(words)


def test_the_table_of_paths_is_true():
    router = Router(served())
    lines = [row("dialect", "begins with", "chat", "other paths", "at the root"), row(*["---"] * 5)]
    for dialect in served():
        chats = [endpoint.path for endpoint in shown(dialect) if endpoint.operation == "chat"]
        others = [endpoint.path for endpoint in shown(dialect) if endpoint.operation != "chat"]
        bases = code(f"/{dialect.name}{prefix}" for prefix in dialect.prefixes)
        lines.append(row(f"`{dialect.name}`", bases, code(chats), code(others), at_the_root(dialect, router)))
    check("paths", lines)


def test_what_the_page_says_of_gemini_is_true():
    (gemini,) = served(["gemini"])
    methods = {endpoint.path for endpoint in gemini.endpoints if endpoint.path.startswith("/models/{model}:")}
    for stem in SAME_AS_MODELS:
        assert {path.replace("/models/", stem) for path in methods} <= {endpoint.path for endpoint in gemini.endpoints}


def test_what_the_page_says_of_azure_is_true():
    azure, *others = served(["azure", "openai", "openai_responses", "openai_platform"])
    has = {(endpoint.method, endpoint.path): endpoint for endpoint in azure.endpoints}
    for endpoint in [found for other in others for found in other.endpoints if found.operation != "health"]:
        next_generation = has[endpoint.method, f"/v1{endpoint.path}"]
        assert next_generation.wants == ("api-key", "?api-version")
        below = has.get((endpoint.method, f"/deployments/{{deployment}}{endpoint.path}"))
        assert below is not None or has[endpoint.method, endpoint.path].wants == next_generation.wants


def test_the_table_of_what_gets_through_is_true(spoken, cases, exceptions):
    noted = {}
    for number, exception in enumerate(exceptions, 1):
        for told in itertools.product(exception["speakers"], exception["cases"]):
            noted.setdefault(told, []).append(str(number))
    columns = [case for case in cases if case != "unicode"]
    lines = [row("dialect", *columns), row(*["---"] * (len(columns) + 1))]
    for name, speaker in spoken.items():
        of = name.removeprefix(speaker.dialect).replace("-", ", ")
        cells = [f"note {', '.join(noted[name, case])}" if (name, case) in noted else "yes" for case in columns]
        lines.append(row(f"`{speaker.dialect}`{of}", *cells))
    lines += ["", *[f"{number}. {exception['because']}" for number, exception in enumerate(exceptions, 1)]]
    check("facts", lines)

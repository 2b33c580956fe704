"""What the Gemini API refuses of how an answer is to be made: bounds, thinking, forms.

In: `generationConfig` as `check` read it. Out: complaints about fields, which are gathered, or at once `RequestError`. Sources:
ranges of temperature and stop sequences, and a limit of 0, from the measurements of a gateway's tests (Cloud Code, 2026);
ranges of limits and candidates, genkit-ai/genkit 1397, googleapis/python-aiplatform 3603, BerriAI/litellm's tests; forms,
reports of image and speech models asked for the like (2025, 2026); budgets, lobehub and bifrost's users (2025, 2026) and
snailyp/gemini-balance 206; levels, reports on 2.5 and 3.8 (2026); candidates, googleapis/js-genai 1609. The ranges of topP,
topK and logprobs have the form of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from understudy.dialects.gemini.check import refuse, snake
from understudy.dialects.gemini.families import family

_MOST_STOPS = 5
_MOST_CANDIDATES = 8
_BOUNDS: dict[str, tuple[float, float]] = {"temperature": (0, 2), "topP": (0, 1), "logprobs": (0, 20)}
_MOST_K = {"gemini-1": 40}
_FORMS = ("", "text/plain", "application/json", "application/xml", "application/yaml", "text/x.enum")
_NAMED = "allowed mimetypes are `text/plain`, `application/json`, `application/xml`, `application/yaml` and `text/x.enum`."
_BOTH = "You can only set only one of thinking budget and thinking level."
_NO_LEVELS = "Thinking level is not supported for this model."
_ALWAYS_THINKS = "Budget 0 is invalid. This model only works in thinking mode."


def complaints(config: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Name the fields that are wrong, and why."""
    for name, (low, high) in _BOUNDS.items():
        number = config.get(name)
        if number is not None and not low <= number <= high:
            yield snake(name), f"{snake(name)} must be in the range [{low:.1f}, {high:.1f}]."
    if config.get("topK", 1) < 1:
        yield "top_k", "top_k must be positive."
    if len(config.get("stopSequences", ())) > _MOST_STOPS:
        yield "stop_sequences", f"the number of stop_sequences must not exceed {_MOST_STOPS}."
    if config.get("responseMimeType", "") not in _FORMS:
        yield "response_mime_type", _NAMED


def bounds(config: dict[str, Any], model: str) -> None:
    """Check how much is wanted against what the model makes."""
    traits = family(model)
    if config.get("maxOutputTokens") == 0:
        refuse("Request contains an invalid argument.")
    most_k = next((most for prefix, most in _MOST_K.items() if model.startswith(prefix)), None)
    for name, most in (("maxOutputTokens", longest(model)), ("topK", most_k), ("candidateCount", _MOST_CANDIDATES)):
        number = config.get(name, 1)
        if number < 1 or (most is not None and number > most):
            refuse(
                f"Unable to submit request because it has a {name} value of {number:g} but the supported range is from 1 "
                f"(inclusive) to {(most or 65_536) + 1} (exclusive). Update the value and try again."
            )
    if config.get("candidateCount", 1) > 1 and not traits.several:
        refuse("Multiple candidates is not enabled for this model")


def longest(model: str) -> int | None:
    """The longest answer that a model may be asked for; of nobody's model none is known."""
    traits = family(model)
    return traits.longest if traits.is_known else None


def thinking(config: dict[str, Any], model: str) -> None:
    """Check what is asked of the thinking."""
    asked, traits = config.get("thinkingConfig", {}), family(model)
    budget = asked.get("thinkingBudget")
    if budget is not None and "thinkingLevel" in asked:
        refuse(_BOTH)
    if not traits.is_known:
        return
    if "thinkingLevel" in asked and not traits.identifies:
        refuse(_NO_LEVELS)
    if budget == 0 and not traits.rests:
        refuse(_ALWAYS_THINKS)
    if traits.thinks and budget not in (None, 0, -1) and not traits.least_thought <= budget <= traits.most_thought:
        refuse(
            f"The thinking budget {budget} is invalid. Please choose a value between {traits.least_thought} and "
            f"{traits.most_thought}."
        )

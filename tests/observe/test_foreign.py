"""What other libraries log and warn."""

import logging
import warnings

import pytest

from understudy.observe._foreign import Adopter, adopt, release


class Spy:
    def __init__(self):
        self.written = []

    def write(self, level, event, error=None, **fields):
        self.written.append((level, event, error, fields))


@pytest.fixture
def spy():
    log = Spy()
    adopt(log)
    yield log
    release()


def test_records_of_other_loggers_come_in(spy):
    logging.getLogger("asyncio").warning("slow %s", "task")
    assert spy.written == [("warning", "slow task", None, {"logger": "asyncio"})]


def test_exceptions_come_along(spy):
    error = ValueError("x")
    try:
        raise error
    except ValueError:
        logging.getLogger("asyncio").exception("it broke")
    assert spy.written == [("error", "it broke", error, {"logger": "asyncio"})]


def test_warnings_come_in(spy):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("mind the gap", stacklevel=1)
    [(level, event, _, fields)] = spy.written
    assert (level, fields) == ("warning", {"logger": "py.warnings"})
    assert "mind the gap" in event


@pytest.mark.parametrize(
    ("number", "level"),
    [(logging.CRITICAL, "error"), (logging.ERROR, "error"), (25, "info"), (logging.DEBUG, "debug"), (1, "debug")],
)
def test_levels(number, level):
    spy = Spy()
    Adopter(spy).emit(logging.LogRecord("x", number, "", 0, "m", None, None))
    assert spy.written[0][0] == level


def test_a_message_that_cannot_be_made_is_logged_as_written():
    spy = Spy()
    Adopter(spy).emit(logging.LogRecord("x", logging.ERROR, "", 0, "%d items", ("many",), None))
    assert spy.written[0][1] == "%d items"


def test_a_later_log_takes_over(spy):
    later = Spy()
    adopt(later)
    logging.getLogger("x").error("m")
    assert spy.written == []
    assert len(later.written) == 1


def test_release_leaves_no_handler(spy):
    release()
    assert not any(isinstance(handler, Adopter) for handler in logging.getLogger().handlers)

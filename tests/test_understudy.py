"""The package itself: a few public names, and nothing imported before it is asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

import understudy


def test_the_server_is_the_one_of_testing():
    from understudy.testing import Understudy

    assert understudy.Understudy is Understudy


def test_every_public_name_is_there():
    assert understudy.__all__ == ["Understudy", "__version__"]
    assert all(getattr(understudy, name) for name in understudy.__all__)


def test_a_name_it_does_not_have_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"^module 'understudy' has no attribute 'Understudies'$"):
        understudy.Understudies  # noqa: B018  # looking it up is the test
    assert not hasattr(understudy, "no_such_name")


def test_importing_it_imports_no_server():
    code = "import sys, understudy; print(sorted(n for n in sys.modules if n.startswith(('understudy', 'asyncio', 'msgspec'))))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['understudy']\n"

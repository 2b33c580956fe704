"""Compressed bodies."""

from __future__ import annotations

import gzip
import sys
import zlib
from base64 import b64decode

import pytest

from understudy.importing.packed import unpacked

BROTLI = b64decode("GxsA+I3UYs0Z7tQiYWJ7S6evJJknELgLIw==")  # {"a":"bbbbbbbbbbbbbbbbbbbb"}
ZSTANDARD = b64decode("KLUv/SAcfQAASHsiYSI6ImIifQEACTAC")
TEXT = b'{"a":"bbbbbbbbbbbbbbbbbbbb"}'


def test_compression_is_undone_if_it_is_still_there():
    assert unpacked(gzip.compress(b"{}"), {}) == b"{}"
    assert unpacked(zlib.compress(b"{}"), {"content-encoding": "deflate"}) == b"{}"
    assert unpacked(b"{}", {"content-encoding": "br"}) == b"{}"
    assert unpacked("data: ü".encode(), {"content-encoding": "zstd"}) == "data: ü".encode()
    assert unpacked(b"", {"content-encoding": "br"}) == b""


@pytest.mark.parametrize(
    ("body", "how", "said"),
    [
        (b"\x00", "compress", "content-encoding 'compress': expected gzip, deflate, br, zstd or none, got something else"),
        (b"\x1f\x8bx", "gzip", "only a part"),
        (b"\xff\xff", "deflate", "expected deflate, got something else"),
    ],
)
def test_what_cannot_be_undone_is_refused(body, how, said):
    with pytest.raises(ValueError, match=said):
        unpacked(body, {"content-encoding": how})


@pytest.mark.parametrize(("package", "body", "how"), [("brotli", BROTLI, "br"), ("zstandard", ZSTANDARD, "zstd")])
def test_a_package_that_is_missing_is_named(monkeypatch, package, body, how):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ValueError, match=rf"'{how}' needs the package {package}, .* Install understudy\[import\]"):
        unpacked(body, {"content-encoding": how})


@pytest.mark.parametrize(("package", "body", "how"), [("brotli", BROTLI, "br"), ("zstandard", ZSTANDARD, "zstd")])
def test_brotli_and_zstandard_are_undone_where_their_packages_are(package, body, how):
    pytest.importorskip(package)
    assert unpacked(body, {"content-encoding": how}) == TEXT
    for broken in (body[:-3], body[:6] + b"\xff" * 20):
        with pytest.raises(ValueError, match=f"expected {how}, got"):
            unpacked(broken, {"content-encoding": how})


def test_a_bomb_is_refused():
    with pytest.raises(ValueError, match="at most 32 MB"):
        unpacked(gzip.compress(bytes(33 << 20)), {})


@pytest.mark.parametrize(("package", "how"), [("brotli", "br"), ("zstandard", "zstd")])
def test_a_bomb_is_refused_before_it_goes_off(package, how):
    module = pytest.importorskip(package)
    with pytest.raises(ValueError, match="at most 32 MB"):
        unpacked(module.compress(bytes(33 << 20)), {"content-encoding": how})

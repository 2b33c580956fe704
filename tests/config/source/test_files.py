"""Reading the bytes of a script."""

from __future__ import annotations

import os

import pytest

from understudy.config.source import TextError, files, read_text


def refused(path) -> tuple[str, int | None]:
    with pytest.raises(TextError) as caught:
        read_text(path)
    return caught.value.message, caught.value.line


def test_utf_8_with_and_without_a_mark(tmp_path):
    for data in (b"a: \xc3\xa9", b"\xef\xbb\xbfa: \xc3\xa9"):
        (tmp_path / "a").write_bytes(data)
        assert read_text(tmp_path / "a") == "a: é"


def test_other_encodings_are_told_with_line_and_byte(tmp_path):
    (tmp_path / "a").write_bytes(b"a: 1\nb: \xff")
    assert refused(tmp_path / "a") == ("expected UTF-8 text, got the byte 0xff. Save it as UTF-8.", 2)
    (tmp_path / "a").write_text("a: 1", encoding="utf-16")
    assert refused(tmp_path / "a")[0].startswith("expected UTF-8 text")


def test_what_is_no_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert refused(tmp_path / "none") == ("no such file. Check the path.", None)
    assert refused(tmp_path) == ("expected a file, got a directory.", None)
    assert refused(tmp_path / "pipe") == ("expected a regular file, got a pipe or a device.", None)
    assert refused(tmp_path / "a\0b") == ("cannot be read: embedded null byte.", None)
    assert refused(tmp_path / ("x" * 300)) == ("cannot be read: file name too long.", None)


def test_a_file_without_permission_is_refused(tmp_path, monkeypatch):
    def denied(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("understudy.config.source.files.os.open", denied)
    assert refused(tmp_path / "a") == ("cannot be read: permission denied.", None)


def test_a_huge_file_is_refused_unread(tmp_path):
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(files.LARGEST + 1)
    assert refused(tmp_path / "huge") == (
        "expected at most 50 MB, got more. Split it and join the parts with 'extends'.",
        None,
    )

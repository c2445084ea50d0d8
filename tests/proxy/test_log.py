import json
import os
import re

import pytest

from chaos.proxy.log import Log, level_from_environment


@pytest.fixture
def pipe():
    read_fd, write_fd = os.pipe()
    yield read_fd, write_fd
    os.close(read_fd)
    os.close(write_fd)


def test_a_line_is_one_json_object_as_toxiproxy_writes_it(pipe):
    Log("info", pipe[1]).info("Started proxy", name='a "quoted"\nä', count=3, on=True)
    line = os.read(pipe[0], 10_000)
    said = json.loads(line)
    assert line.endswith(b"}\n")
    assert list(said) == ["level", "name", "count", "on", "caller", "time", "message"]
    assert (said["name"], said["count"], said["on"]) == ('a "quoted"\nä', 3, True)
    assert re.fullmatch(r"test_log\.py:\d+", said["caller"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", said["time"])


def test_a_line_without_a_message_has_none(pipe):
    Log("debug", pipe[1]).debug("", status=200)
    assert list(json.loads(os.read(pipe[0], 10_000))) == ["level", "status", "caller", "time"]


@pytest.mark.parametrize(
    ("text", "level", "known"),
    [
        ("", "trace", True),
        ("WARN", "warn", True),
        ("warning", "warn", True),
        ("disabled", "disabled", True),
        ("loud", "trace", False),
    ],
)
def test_log_level(text, level, known):
    assert level_from_environment(text) == (level, known)


def test_lower_levels_are_silent(pipe):
    log = Log("error", pipe[1])
    log.warn("no")
    log.error("yes")
    assert json.loads(os.read(pipe[0], 10_000))["message"] == "yes"


def test_a_reader_that_does_not_read_never_blocks_the_writer(pipe):
    log = Log("info", pipe[1])
    for _ in range(3000):
        log.info("x" * 100)
    seen = os.read(pipe[0], 1 << 20)
    log.info("after")
    assert seen.count(b"\n") < 3000
    assert b"log lines dropped" in os.read(pipe[0], 1 << 20)


def test_a_reader_that_is_gone_is_no_error():
    read_fd, write_fd = os.pipe()
    os.close(read_fd)
    log = Log("info", write_fd)
    log.info("one")
    log.info("two")
    os.close(write_fd)

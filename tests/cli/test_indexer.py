"""The indexer alone: it ends when it is told to, and what it has to say is in lines like those of the web."""

import json
import os
import signal
import subprocess
import sys

from search_service.indexing.lock import IndexerLock, holder


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def test_a_second_one_says_who_holds_the_lock(shell):
    with IndexerLock(shell.index, "a test"):
        ran = shell("indexer")
    (line,) = lines(ran.err)
    assert (ran.status, line["level"], line["logger"]) == (1, "error", "search_service.cli.serve")
    assert f"process {os.getpid()} (a test)" in line["message"]


def test_for_people_it_is_text(shell):
    with IndexerLock(shell.index, "a test"):
        ran = shell("indexer", SEARCH_LOG_FORMAT="text")
    assert ran.err.startswith("ERROR: the indexer ends: ")


def test_it_applies_what_is_written_and_ends_when_told_to(shell):
    command = [sys.executable, "-m", "search_service.cli", "-v", "--index", str(shell.index), "indexer"]
    environment = {**os.environ, "SEARCH_BATCH_SECONDS": "0.01"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            record = json.dumps({"id": "a", "title": "خبر"}).encode()
            while holder(shell.index) is None:
                assert process.poll() is None
            assert shell("add", "-", stdin=record).status == 0
            assert json.loads(shell("search", "خبر", "--json").out)["total"] == 1
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0
    assert all(line["level"] in ("debug", "info") for line in lines(errors))
    assert holder(shell.index) is None

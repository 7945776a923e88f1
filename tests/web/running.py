"""The whole service as processes, for tests that need real ones: two workers of gunicorn, and the indexer."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from search_service.archive.archive import Archive
from search_service.archive.keys import Keys
from search_service.settings import Settings
from search_service.web.serve import environment

PATIENCE = 120.0
SERVE = "from search_service.settings import Settings; from search_service.web.serve import serve; serve(Settings())"


class Running:
    """A service in a folder of its own, and keys for it."""

    def __init__(self, folder, *, before="", **changes):
        """``before``: what the process does first, as Python."""
        given = {"port": 0, "workers": 2, "batch_seconds": 0.01, "wait_seconds": 60.0, **changes}
        self.settings = Settings(index=folder, **given)
        archive = Archive.open(self.settings.archive_path)
        keys = Keys(archive)
        self.key, _ = keys.create("a test", ("search", "write"))
        self.admin_key, _ = keys.create("a test", ("admin",))
        archive.close()
        self.process = subprocess.Popen(
            [sys.executable, "-c", before + SERVE],
            env={**os.environ, **environment(self.settings)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.url = self.process.stdout.readline().split()[0]

    def workers(self):
        """The processes that answer."""
        web, *_ = children(self.process.pid)
        return children(web)

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()


def children(process):
    return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]

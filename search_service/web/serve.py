"""``serve``: gunicorn and the indexer as siblings under one supervisor, which ends with both."""

from __future__ import annotations

import json
import logging
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from search_service.errors import ServiceError
from search_service.settings import Settings

START_SECONDS = 60.0
"""How long the first worker may take until it answers."""
END_SECONDS = 20.0
"""How long a child may take to end before it is killed; longer than gunicorn's own grace."""
BACK_OFF = (1.0, 30.0)
"""Seconds before an indexer that died is started again: at first, and at most."""

log = logging.getLogger(__name__)
_STOP, _CHILD, _START = "stop", "child", "start"


def address(host: str, port: int) -> str:
    """Where a browser on this machine finds the page."""
    if host in ("", "0.0.0.0"):
        host = "127.0.0.1"
    elif host == "::":
        host = "::1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def announce(url: str) -> None:
    """Tell a person where the page is."""
    print(f"{url}  (Ctrl+C ends it)", flush=True)


def serve(
    settings: Settings,
    on_start: Callable[[str], None] = announce,
    prepare: Callable[[], None] = lambda: None,
) -> int:
    """Serve until SIGTERM, SIGINT or SIGHUP; returns the exit status.

    ``prepare`` is called once the port is ours, before anything starts; ``on_start``
    is called with the address once a worker answers there.  An indexer
    that dies is started again; when gunicorn ends, everything ends.  Raises
    ``port_taken``.
    """
    with _listening(settings.host, settings.port) as listener:
        prepare()
        supervisor = _Supervisor(settings, listener)
        return supervisor.run(on_start)


def _listening(host: str, port: int) -> socket.socket:
    """A listening socket, so that the port is ours from here on; gunicorn inherits it."""
    try:
        family = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise ServiceError("parameter_invalid", f"cannot listen on '{host}': {error.strerror}", field="host") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        detail = f"port {port} on {host} cannot be had: {error.strerror}; choose another with --port"
        raise ServiceError("port_taken", detail, field="port") from None
    return listener


class _Supervisor:
    """Two children and a queue of what happens."""

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self._listener = listener
        # Children see this pipe end when this process does, however it ends.
        self._lifeline, self._held = os.pipe()
        self._environment = {**os.environ, **environment(settings)}
        # A SimpleQueue, because its put may be called from a signal's handler.
        self._events: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._web: subprocess.Popen[bytes] | None = None
        self._indexer: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._back_off = BACK_OFF[0]

    def run(self, on_start: Callable[[str], None]) -> int:
        kept = {number: signal.getsignal(number) for number in _SIGNALS}
        for number, event in _SIGNALS.items():
            signal.signal(number, lambda *_, event=event: self._events.put(event))
        try:
            self._start_web()
            self._start_indexer()
            threading.Thread(target=self._greet, args=(on_start,), daemon=True).start()
            return self._watch()
        finally:
            for child in (self._web, self._indexer):
                if child is not None:
                    _end(child)
            os.close(self._lifeline)
            os.close(self._held)
            for number, handler in kept.items():
                signal.signal(number, handler)

    def _watch(self) -> int:
        assert self._web is not None
        while (event := self._events.get()) != _STOP:
            if self._web.poll() is not None:
                return self._web.returncode or 1
            if event == _START:
                self._start_indexer()
            elif self._indexer is not None and self._indexer.poll() is not None:
                self._restart_later(self._indexer.returncode)
                self._indexer = None
        return 0

    def _start_web(self) -> None:
        descriptor = self._listener.fileno()
        config = ["-c", "python:search_service.web.gunicorn", "--bind", f"fd://{descriptor}"]
        self._web = self._start(["gunicorn", *config], descriptor)

    def _start_indexer(self) -> None:
        self._started = time.monotonic()
        self._indexer = self._start(["search_service.cli", "indexer"])

    def _start(self, module: list[str], *descriptors: int) -> subprocess.Popen[bytes]:
        """The module with its arguments, in a child that ends with this process."""
        # In a group of its own: Ctrl+C comes here alone, and the children end in order.
        return subprocess.Popen(
            [sys.executable, "-m", "search_service.web.lifeline", str(self._lifeline), *module],
            env=self._environment,
            pass_fds=(self._lifeline, *descriptors),
            stdin=subprocess.DEVNULL,
            process_group=0,
        )

    def _restart_later(self, status: int) -> None:
        if time.monotonic() - self._started > BACK_OFF[1]:
            self._back_off = BACK_OFF[0]
        wait, self._back_off = self._back_off, min(2 * self._back_off, BACK_OFF[1])
        log.warning("the indexer ended with %s; it starts again in %.0f s", status, wait)
        timer = threading.Timer(wait, self._events.put, (_START,))
        timer.daemon = True
        timer.start()

    def _greet(self, on_start: Callable[[str], None]) -> None:
        """Ask for a sign of life: the connection waits in the listener until a worker takes it."""
        host, port = self._listener.getsockname()[:2]
        url = address(host, port)
        try:
            with build_opener(ProxyHandler({})).open(f"{url}/healthz", timeout=START_SECONDS):
                pass
        except (URLError, OSError):
            return
        on_start(url)


_SIGNALS = {
    signal.SIGTERM: _STOP,
    signal.SIGINT: _STOP,
    signal.SIGHUP: _STOP,
    signal.SIGCHLD: _CHILD,
}


def environment(settings: Settings) -> dict[str, str]:
    """The settings as the environment that gives them again."""
    prefix = str(settings.model_config["env_prefix"])
    values = settings.model_dump(mode="json", exclude_none=True)
    return {
        f"{prefix}{name}".upper(): value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in values.items()
    }


def _end(child: subprocess.Popen[bytes]) -> None:
    """Ask the child to end, and see that it does."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

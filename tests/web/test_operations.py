"""The example units and proxies of docs/operations, by their own tools where these are installed."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from search_service.settings import Settings
from search_service.web.serve import environment

DOCS = Path(__file__).parents[2] / "docs" / "operations"
PATIENCE = 60.0
SERVE = "from search_service.settings import Settings; from search_service.web.serve import serve; serve(Settings())"


def tool(name):
    """Where it is; system tools are not on every path."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def run(*command, **options):
    ran = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=PATIENCE, **options)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def test_systemd_takes_the_unit(tmp_path):
    unit = tmp_path / "search-service.service"
    text = (DOCS / "search-service.service").read_text(encoding="utf-8")
    # It looks whether what it starts is there.
    unit.write_text(text.replace("/opt/search-service/bin/search-service", sys.executable), encoding="utf-8")
    said = run(tool("systemd-analyze"), "verify", unit)
    assert unit.name not in said, said


def test_the_unit_names_settings_that_there_are():
    text = (DOCS / "search-service.service").read_text(encoding="utf-8")
    named = set(re.findall(r"SEARCH_([A-Z_]+)=", text))
    assert {"INDEX", "CACHE", "PROXY_HOPS"} <= named <= {name.upper() for name in Settings.model_fields}


def test_caddy_takes_its_file(tmp_path):
    run(
        tool("caddy"), "validate", "--adapter", "caddyfile", "--config", DOCS / "Caddyfile", env={"HOME": str(tmp_path)}
    )


@pytest.fixture
def nginx(tmp_path):
    """Nginx's example on ports that are free, and what runs it."""
    program, openssl = tool("nginx"), tool("openssl")
    certificate = ("-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost")
    run(openssl, "req", *certificate, "-keyout", tmp_path / "key.pem", "-out", tmp_path / "fullchain.pem")

    def write(port, behind):
        site = (DOCS / "nginx.conf").read_text(encoding="utf-8")
        site = site.replace("/etc/ssl/search.news.example", str(tmp_path))
        site = site.replace("/var/cache/nginx/search-service", str(tmp_path / "cache"))
        site = site.replace("listen 443 ssl", f"listen 127.0.0.1:{port}").replace("    listen [::]:443 ssl;\n", "")
        site = site.replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
        (tmp_path / "site.conf").write_text(site, encoding="utf-8")
        user = "user root;" if os.geteuid() == 0 else ""  # whose folder it is
        places = " ".join(
            f"{kind}_temp_path {tmp_path};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (tmp_path / "nginx.conf").write_text(
            f"{user} daemon off; pid {tmp_path}/pid; events {{}}\n"
            f"http {{ access_log off; {places} include {tmp_path}/site.conf; }}\n",
            encoding="utf-8",
        )
        return [program, "-p", str(tmp_path), "-e", "stderr", "-c", str(tmp_path / "nginx.conf")]

    return write


def test_nginx_takes_its_file(nginx):
    command = nginx(free_port(), 8000)
    assert "test is successful" in run(*command, "-t")


def test_behind_nginx_a_client_cannot_pass_for_another_and_metrics_are_not_there(nginx, tmp_path):
    settings = Settings(index=tmp_path / "index", port=0, workers=1, proxy_hops=1, rate_search="100/hour")
    service = subprocess.Popen(
        [sys.executable, "-c", SERVE], env={**os.environ, **environment(settings)}, stdout=subprocess.PIPE
    )
    behind, port = int(service.stdout.readline().split()[0].rsplit(b":", 1)[1]), free_port()
    proxy = subprocess.Popen(nginx(port, behind), stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        spoofed = [
            ask(
                port,
                "/api/v1/suggest?q=xy",
                **{"X-Forwarded-For": f"198.51.100.{n}", "Forwarded": f"for=198.51.100.{n}"},
            )
            for n in range(3)
        ]
        left = [int(headers["RateLimit-Remaining"]) for _, headers in spoofed]
        assert left[0] > left[1] > left[2]
        assert ask(port, "/metrics")[0] == 404
        assert ask(behind, "/metrics", **{"X-Forwarded-For": "127.0.0.1"})[0] == 401
        assert ask(port, "/healthz")[0] == 200
    finally:
        for process in (proxy, service):
            process.terminate()
            process.wait(PATIENCE)
        service.stdout.close()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def wait_for(port):
    """Until somebody listens."""
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < give_up
            time.sleep(0.02)
        else:
            return


def ask(port, path, **headers):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return response.status, response.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers

"""Every example of docs/api runs, against the whole service."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from search_service.web.api.operation import operations
from tests.web.running import PATIENCE, Running

DOCS = Path(__file__).parents[3] / "docs" / "api"
PAGES = ("articles", "searching", "work")
LANGUAGES = ("sh", "python", "js")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CALL = re.compile(r"^### `(\w+) (\S+)`$", re.MULTILINE)


def blocks(text, language):
    return [code for kind, code in _BLOCK.findall(text) if kind == language]


def page(name):
    return (DOCS / f"{name}.md").read_text("utf-8")


def test_every_call_is_documented_in_every_language(client, site):
    shown = {}
    for name in PAGES:
        _, *parts = _CALL.split(page(name))
        for method, path, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
            shown[method.lower(), path] = {language for language in LANGUAGES if blocks(text, language)}
    assert shown.keys() == {(method, path) for path, method, _, _ in operations(site.app)}
    assert all(languages == set(LANGUAGES) for languages in shown.values()), shown


def test_every_json_example_is_json():
    for file in DOCS.glob("*.md"):
        for code in blocks(file.read_text("utf-8"), "json"):
            json.loads(code)


def test_every_limit_is_a_setting(site):
    for name in re.findall(r"`SEARCH_([A-Z_]+)`", "".join(file.read_text("utf-8") for file in DOCS.glob("*.md"))):
        assert name.lower() in type(site.settings).model_fields, name


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture(scope="module")
def service(language, tmp_path_factory):
    """One for each language, so that all find the same."""
    running = Running(tmp_path_factory.mktemp("documented"))
    yield running
    running.end()


@pytest.mark.parametrize("name", PAGES)
def test_the_examples_of_a_page_run_one_after_the_other(service, language, name, request):
    if language == "sh" and shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    code = "\n".join(blocks(page(name), language))
    code = code.replace("http://127.0.0.1:8000", service.url)
    code = code.replace("YOUR_KEY", service.key).replace("ADMIN_KEY", service.admin_key)
    if language == "js" and shutil.which("node") is None:
        request.getfixturevalue("browser_page").evaluate(f"async () => {{ {code} }}")
        return
    command = {
        "sh": ["bash", "-euo", "pipefail", "-c", code],
        "python": [sys.executable, "-W", "error", "-c", code],
        "js": ["node", "--input-type=module", "-e", code],
    }[language]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-500:]


@pytest.fixture
def browser_page(service):
    """A page of the service in a browser, where there is no Node."""
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("neither Node nor Chromium is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        opened = browser.new_page()
        opened.goto(f"{service.url}/help")
        yield opened
        browser.close()

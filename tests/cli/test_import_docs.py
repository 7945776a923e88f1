"""What docs/import.md shows is what happens."""

import json
import re
import shlex
from pathlib import Path

from search_service.settings import Settings
from tests.importing.site import Answer, WordPress, serving
from tests.sources.exports import export, item

PAGE = (Path(__file__).parents[2] / "docs" / "import.md").read_text(encoding="utf-8")
FEED = "<rss><channel><title>سپیده</title><item><title>خبر</title></item></channel></rss>"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_every_command_runs_and_answers_as_shown(shell) -> None:
    site = WordPress()
    respond = site.respond
    site.respond = lambda handler: Answer(FEED.encode()) if handler.path == "/feed/" else respond(handler)
    with serving(site):
        site.add(1)
        shell.file("export.xml", export(item(1)))
        shell.file("feed.xml", FEED)
        for line in "".join(blocks("sh")).splitlines():
            written = re.sub(r"https://(?:news|intranet)\.example", site.origin, line).replace("intranet.example", "x")
            words = [word for word in shlex.split(written) if not word.startswith("SEARCH_")]
            assert words.pop(0) == "search-service"
            ran = shell(*words, SEARCH_IMPORT_HOSTS="127.0.0.1", SEARCH_IMPORT_DELAY="0")
            assert ran.status == 0, (line, ran.err)
            if "--json" in words:
                assert set(ran.json) == set(json.loads(blocks("json")[0]))


def test_the_settings_of_imports_stand_in_the_table() -> None:
    listed = dict(re.findall(r"\| `SEARCH_(IMPORT_\w+)` \| (\S+) \|", PAGE))
    defaults = {name.upper(): field.default for name, field in Settings.model_fields.items() if "import_" in name}
    assert listed == {
        name: "none" if value == () else f"{value:g}" if isinstance(value, float) else str(value)
        for name, value in defaults.items()
    }

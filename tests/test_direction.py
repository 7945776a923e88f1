"""Data flows one way: a room imports only the rooms that it stands on."""

import ast
from pathlib import Path

import search_service

PACKAGE = Path(search_service.__file__).parent

SHARED = {"errors", "settings", "article", "jalali", "dates", "markup", "durable", "log"}
MAY_IMPORT = {
    "sources": SHARED,
    "fetching": SHARED,
    "importing": SHARED | {"sources", "fetching", "archive"},
    "text": SHARED,
    "archive": SHARED,
    "engine": SHARED,
    "indexing": SHARED | {"archive", "text", "engine"},
    "search": SHARED | {"text", "engine"},
    "quality": SHARED | {"text", "engine", "indexing", "search"},
    "web": SHARED | {"sources", "text", "archive", "engine", "indexing", "search"},
    "cli": SHARED
    | {"sources", "fetching", "importing", "text", "archive", "engine", "indexing", "search", "quality", "web"},
}


def imported_rooms(file: Path) -> set[str]:
    """The rooms and shared modules that a file imports, also inside functions."""
    rooms = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{file}: imports are absolute"
            names = [node.module]
            if node.module == "search_service":
                names = [f"search_service.{alias.name}" for alias in node.names]
        rooms |= {name.split(".")[1] for name in names if name.startswith("search_service.")}
    return rooms - {"__version__"}


def test_each_room_imports_only_what_it_stands_on():
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()} - {"data", *SHARED}
    assert rooms <= set(MAY_IMPORT)
    for room in rooms:
        for file in (PACKAGE / room).rglob("*.py"):
            strangers = imported_rooms(file) - MAY_IMPORT[room] - {room}
            assert not strangers, f"{file.relative_to(PACKAGE)} imports {sorted(strangers)}"


def test_what_is_shared_imports_no_room():
    for name in SHARED:
        folder = PACKAGE / name
        for file in folder.rglob("*.py") if folder.is_dir() else (folder.with_suffix(".py"),):
            assert imported_rooms(file) <= SHARED, name


def test_only_the_whoosh_engine_imports_whoosh_and_only_the_lexicon_hazm():
    for file in PACKAGE.rglob("*.py"):
        where = file.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for name in names:
                if name.split(".")[0] == "whoosh":
                    assert where.startswith("engine/whoosh/"), where
                if name.split(".")[0] == "hazm":
                    assert where.startswith("text/"), where

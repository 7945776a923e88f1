"""The parameters of a call: those it knows, each once; a slip is told, never passed over."""

from __future__ import annotations

import difflib

from flask import request

from search_service.errors import ServiceError


def parameters(*names: str) -> dict[str, str]:
    """What the address gives for these names; raises ``parameter_unknown`` and ``parameter_invalid``."""
    found: dict[str, str] = {}
    for name, values in request.args.lists():
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            advice = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(names) or 'none'}"
            raise ServiceError("parameter_unknown", f"'{name[:40]}' is not known; {advice}", field=name[:40])
        if len(values) > 1:
            raise ServiceError("parameter_invalid", f"'{name}' is given {len(values)} times", field=name)
        found[name] = values[0]
    return found


def whole_number(values: dict[str, str], name: str) -> int | None:
    """The whole number of this name, if it is given; raises ``parameter_invalid``."""
    text = values.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 19):
        raise ServiceError("parameter_invalid", f"'{name}' is a whole number from 0", field=name)
    return int(text)


def to_wait(values: dict[str, str]) -> bool:
    """Whether the answer is to wait until the change is searchable (``wait=indexed``)."""
    wait = values.get("wait", "")
    if wait not in ("", "indexed"):
        raise ServiceError("parameter_invalid", "'wait' takes the value 'indexed'", field="wait")
    return wait == "indexed"

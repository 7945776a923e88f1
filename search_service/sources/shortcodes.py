"""WordPress's shortcodes: ``[gallery ids="1,2"]``, ``[caption]…[/caption]``, those of page builders."""

from __future__ import annotations

import re

_WHOLE = (
    "ads audio caption contact-form contact-form-7 embed embedyt gallery playlist video vimeo wp_caption youtube "
    "aparat aparat_video googlemaps poll related_posts rev_slider soundcloud twitter instagram "
    "vc_raw_html vc_raw_js"
)
"""Gone with all that they hold: no prose of the article."""

_TAG = re.compile(r"\[(/?)([A-Za-z][A-Za-z0-9_-]{1,60})(\s[^\[\]]{0,2000})?(/?)\]")
_WHOLE_NAMES = frozenset(_WHOLE.split())


def remove(text: str) -> str:
    """The text without shortcodes; what those of a layout enclose stays.

    Text in brackets, such as «[sic]» or «[1]», stays too: unknown names count as
    shortcodes only with attributes, a closing tag, or a hyphen or underscore in them.
    """
    if "[" not in text:
        return text
    tags = list(_TAG.finditer(text))
    closing = {tag[2].lower(): tag.start() for tag in tags if tag[1]}  # the last of each name
    pieces: list[str] = []
    position = 0
    for number, tag in enumerate(tags):
        name = tag[2].lower()
        if tag.start() < position:
            continue
        if text[tag.start() - 1 : tag.start()] == "[" and text[tag.end() : tag.end() + 1] == "]":
            pieces += [text[position : tag.start() - 1], tag[0]]  # «[[name]]» is how to write about one
            position = tag.end() + 1
        elif name in _WHOLE_NAMES or "=" in (tag[3] or "") or closing.get(name, -1) >= 0 or "_" in name or "-" in name:
            pieces.append(text[position : tag.start()])
            position = tag.end()
            if name in _WHOLE_NAMES and not tag[1] and not tag[4] and closing.get(name, -1) > tag.start():
                position = _end(tags, number, name)
    return "".join((*pieces, text[position:]))


def _end(tags: list[re.Match[str]], number: int, name: str) -> int:
    """Where the shortcode of this number ends: behind the next closing tag, unless it opens once more before."""
    for later in range(number + 1, len(tags)):
        if tags[later][2].lower() == name:
            return tags[later].end() if tags[later][1] else tags[number].end()
    return tags[number].end()

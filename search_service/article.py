"""The Article: what every source yields, the archive keeps and the index is built from."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ValidationError,
    ValidationInfo,
    field_serializer,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from search_service.dates import read_time
from search_service.errors import ServiceError
from search_service.markup import plain_text

TEHRAN = ZoneInfo("Asia/Tehran")
MAX_ID_BYTES = 200
MAX_EXTRA_BYTES = 16 * 1024
MAX_EXTRA_DEPTH = 32
MAX_VERSION = 2**63 - 1


class Status(StrEnum):
    """Whether readers may see an article at all."""

    PUBLISHED = "published"
    DRAFT = "draft"


_STORED = "stored"
"""In the context of a validation: the texts are stored ones, already without markup."""
_LINE_ENDS = re.compile(r"\s*[\r\n]\s*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/|\Z)", re.IGNORECASE)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


def _text(value: object, info: ValidationInfo) -> object:
    """Markup becomes text here, at the door: what is stored is what is shown."""
    return plain_text(value) if isinstance(value, str) and not _is_stored(info) else value


def _headline(value: object, info: ValidationInfo) -> object:
    """Text of one line."""
    text = _text(value, info)
    return _LINE_ENDS.sub(" ", text.strip()) if isinstance(text, str) else text


def _names(value: object, info: ValidationInfo) -> object:
    """One name or a list of them -> the distinct ones, in order, as text; a tag may be a number, such as a year."""
    names = value if isinstance(value, list | tuple) else [value]
    if _is_stored(info):
        return names
    distinct: dict[str, None] = {}
    for name in names:
        if isinstance(name, bool) or not isinstance(name, str | int | float | None):
            raise ValueError("a name is text")
        if name is not None:
            distinct[" ".join(plain_text(str(name)).split())] = None
    distinct.pop("", None)
    return tuple(distinct)


def _moment(value: object) -> object:
    if isinstance(value, str):
        return read_time(value) if value.strip() else None
    if value is None or isinstance(value, date):
        return value
    raise ValueError("a time is text, such as 2023-09-19T12:30:00+03:30 or 1402-06-28")


def _is_stored(info: ValidationInfo) -> bool:
    return bool(info.context and info.context.get(_STORED))


Name = str | int | float
Text = Annotated[str, BeforeValidator(_text, json_schema_input_type=str | None)]
Headline = Annotated[str, BeforeValidator(_headline, json_schema_input_type=str | None)]
Names = Annotated[tuple[str, ...], BeforeValidator(_names, json_schema_input_type=Name | list[Name | None] | None)]
Moment = Annotated[datetime | date | None, BeforeValidator(_moment, json_schema_input_type=str | None)]


class Article(BaseModel):
    """One article, as a CMS writes it and a reader sees it.

    Times without a zone are Tehran's; a bare date stays a date.  ``version`` is the
    caller's, or ``None`` where the archive is to count.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    url: str | None = None
    kicker: Headline = ""
    title: Headline = ""
    lead: Text = ""
    body: Text = ""
    categories: Names = ()
    tags: Names = ()
    authors: Names = ()
    source: str | None = None
    image: str | None = None
    language: str = "fa"
    extra: dict[str, Any] = Field(default_factory=dict)
    status: Status = Status.PUBLISHED
    published: Moment = None
    modified: Moment = None
    version: int | None = Field(None, ge=0, le=MAX_VERSION, strict=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The schema; of what is taken, with all that the validators below let pass."""
        reference = handler(core)
        if handler.mode == "validation":
            _widen(handler.resolve_ref_schema(reference))
        return reference

    @model_validator(mode="before")
    @classmethod
    def _accept_aliases(cls, data: Any) -> Any:
        """``category`` for ``categories``; null is missing; unknown fields move to ``extra``, slips are refused."""
        if not isinstance(data, Mapping):
            return data
        data = {name: value for name, value in data.items() if value is not None}
        for alias, name in (("category", "categories"), ("author", "authors")):
            if alias in data:
                value = data.pop(alias)
                data.setdefault(name, value)
        unknown = [name for name in data if name not in cls.model_fields]
        if unknown:
            extra = data.get("extra", {})
            if not isinstance(extra, Mapping):
                return data
            extra = dict(extra)
            for name in unknown:
                near = difflib.get_close_matches(str(name), cls.model_fields, n=1, cutoff=0.8)
                if near:
                    detail = f"unknown field '{name}': did you mean '{near[0]}'?"
                    raise ServiceError("article_invalid", detail, field=str(name))
                extra.setdefault(str(name), data.pop(name))
            data["extra"] = extra
        return data

    @field_validator("id", mode="before")
    @classmethod
    def _id(cls, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str):
            value = value.strip()
            if not value or len(value.encode("utf-8", "surrogatepass")) > MAX_ID_BYTES:
                raise ValueError(f"an id has 1 to {MAX_ID_BYTES} bytes")
            if _CONTROL.search(value):
                raise ValueError("an id has no control characters")
        return value

    @field_validator("source", "image", "url", mode="before")
    @classmethod
    def _blank_is_none(cls, value: Any) -> Any:
        if isinstance(value, str):
            return value.strip() or None
        return value

    @field_validator("image", "url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        """These become links: no ``javascript:``, and no control characters that would hide it."""
        if value is None:
            return None
        scheme = _SCHEME.match(value)
        if _CONTROL.search(value) or (scheme and scheme[1].lower() not in ("http", "https")):
            raise ValueError("an address begins with http:// or https://, or is a path")
        return f"https://{value}" if _HOST.match(value) else value

    @field_validator("extra")
    @classmethod
    def _small_json(cls, value: dict[str, Any]) -> dict[str, Any]:
        """JSON that can be written again, of bounded size and depth."""
        if value:
            if deeper_than(value, MAX_EXTRA_DEPTH):
                raise ValueError(f"'extra' is nested deeper than {MAX_EXTRA_DEPTH} levels")
            if len(json.dumps(value, ensure_ascii=False, allow_nan=False).encode()) > MAX_EXTRA_BYTES:
                raise ValueError(f"'extra' is larger than {MAX_EXTRA_BYTES} bytes")
        return value

    @field_validator("published", "modified")
    @classmethod
    def _in_tehran(cls, value: datetime | date | None) -> datetime | date | None:
        if not isinstance(value, datetime):
            return value
        # By way of UTC, so that a time that summer time skipped is the moment it is read as later on.
        try:
            return (value.replace(tzinfo=TEHRAN) if value.tzinfo is None else value).astimezone(UTC).astimezone(TEHRAN)
        except OverflowError:
            raise ValueError(f"the year {value.year} is out of range") from None

    @field_serializer("published", "modified", when_used="json")
    def _iso(self, value: datetime | date | None) -> str | None:
        """ISO 8601; unlike pydantic's own, with the seconds that Tehran's offset had before 1935."""
        return None if value is None else value.isoformat()

    @model_validator(mode="after")
    def _whole(self) -> Article:
        if not self.title.strip() and not self.body.strip():
            raise ValueError("an article needs a title or a body")
        _refuse_surrogates(self)
        return self

    @classmethod
    def parse(cls, data: object) -> Article:
        """The article in a mapping as JSON gives it; raises ``article_invalid`` with its field."""
        if not isinstance(data, Mapping):
            raise ServiceError("article_invalid", "an article is a JSON object")
        return cls._validated(data, {})

    @classmethod
    def stored(cls, data: Mapping[str, Any]) -> Article:
        """An article as ``canonical`` or ``model_dump`` wrote it: text that looks like markup stays text.

        Raises ``article_invalid``.
        """
        return cls._validated(data, {_STORED: True})

    @classmethod
    def _validated(cls, data: Mapping[str, Any], context: dict[str, Any]) -> Article:
        try:
            return cls.model_validate(data, context=context)
        except RecursionError:
            raise ServiceError("article_invalid", "the article is nested too deeply") from None
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False)[0]
            field = ".".join(str(part) for part in first["loc"][:2]) or None
            reason = first["msg"].removeprefix("Value error, ")
            if first["type"] == "missing":
                reason = "the field is missing"
            detail = f"{field}: {reason}" if field else reason
            raise ServiceError("article_invalid", detail, field=field) from None

    def canonical(self) -> bytes:
        """The content as bytes: equal for equal articles, whatever their versions."""
        return json.dumps(
            self.model_dump(mode="json", exclude={"version"}, exclude_defaults=True),
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        ).encode()

    def digest(self) -> str:
        """SHA-256 of the content: how an unchanged article is recognised."""
        return hashlib.sha256(self.canonical()).hexdigest()

    def published_at(self) -> datetime | None:
        """The moment of publication; a bare date begins at its midnight in Tehran."""
        return _instant(self.published)


def _widen(schema: JsonSchemaValue) -> None:
    """Aliases, null for what is missing, unknown fields, and that a title or a body must be there."""
    properties = schema["properties"]
    properties["id"] = {
        "anyOf": [{"type": "string", "minLength": 1, "maxLength": MAX_ID_BYTES}, {"type": "integer"}],
        "description": f"1 to {MAX_ID_BYTES} bytes.",
    }
    for name in ("language", "status", "extra"):
        property = properties[name]
        default = property.pop("default", None)
        properties[name] = {"anyOf": [property, {"type": "null"}]} | ({} if default is None else {"default": default})
    for alias, name in (("category", "categories"), ("author", "authors")):
        properties[alias] = {**properties[name], "title": alias.title(), "description": f"The same as `{name}`."}
    schema["additionalProperties"] = True
    schema["anyOf"] = [
        {"required": [name], "properties": {name: {"type": "string", "minLength": 1}}} for name in ("title", "body")
    ]


def _instant(moment: datetime | date | None) -> datetime | None:
    if moment is None or isinstance(moment, datetime):
        return moment
    return datetime(moment.year, moment.month, moment.day, tzinfo=TEHRAN)


def _refuse_surrogates(article: Article) -> None:
    for name, value in article:
        texts = (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
        try:
            for text in texts:
                text.encode()
        except UnicodeEncodeError:
            raise ValueError(f"'{name}' holds a lone surrogate") from None


def deeper_than(value: object, depth: int) -> bool:
    """Whether JSON is nested deeper; never looks further than it has to."""
    level = [value]
    for _ in range(depth + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, Mapping | list | tuple)
            for inner in (outer.values() if isinstance(outer, Mapping) else outer)
        ]
        if not level:
            return False
    return True


def now() -> datetime:
    """The clock; tests pass their own wherever time matters."""
    return datetime.now(UTC)

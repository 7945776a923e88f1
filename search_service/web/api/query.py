"""The parameters of a call, read by their model: each once, unknown ones refused with the nearest that is known."""

from __future__ import annotations

import difflib
import re
from typing import Any, TypeVar, get_origin

from flask import request
from pydantic import BaseModel, ValidationError

from search_service.errors import ServiceError
from search_service.web.api.models import Nothing

Model = TypeVar("Model", bound=BaseModel)


def parameters(model: type[Model]) -> Model:
    """What the address gives; an empty value is as none. Raises ``parameter_unknown`` and ``parameter_invalid``."""
    names = {info.alias or name: info for name, info in model.model_fields.items()}
    found: dict[str, Any] = {}
    for name, values in request.args.lists():
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            advice = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(names) or 'none'}"
            raise ServiceError("parameter_unknown", f"'{name[:40]}' is not known; {advice}", field=name[:40])
        given = [value for value in values if value]
        if get_origin(names[name].annotation) is tuple:
            given = [part.strip() for value in given for part in value.split(",") if part.strip()]
            if given:
                found[name] = tuple(dict.fromkeys(given))
        elif len(values) > 1:
            raise ServiceError("parameter_invalid", f"'{name}' is given {len(values)} times", field=name)
        elif given:
            found[name] = given[0]
    try:
        return model(**found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        name = str(first["loc"][0])
        reason = first["msg"].removeprefix("Value error, ")
        if first["type"] == "literal_error":
            near = difflib.get_close_matches(str(first["input"]), re.findall(r"'(\w+)'", reason), n=1)
            reason = f"there is no '{str(first['input'])[:40]}'; " + (f"did you mean '{near[0]}'?" if near else reason)
        raise ServiceError("parameter_invalid", f"'{name}': {reason}", field=name) from None


def no_parameters() -> None:
    """Refuse all."""
    parameters(Nothing)

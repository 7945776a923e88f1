"""Every error that a person or a program can be told of, in one table.

A room raises ``ServiceError("code", detail)``; the command line prints it in one
line, the web answers it as an RFC 9457 problem document.  Codes are stable.
"""

from __future__ import annotations

from search_service.errors.kind import Kind
from search_service.errors.machinery import MACHINERY
from search_service.errors.requests import REQUESTS

ERRORS: dict[str, Kind] = {**REQUESTS, **MACHINERY}


class ServiceError(Exception):
    """An error of the table.

    ``detail`` says what was wrong and where, in one English line that holds nothing
    private; ``field`` names the parameter or the article's field at fault; ``version``
    is the one at which an article stands that could not be written.
    """

    def __init__(self, code: str, detail: str = "", *, field: str | None = None, version: int | None = None) -> None:
        self.code = code
        self.version = version
        self.kind = ERRORS[code]
        self.detail = detail or self.kind.english
        self.field = field
        super().__init__(code, self.detail)  # what else there is comes with __dict__ where it is pickled

    def __str__(self) -> str:
        return self.detail

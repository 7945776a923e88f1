"""Every error that a person or a program can be told of, in one table.

A room raises ``ServiceError("code", detail)``; the command line prints it in one
line, the web answers it as an RFC 9457 problem document.  Codes are stable.
"""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """What is the same for all errors of one code."""

    status: int
    english: str
    persian: str
    hint: str


ERRORS: dict[str, Kind] = {
    # what was asked for
    "query_too_long": Kind(
        400,
        "The query is too long.",
        "عبارت جست‌وجو بیش از اندازه بلند است.",
        "Shorten the query, or raise SEARCH_MAX_QUERY_LENGTH.",
    ),
    "query_too_complex": Kind(
        400,
        "The query has too many words or brackets.",
        "عبارت جست‌وجو بیش از اندازه پیچیده است.",
        "Use fewer words, quotes and brackets.",
    ),
    "prefix_too_short": Kind(
        400,
        "A prefix needs more letters before its star.",
        "پیش از ستاره باید حرف‌های بیشتری بنویسید.",
        "Write at least two letters before the star.",
    ),
    "page_invalid": Kind(
        400,
        "The page or its size is out of range.",
        "شمارهٔ صفحه یا اندازهٔ آن درست نیست.",
        "Pages begin at 1; the size is between 1 and 100.",
    ),
    "page_too_deep": Kind(
        400,
        "The page lies past the window of hits that can be paged through.",
        "این صفحه بیرون از بازهٔ قابل‌ورق‌زدن است.",
        "Narrow the search, or walk on with `cursor`.",
    ),
    "sort_unknown": Kind(
        400,
        "The sort is not known.",
        "این شیوهٔ مرتب‌سازی شناخته نیست.",
        "Use relevance, newest or oldest.",
    ),
    "match_unknown": Kind(
        400,
        "The match step is not known.",
        "این شیوهٔ تطبیق شناخته نیست.",
        "Use auto, all or any.",
    ),
    "facet_unknown": Kind(
        400,
        "The facet is not known.",
        "این دسته‌بندی شناخته نیست.",
        "Use category, date, source, tag or author.",
    ),
    "date_invalid": Kind(
        400,
        "The date does not exist or cannot be read.",
        "این تاریخ وجود ندارد یا خوانا نیست.",
        "Write a Jalali or Gregorian date such as 1402-06-28 or 2023-09-19.",
    ),
    "parameter_unknown": Kind(
        400,
        "The parameter is not known.",
        "این پارامتر شناخته نیست.",
        "See the parameters in the documentation.",
    ),
    "parameter_invalid": Kind(
        400,
        "A parameter has a value that cannot be read.",
        "مقدار یکی از پارامترها درست نیست.",
        "Correct the parameter that `field` names.",
    ),
    "text_invalid": Kind(
        400,
        "The text is not valid Unicode.",
        "متن یونیکد معتبر نیست.",
        "Send UTF-8 without lone surrogates.",
    ),
    # what was written
    "article_invalid": Kind(
        422,
        "The article cannot be accepted.",
        "این خبر پذیرفتنی نیست.",
        "Correct the field that `field` names.",
    ),
    "article_too_large": Kind(
        413,
        "The article is too large.",
        "این خبر بیش از اندازه بزرگ است.",
        "Shorten it, or raise SEARCH_MAX_ARTICLE_BYTES.",
    ),
    "body_too_large": Kind(
        413,
        "The request's body is too large.",
        "بدنهٔ درخواست بیش از اندازه بزرگ است.",
        "Send it in smaller parts, or raise SEARCH_MAX_BODY_BYTES.",
    ),
    "body_invalid": Kind(
        400,
        "The request's body cannot be read.",
        "بدنهٔ درخواست خوانا نیست.",
        "Send one JSON document, a JSON array, or JSON lines, in UTF-8.",
    ),
    "version_conflict": Kind(
        409,
        "A newer version, or another article of this version, is already there.",
        "نسخهٔ تازه‌تری از این خبر یا خبری دیگر با همین نسخه ثبت شده است.",
        "Read the article, and write again with a higher version.",
    ),
    "article_unknown": Kind(
        404,
        "There is no article of this id.",
        "خبری با این شناسه نیست.",
        "Look the id up with GET articles.",
    ),
    "not_found": Kind(404, "There is nothing here.", "چیزی در این نشانی نیست.", "See /help."),
    "method_not_allowed": Kind(
        405, "This address does not take this method.", "این نشانی این روش را نمی‌پذیرد.", "See Allow."
    ),
    # who asked
    "key_missing": Kind(
        401,
        "This needs an API key.",
        "این کار کلید دسترسی می‌خواهد.",
        "Send `Authorization: Bearer KEY`; make one with `search-service keys create`.",
    ),
    "key_invalid": Kind(
        401,
        "The API key is not known, has expired or was revoked.",
        "کلید دسترسی شناخته نیست، باطل شده یا زمانش گذشته است.",
        "Make a new one with `search-service keys create`.",
    ),
    "scope_missing": Kind(
        403,
        "The API key does not have the scope for this.",
        "این کلید اجازهٔ این کار را ندارد.",
        "Make a key with the scope that `detail` names.",
    ),
    "key_unknown": Kind(
        404,
        "There is no API key with this prefix.",
        "کلیدی با این پیشوند نیست.",
        "List them with `search-service keys list`.",
    ),
    # the machinery
    "source_unreadable": Kind(
        400,
        "The source cannot be read.",
        "این منبع خوانا نیست.",
        "Give a .jsonl, .jsonl.gz, .html or .txt file, or a folder of those.",
    ),
    "index_missing": Kind(
        503,
        "There is no index yet.",
        "هنوز نمایه‌ای ساخته نشده است.",
        "Add articles with `search-service add FILE`.",
    ),
    "index_incompatible": Kind(
        503,
        "The index was written by another version.",
        "نمایه با نسخهٔ دیگری ساخته شده است.",
        "Rebuild it with `search-service reindex`; the archive is kept.",
    ),
    "index_damaged": Kind(
        503,
        "The index is damaged.",
        "نمایه آسیب دیده است.",
        "Rebuild it with `search-service reindex`; the archive is kept.",
    ),
    "archive_incompatible": Kind(
        503,
        "The archive was written by a newer version.",
        "بایگانی با نسخهٔ تازه‌تری نوشته شده است.",
        "Run the version that wrote it, or a newer one.",
    ),
    "archive_damaged": Kind(
        503,
        "The archive is damaged.",
        "بایگانی آسیب دیده است.",
        "Restore it from a snapshot.",
    ),
    "archive_busy": Kind(
        503,
        "The archive is held by other writers.",
        "بایگانی در دست نویسندگان دیگری است.",
        "Try again.",
    ),
    "journal_gap": Kind(
        503,
        "The journal does not connect the index with the archive.",
        "روزنامهٔ تغییرها نمایه را به بایگانی نمی‌رساند.",
        "Rebuild the index with `search-service reindex`; the archive is kept.",
    ),
    "folder_not_writable": Kind(
        507,
        "The index folder cannot be written to.",
        "در پوشهٔ نمایه نمی‌توان نوشت.",
        "Free space or change its owner, or name another folder with --index.",
    ),
    "disk_full": Kind(
        507,
        "There is too little free space on the disk.",
        "فضای آزاد دیسک کافی نیست.",
        "Free space, or drop what is not needed.",
    ),
    "indexer_busy": Kind(
        409,
        "Another process holds the indexer's lock.",
        "فرایند دیگری در حال نمایه‌سازی است.",
        "Wait for it to end.",
    ),
    "generation_unknown": Kind(
        404,
        "There is no such generation of the index.",
        "چنین نسلی از نمایه نیست.",
        "List them with `search-service generations`.",
    ),
    "task_unknown": Kind(
        404,
        "There is no such task.",
        "چنین کاری ثبت نشده است.",
        "Tasks that ended long ago are forgotten; start a new one.",
    ),
    "task_open": Kind(
        409,
        "Such a task is under way already.",
        "چنین کاری هم‌اکنون در جریان است.",
        "Wait for it, or call it off with `search-service tasks cancel ID`.",
    ),
    "task_failed": Kind(
        500,
        "The task could not be done.",
        "این کار انجام نشد.",
        "See `search-service tasks` and the indexer's log.",
    ),
    "task_cancelled": Kind(
        409,
        "The task was called off.",
        "این کار لغو شد.",
        "Start it again; a reindex goes on where it stopped.",
    ),
    "archive_not_empty": Kind(
        409,
        "The archive is not empty.",
        "بایگانی خالی نیست.",
        "Restore with --replace, which keeps the old archive aside, or into another folder.",
    ),
    "snapshot_damaged": Kind(
        400,
        "The snapshot is damaged, incomplete, or none.",
        "پروندهٔ پشتیبان آسیب دیده یا ناقص است.",
        "Use another snapshot; nothing was changed.",
    ),
    "snapshot_incompatible": Kind(
        400,
        "The snapshot was written by a newer version.",
        "پروندهٔ پشتیبان با نسخهٔ تازه‌تری نوشته شده است.",
        "Run the version that wrote it, or a newer one.",
    ),
    "generation_live": Kind(
        409,
        "The live generation of the index cannot be removed.",
        "نسل زندهٔ نمایه را نمی‌توان حذف کرد.",
        "Publish another generation first.",
    ),
    "wait_timeout": Kind(
        504,
        "The change is stored, but was not searchable in time.",
        "تغییر ذخیره شد، اما به‌موقع جست‌وجوپذیر نشد.",
        "It will be indexed; look at /readyz for the indexer.",
    ),
    "search_timeout": Kind(
        503,
        "The search took too long and was given up.",
        "جست‌وجو بیش از اندازه طول کشید و رها شد.",
        "Use fewer or longer words.",
    ),
    "port_taken": Kind(
        500,
        "The port is taken.",
        "این درگاه در دست برنامهٔ دیگری است.",
        "Choose another with --port.",
    ),
    "internal": Kind(
        500,
        "Something went wrong here.",
        "خطایی در سامانه رخ داد.",
        "Try again; the log holds the cause under the request's id.",
    ),
}


class ServiceError(Exception):
    """An error of the table.

    ``detail`` says what was wrong and where, in one English line that holds nothing
    private; ``field`` names the parameter or the article's field at fault.
    """

    def __init__(self, code: str, detail: str = "", *, field: str | None = None) -> None:
        self.code = code
        self.kind = ERRORS[code]
        self.detail = detail or self.kind.english
        self.field = field
        super().__init__(code, self.detail, field)

    def __str__(self) -> str:
        return self.detail

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
    hint_fa: str = ""


ERRORS: dict[str, Kind] = {
    # what was asked for
    "query_too_long": Kind(
        400,
        "The query is too long.",
        "عبارت جست‌وجو بیش از اندازه بلند است.",
        "Shorten the query, or raise SEARCH_MAX_QUERY_LENGTH.",
        "عبارت را کوتاه‌تر کنید یا SEARCH_MAX_QUERY_LENGTH را بالا ببرید.",
    ),
    "query_too_complex": Kind(
        400,
        "The query has too many words or brackets.",
        "عبارت جست‌وجو بیش از اندازه پیچیده است.",
        "Use fewer words, quotes and brackets.",
        "واژه، گیومه و پرانتز کمتری به کار ببرید.",
    ),
    "prefix_too_short": Kind(
        400,
        "A prefix needs more letters before its star.",
        "پیش از ستاره باید حرف‌های بیشتری بنویسید.",
        "Write at least two letters before the star.",
        "پیش از ستاره دست‌کم دو حرف بنویسید.",
    ),
    "page_invalid": Kind(
        400,
        "The page or its size is out of range.",
        "شمارهٔ صفحه یا اندازهٔ آن درست نیست.",
        "Pages begin at 1; the size is between 1 and 100.",
        "صفحه‌ها از ۱ آغاز می‌شوند و اندازهٔ صفحه بین ۱ و ۱۰۰ است.",
    ),
    "page_too_deep": Kind(
        400,
        "The page lies past the window of hits that can be paged through.",
        "این صفحه بیرون از بازهٔ قابل‌ورق‌زدن است.",
        "Narrow the search, or walk on with `cursor`.",
        "جست‌وجو را محدودتر کنید یا با `cursor` پیش بروید.",
    ),
    "cursor_invalid": Kind(
        400,
        "The cursor cannot be read, or belongs to another search.",
        "این نشانگر خوانا نیست یا از جست‌وجوی دیگری است.",
        "Begin with `cursor=*`, then send the `cursor` of each answer with the same search.",
        "با `cursor=*` آغاز کنید و سپس `cursor` هر پاسخ را با همان جست‌وجو بفرستید.",
    ),
    "cursor_expired": Kind(
        410,
        "The state of the index that the cursor walks through is gone.",
        "وضعیتی از نمایه که این نشانگر در آن پیش می‌رفت دیگر نگه داشته نمی‌شود.",
        "Begin again with `cursor=*`; with sort=newest or oldest a cursor never expires.",
        "از نو با `cursor=*` آغاز کنید؛ نشانگرِ sort=newest و sort=oldest هرگز از کار نمی‌افتد.",
    ),
    "sort_unknown": Kind(
        400,
        "The sort is not known.",
        "این شیوهٔ مرتب‌سازی شناخته نیست.",
        "Use relevance, newest or oldest.",
        "یکی از relevance، newest یا oldest را بنویسید.",
    ),
    "match_unknown": Kind(
        400,
        "The match step is not known.",
        "این شیوهٔ تطبیق شناخته نیست.",
        "Use auto, all or any.",
        "یکی از auto، all یا any را بنویسید.",
    ),
    "facet_unknown": Kind(
        400,
        "The facet is not known.",
        "این دسته‌بندی شناخته نیست.",
        "Use category, date, source, tag or author.",
        "یکی از category، date، source، tag یا author را بنویسید.",
    ),
    "date_invalid": Kind(
        400,
        "The date does not exist or cannot be read.",
        "این تاریخ وجود ندارد یا خوانا نیست.",
        "Write a Jalali or Gregorian date such as 1402-06-28 or 2023-09-19.",
        "تاریخ شمسی یا میلادی بنویسید؛ مانند 1402-06-28 یا 2023-09-19.",
    ),
    "parameter_unknown": Kind(
        400,
        "The parameter is not known.",
        "این پارامتر شناخته نیست.",
        "See the parameters in the documentation.",
        "نام پارامترها را در مستندات ببینید.",
    ),
    "parameter_invalid": Kind(
        400,
        "A parameter has a value that cannot be read.",
        "مقدار یکی از پارامترها درست نیست.",
        "Correct the parameter that `field` names.",
        "پارامتری را که `field` نام می‌برد درست کنید.",
    ),
    "text_invalid": Kind(
        400,
        "The text is not valid Unicode.",
        "متن یونیکد معتبر نیست.",
        "Send UTF-8 without lone surrogates.",
        "متن را با کدگذاری UTF-8 و بدون نویسهٔ جانشین تنها بفرستید.",
    ),
    # what was written
    "article_invalid": Kind(
        422,
        "The article cannot be accepted.",
        "این خبر پذیرفتنی نیست.",
        "Correct the field that `field` names.",
        "فیلدی را که `field` نام می‌برد درست کنید.",
    ),
    "article_too_large": Kind(
        413,
        "The article is too large.",
        "این خبر بیش از اندازه بزرگ است.",
        "Shorten it, or raise SEARCH_MAX_ARTICLE_BYTES.",
        "خبر را کوتاه‌تر کنید یا SEARCH_MAX_ARTICLE_BYTES را بالا ببرید.",
    ),
    "body_too_large": Kind(
        413,
        "The request's body is too large.",
        "بدنهٔ درخواست بیش از اندازه بزرگ است.",
        "Send it in smaller parts, or raise SEARCH_MAX_BODY_BYTES.",
        "آن را در چند بخش بفرستید یا SEARCH_MAX_BODY_BYTES را بالا ببرید.",
    ),
    "body_invalid": Kind(
        400,
        "The request's body cannot be read.",
        "بدنهٔ درخواست خوانا نیست.",
        "Send one JSON document, a JSON array, or JSON lines, in UTF-8.",
        "یک سند JSON، یک آرایهٔ JSON یا سطرهای JSON با کدگذاری UTF-8 بفرستید.",
    ),
    "precondition_failed": Kind(
        412,
        "The article is not as If-Match or If-None-Match says.",
        "خبر با آنچه If-Match یا If-None-Match می‌گوید یکی نیست.",
        "Read the article, and write again with its ETag.",
        "خبر را بخوانید و با ETag تازه‌اش دوباره بنویسید.",
    ),
    "idempotency_key_reused": Kind(
        422,
        "The Idempotency-Key was used for another request.",
        "این Idempotency-Key پیش‌تر برای درخواست دیگری به کار رفته است.",
        "Use a new key for each request, and the same one only to repeat it.",
        "برای هر درخواست کلید تازه‌ای به کار ببرید و کلید پیشین را تنها برای تکرار همان درخواست بفرستید.",
    ),
    "idempotency_key_in_use": Kind(
        409,
        "A request with this Idempotency-Key is still at work.",
        "درخواستی با همین Idempotency-Key هنوز در دست انجام است.",
        "Repeat it once the first one has ended.",
        "پس از پایان درخواست نخست دوباره بفرستید.",
    ),
    "version_conflict": Kind(
        409,
        "A newer version, or another article of this version, is already there.",
        "نسخهٔ تازه‌تری از این خبر یا خبری دیگر با همین نسخه ثبت شده است.",
        "Read the article, and write again with a higher version.",
        "خبر را بخوانید و با نسخهٔ بالاتری دوباره بنویسید.",
    ),
    "article_unknown": Kind(
        404,
        "There is no article of this id.",
        "خبری با این شناسه نیست.",
        "Look the id up with GET articles.",
        "شناسه را با GET articles بیابید.",
    ),
    "not_found": Kind(404, "There is nothing here.", "چیزی در این نشانی نیست.", "See /help.", "صفحهٔ /help را ببینید."),
    "too_many_filters": Kind(
        400,
        "The search has too many filters.",
        "شمار فیلترهای جست‌وجو بیش از اندازه است.",
        "Choose fewer values, or raise SEARCH_MAX_FILTERS.",
        "مقدارهای کمتری برگزینید یا SEARCH_MAX_FILTERS را بالا ببرید.",
    ),
    "host_unknown": Kind(
        400,
        "The Host header names another host.",
        "نام میزبان در درخواست پذیرفته نیست.",
        "Use an address that SEARCH_ALLOWED_HOSTS has.",
        "نشانی‌ای را به کار ببرید که در SEARCH_ALLOWED_HOSTS آمده است.",
    ),
    "rate_limited": Kind(
        429,
        "There were too many requests in a short time.",
        "شمار درخواست‌ها در زمان کوتاه بیش از اندازه است. کمی بعد دوباره تلاش کنید.",
        "Wait as long as Retry-After says; see the SEARCH_RATE settings.",
        "به اندازهٔ Retry-After صبر کنید؛ تنظیم‌های SEARCH_RATE را ببینید.",
    ),
    "overloaded": Kind(
        503,
        "The service has more to do than it can.",
        "سامانه اکنون پرکار است. چند لحظهٔ دیگر دوباره تلاش کنید.",
        "Wait as long as Retry-After says.",
        "به اندازهٔ Retry-After صبر کنید.",
    ),
    "method_not_allowed": Kind(
        405,
        "This address does not take this method.",
        "این نشانی این روش را نمی‌پذیرد.",
        "See Allow.",
        "روش‌های پذیرفته را در سربرگ Allow ببینید.",
    ),
    # who asked
    "key_missing": Kind(
        401,
        "This needs an API key.",
        "این کار کلید دسترسی می‌خواهد.",
        "Send `Authorization: Bearer KEY`; make one with `search-service keys create`.",
        "سربرگ `Authorization: Bearer KEY` را بفرستید؛ کلید را با `search-service keys create` بسازید.",
    ),
    "key_invalid": Kind(
        401,
        "The API key is not known, has expired or was revoked.",
        "کلید دسترسی شناخته نیست، باطل شده یا زمانش گذشته است.",
        "Make a new one with `search-service keys create`.",
        "کلید تازه‌ای با `search-service keys create` بسازید.",
    ),
    "scope_missing": Kind(
        403,
        "The API key does not have the scope for this.",
        "این کلید اجازهٔ این کار را ندارد.",
        "Make a key with the scope that `detail` names.",
        "کلیدی با اجازه‌ای بسازید که `detail` نام می‌برد.",
    ),
    "key_unknown": Kind(
        404,
        "There is no API key with this prefix.",
        "کلیدی با این پیشوند نیست.",
        "List them with `search-service keys list`.",
        "فهرست کلیدها را با `search-service keys list` ببینید.",
    ),
    # the machinery
    "source_unreadable": Kind(
        400,
        "The source cannot be read.",
        "این منبع خوانا نیست.",
        "Give a .jsonl, .jsonl.gz, .html or .txt file, or a folder of those.",
        "پروندهٔ .jsonl، .jsonl.gz، .html یا .txt یا پوشه‌ای از آن‌ها بدهید.",
    ),
    "fetch_refused": Kind(
        400,
        "This address is not fetched.",
        "این نشانی خوانده نمی‌شود.",
        "Give a public http(s) address; SEARCH_IMPORT_HOSTS names hosts that may be inside.",
        "نشانی http(s) عمومی بدهید؛ SEARCH_IMPORT_HOSTS میزبان‌های درونی را نام می‌برد.",
    ),
    "fetch_failed": Kind(
        502,
        "The site did not answer as it should.",
        "پاسخ آن وب‌گاه درست نبود.",
        "Run it again later: it goes on where it stopped.",
        "بعداً دوباره اجرا کنید؛ از همان‌جا که ایستاده بود ادامه می‌یابد.",
    ),
    "import_busy": Kind(
        409,
        "This is being imported already.",
        "این درون‌ریزی هم‌اکنون در جریان است.",
        "Wait for the other one to end.",
        "تا پایان آن یکی صبر کنید.",
    ),
    "index_missing": Kind(
        503,
        "There is no index yet.",
        "هنوز نمایه‌ای ساخته نشده است.",
        "Add articles with `search-service add FILE`.",
        "با `search-service add FILE` خبر بیفزایید.",
    ),
    "index_incompatible": Kind(
        503,
        "The index was written by another version.",
        "نمایه با نسخهٔ دیگری ساخته شده است.",
        "Rebuild it with `search-service reindex`; the archive is kept.",
        "نمایه را با `search-service reindex` از نو بسازید؛ بایگانی دست‌نخورده می‌ماند.",
    ),
    "index_damaged": Kind(
        503,
        "The index is damaged.",
        "نمایه آسیب دیده است.",
        "Rebuild it with `search-service reindex`; the archive is kept.",
        "نمایه را با `search-service reindex` از نو بسازید؛ بایگانی دست‌نخورده می‌ماند.",
    ),
    "archive_incompatible": Kind(
        503,
        "The archive was written by a newer version.",
        "بایگانی با نسخهٔ تازه‌تری نوشته شده است.",
        "Run the version that wrote it, or a newer one.",
        "همان نسخه‌ای را اجرا کنید که آن را نوشته است یا نسخه‌ای تازه‌تر.",
    ),
    "archive_damaged": Kind(
        503,
        "The archive is damaged.",
        "بایگانی آسیب دیده است.",
        "Restore it from a snapshot.",
        "آن را از پشتیبان بازگردانید.",
    ),
    "archive_busy": Kind(
        503,
        "The archive is held by other writers.",
        "بایگانی در دست نویسندگان دیگری است.",
        "Try again.",
        "دوباره تلاش کنید.",
    ),
    "journal_gap": Kind(
        503,
        "The journal does not connect the index with the archive.",
        "روزنامهٔ تغییرها نمایه را به بایگانی نمی‌رساند.",
        "Rebuild the index with `search-service reindex`; the archive is kept.",
        "نمایه را با `search-service reindex` از نو بسازید؛ بایگانی دست‌نخورده می‌ماند.",
    ),
    "folder_not_writable": Kind(
        507,
        "The index folder cannot be written to.",
        "در پوشهٔ نمایه نمی‌توان نوشت.",
        "Free space or change its owner, or name another folder with --index.",
        "فضا آزاد کنید، مالک پوشه را تغییر دهید یا با --index پوشهٔ دیگری نام ببرید.",
    ),
    "disk_full": Kind(
        507,
        "There is too little free space on the disk.",
        "فضای آزاد دیسک کافی نیست.",
        "Free space, or drop what is not needed.",
        "فضا آزاد کنید یا آنچه را لازم نیست پاک کنید.",
    ),
    "indexer_busy": Kind(
        409,
        "Another process holds the indexer's lock.",
        "فرایند دیگری در حال نمایه‌سازی است.",
        "Wait for it to end.",
        "تا پایان کار آن صبر کنید.",
    ),
    "generation_unknown": Kind(
        404,
        "There is no such generation of the index.",
        "چنین نسلی از نمایه نیست.",
        "List them with `search-service generations`.",
        "فهرست نسل‌ها را با `search-service generations` ببینید.",
    ),
    "task_unknown": Kind(
        404,
        "There is no such task.",
        "چنین کاری ثبت نشده است.",
        "Tasks that ended long ago are forgotten; start a new one.",
        "کارهایی که مدت‌ها پیش پایان یافته‌اند فراموش می‌شوند؛ کار تازه‌ای آغاز کنید.",
    ),
    "task_open": Kind(
        409,
        "Such a task is under way already.",
        "چنین کاری هم‌اکنون در جریان است.",
        "Wait for it, or call it off with `search-service tasks cancel ID`.",
        "تا پایان آن صبر کنید یا با `search-service tasks cancel ID` آن را لغو کنید.",
    ),
    "task_failed": Kind(
        500,
        "The task could not be done.",
        "این کار انجام نشد.",
        "See `search-service tasks` and the indexer's log.",
        "خروجی `search-service tasks` و گزارش نمایه‌ساز را ببینید.",
    ),
    "task_cancelled": Kind(
        409,
        "The task was called off.",
        "این کار لغو شد.",
        "Start it again; a reindex goes on where it stopped.",
        "آن را دوباره آغاز کنید؛ نمایه‌سازی از همان‌جا که ایستاده بود ادامه می‌یابد.",
    ),
    "archive_not_empty": Kind(
        409,
        "The archive is not empty.",
        "بایگانی خالی نیست.",
        "Restore with --replace, which keeps the old archive aside, or into another folder.",
        "با --replace بازگردانید که بایگانی پیشین را کنار می‌گذارد، یا در پوشهٔ دیگری.",
    ),
    "snapshot_damaged": Kind(
        400,
        "The snapshot is damaged, incomplete, or none.",
        "پروندهٔ پشتیبان آسیب دیده یا ناقص است.",
        "Use another snapshot; nothing was changed.",
        "پشتیبان دیگری به کار ببرید؛ چیزی تغییر نکرد.",
    ),
    "snapshot_incompatible": Kind(
        400,
        "The snapshot was written by a newer version.",
        "پروندهٔ پشتیبان با نسخهٔ تازه‌تری نوشته شده است.",
        "Run the version that wrote it, or a newer one.",
        "همان نسخه‌ای را اجرا کنید که آن را نوشته است یا نسخه‌ای تازه‌تر.",
    ),
    "generation_live": Kind(
        409,
        "The live generation of the index cannot be removed.",
        "نسل زندهٔ نمایه را نمی‌توان حذف کرد.",
        "Publish another generation first.",
        "نخست نسل دیگری را زنده کنید.",
    ),
    "wait_timeout": Kind(
        504,
        "The change is stored, but was not searchable in time.",
        "تغییر ذخیره شد، اما به‌موقع جست‌وجوپذیر نشد.",
        "It will be indexed; look at /readyz for the indexer.",
        "تغییر نمایه خواهد شد؛ وضع نمایه‌ساز را در /readyz ببینید.",
    ),
    "search_timeout": Kind(
        503,
        "The search took too long and was given up.",
        "جست‌وجو بیش از اندازه طول کشید و رها شد.",
        "Use fewer or longer words.",
        "واژه‌های کمتر یا بلندتری بنویسید.",
    ),
    "port_taken": Kind(
        500,
        "The port is taken.",
        "این درگاه در دست برنامهٔ دیگری است.",
        "Choose another with --port.",
        "با --port درگاه دیگری برگزینید.",
    ),
    "internal": Kind(
        500,
        "Something went wrong here.",
        "خطایی در سامانه رخ داد.",
        "Try again; the log holds the cause under the request's id.",
        "دوباره تلاش کنید؛ علت با شناسهٔ درخواست در گزارش سامانه آمده است.",
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

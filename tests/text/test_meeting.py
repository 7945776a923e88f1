"""The whole chain: which words of a reader meet which words of an outlet."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from search_service.text import tables
from search_service.text.fold import ZWNJ
from search_service.text.lexicon import Lexicon

Finds = Callable[[str, str], bool]

MEET = """
آیینه | آئینه شکست
مسوول | مسئول دفتر
رییس | رئیس پلیس
سوال | سؤال کرد
تاثیر | تأثیر گذاشت
ابتدا | ابتداءً گفت
اهن | صنعت آهن
قراءت | قرائت قرآن
مدال ها | مدال‌های جهانی
برادر | برادرانش آمدند
روزنامه | روزنامه‌هایی منتشر شد
خبرنگار | خبرنگاران پرسیدند
بیننده | بینندگان تلویزیون
زیبا | زیباترین شهر
پا | پای او شکست
نوشتن | می‌نویسد
دانستن | نمی‌دانیم
رفتیم | خواهد رفت
ساختند | ساخته شده‌اند
خوردن | نخورده‌ام
میخوره | غذا می‌خورد
مسجد | مساجد شهر
حادثه | حوادث جاده‌ای
استاد | اساتید دانشگاه
اطاق | اتاق بازرگانی
همکلاسی | هم‌کلاسی قدیمی
نیمه نهایی | نیمه‌نهایی جام
بعلت | به علت بارش
سی ان ان | شبکه CNN
UNESCO | یونسکو
۳۰ درصد | سی درصد مردم
پنج هزار | ۵٬۰۰۰ نفر
۵ مهر ۱۴۰۱ | روز ۱۴۰۱/۷/۵ بود
1401/07/05 | پنجم مهر ۱۴۰۱
سوم خرداد | ۳ خرداد
۱۲۰۰۰ | ۱۲ هزار تومان
کرونا ۱۹ | کرونا19
FBI | اف‌بی‌آی
اف بی آی | مأمور FBI
افبیآی | اف بی آی
MRI | ام‌آر‌آی
ام آر آی | دستگاه MRI
آی بی ام | شرکت آی‌بی‌ام
IMF | او آی ام اف را گفت
SEO | سئوی سایت
آنکتاد | گزارش UNCTAD
NATO | اعضای ناتو و ناتوی عربی
ناتو | NATO
BMW | بی‌ام‌دبلیو
بی ام و | بی‌ام‌دبلیو
PKK | گروه پ ک ک
پکک | گروه پ‌ک‌ک
F-16 | جنگنده اف ۱۶
اف۱۶ | F16
سامانه S300 | سامانه اس-۳۰۰
شبکه ۵G | شبکه ۵ جی
بان کی مون | بان‌کی‌مون
بانکیمون | بان کی مون
به‌علاوه | بعلاوه گفت
بخاطر | به خاطر باران
به صورت | بصورت کامل
رو به رو | روبه‌رو شدند
لابه‌لا | لا به لای کتاب
تن‌به‌تن | نبرد تن به تن
بلا فاصله | بلافاصله رفت
به نظر | بهنظرم خوب است
نظر | نظرم را گفتم
تحلیلگر | تحلیلگران اقتصادی
ستاره‌شناس | ستاره شناسان
شرکت کننده | شرکت‌کنندگان
شرکت‌کنندگان | شرکت کننده
اصلاح‌طلب | اصلاح طلبان مجلس
روزنامه‌جات | روزنامه صبح
صورت‌جلسه | صورت جلسات شورا
سرمایه گزاران | سرمایه‌گذار خارجی
بن غفیر | بن‌گویر گفت
می گه | می‌گوید
نمی شه | نمی‌شود
می رن | رفتند
میگه | گفت
اینا | این‌ها
رسوندند | رساند
می‌توان | می توانند
کتابشون | کتاب
مادرمون | مادر
هستند | هست
نیستم | نیست
زیباست | زیبا بود
رفت‌وآمد | رفت و آمد
درحالی‌که | در حالی که
چه طور | چطور
سی ام آبان | ۳۰ آبان
"""

APART = """
کتاب | کتیبه
تهر | تهران
زم | زمان
مال | مالیات
کبو | کبوتر
دخ | دختر
استاندار | استانداری فارس
بخشدار | بخشداری مرکزی
باران | بار سنگین
میدان | نمی‌دانم
میهن | هنوز
گرم | گرما
بها | به خانه رفت
انتخاب | انتخابات مجلس
آبان | آب
رئال | ریال ایران
آجر | اجر معنوی
آسم | اسم او
یاس | یأس و ناامیدی
خواستن | از جا خاست
091 | ۰۹۱۲۳۴۵
مادر | ما در خانه هستیم
SS | اساس کار
اساس | گروه SS
AM | ایام نوروز
CT | سیتی
CDN | سیدیان
به‌روز | بهروز آمد
بهروز | به‌روز شد
بهنام | به‌نام خدا
پراند | پرونده بسته شد
نشاند | نشوند
آپارت | آپارتمان بزرگ
پوک | پوکمون
"""


def pairs(table: str) -> list[tuple[str, str]]:
    return [
        (query.strip(), text.strip()) for query, _, text in (row.partition("|") for row in table.strip().split("\n"))
    ]


@pytest.mark.parametrize(("query", "text"), pairs(MEET))
def test_spellings_and_forms_of_a_word_meet(finds: Finds, query: str, text: str) -> None:
    assert finds(query, text)


@pytest.mark.parametrize(("query", "text"), pairs(APART))
def test_other_words_do_not(finds: Finds, query: str, text: str) -> None:
    assert not finds(query, text)


def spellings(cell: str) -> list[str]:
    """With half-spaces, spaced and joined."""
    return list(dict.fromkeys((cell, cell.replace(ZWNJ, " "), cell.replace(ZWNJ, ""))))


def apart(finds: Finds, groups: Iterable[list[str]]) -> list[tuple[str, str]]:
    """The pairs within each group that do not find each other."""
    return [
        (query, text)
        for group in groups
        for query in group
        for text in group
        if query != text and not finds(query, text)
    ]


def test_all_renderings_of_an_acronym_meet(finds: Finds) -> None:
    rows = tables.rows("acronyms")
    assert apart(finds, ([row[0], *(form for cell in row[1:] for form in spellings(cell))] for row in rows)) == []


@pytest.mark.parametrize("name", ["an_plurals", "at_plurals", "broken_plurals"])
def test_every_spelling_of_a_listed_plural_meets_its_singular(finds: Finds, name: str) -> None:
    pairs = ([one, form] for many, one in tables.rows(name) for form in spellings(many))
    assert apart(finds, pairs) == []


def test_be_is_read_out_of_a_joined_word_only_where_the_table_says_so(finds: Finds, lexicon: Lexicon) -> None:
    rows = list(tables.rows("be_compounds"))
    short = {row[0]: row[0].replace("به" + ZWNJ, "ب").replace(ZWNJ, "") for row in rows}
    listed = {row[0] for row in rows if len(row) > 1}
    assert apart(finds, ([*spellings(word), *([short[word]] if word in listed else [])] for word in short)) == []
    assert [word for word in short if word not in listed and short[word] in lexicon.tables.be_compounds] == []


def test_every_spelling_of_a_variant_meets_the_right_one(finds: Finds) -> None:
    rows = (row for name in ("aliases", "names") for row in tables.rows(name))
    groups = ([variant, right] for row in rows for variant in spellings(row[0])[:2] for right in spellings(row[1])[:2])
    assert apart(finds, groups) == []

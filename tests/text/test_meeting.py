"""The whole chain: which words of a reader meet which words of an outlet."""

from __future__ import annotations

from collections.abc import Callable

import pytest

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

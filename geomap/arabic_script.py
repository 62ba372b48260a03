"""Letters and digits that Arabic texts write in more than one way, as tables that keep every character's place."""

from __future__ import annotations

import re

__all__ = ["BARE_ALEF", "DIGITS", "MARKS", "places_without_marks", "western", "with_hamzas", "without_marks"]

DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
"""Arabic-Indic and Persian digits to European ones; for `str.translate`."""
BARE_ALEF = str.maketrans("أإآ", "ااا")
"""An alef that carries a hamza or a madda to a bare one, as many write it; for `str.translate`."""


MARKS = "\u0640\u064b-\u0652\u0670"
"""Signs of vowels and doubling, and the stroke that only stretches a word, as they stand in a set of a pattern."""
_MARKS = re.compile(f"[{MARKS}]+")
_LETTERS = re.compile(f"[^{MARKS}]+")


def without_marks(text: str) -> str:
    """Return text without the characters of `MARKS`, shorter by as many."""
    return text if text.isascii() else _MARKS.sub("", text)


def places_without_marks(text: str) -> list[int]:
    """Return where each character of `without_marks(text)` stands in `text`."""
    return [i for run in _LETTERS.finditer(text) for i in range(*run.span())]


def western(text: str) -> str:
    """Return text of the same length with Arabic-Indic and Persian digits as European ones."""
    return text if text.isascii() else text.translate(DIGITS)


_SPELLED = """
    إلى أن إن أو أي أم أنه أنها إنه إنها أنهم إليه إليها أمس أيضا أكثر أخرى أول أولى أثناء إثر إضافة إجمالي
    أمام أحد إحدى أطراف أنحاء أحياء أراضي أراض أرياف أهالي أهل أبناء أسرة أسر أفراد أشخاص أطفال أسرى أسير
    أسيرا إقامة إيواء أماكن ألف ألفا آلاف أربع أربعة أربعين أربعون أسبوع أسابيع أيام أشهر أيلول أيار آذار
    أكتوبر أغسطس أبريل إبريل أجلى أجلت أجلي أجليت أجلوا إجلاء إجلائهم أخلى أخلت أخلي إخلاء أخرج أخرجت إخراج
    أعاد أعادت أعيد أعيدت إعادة إعمار أصلح أصلحت إصلاح أطلق أطلقت إطلاق أصيب أصيبت إصابة أزال أزالت إزالة أبطل
    أبطلت إبطال أتلف أتلفت إتلاف ألغام أجسام أقام أقامت أنشأ إنشاء أرسل أرسلت إرسال أدخل أدخلت إدخال أوصل
    أوصلت إيصال أغاث إغاثة إغاثية إنسانية إنساني أغذية أدوية أغطية أطنان أسلحة أحزمة أعلن أعلنت إعلان أكد أكدت
    أضاف أضافت أفاد أفادت أشار أشارت أوضح أوضحت أحصى أحصت أعمال إسرائيلي إسرائيلية إسرائيليا إرهابي إرهابيين
    إرهابية أممية أهلية أقل أفرج أفرجت إفراج أقلت آمنة آليات آلية أمن أمنية
"""
"""Words with a hamza or a madda on their alef that many texts leave out ("الى"), none of which means another then."""
_WITH = {word.translate(BARE_ALEF): word for word in _SPELLED.split()}
_BEFORE = "[وف]?(?:[بلك]?ال|لل|[بلك])?"
_BARE = re.compile(rf"(?<!\w)({_BEFORE})({'|'.join(sorted(_WITH, key=len, reverse=True))})(?!\w)")


def with_hamzas(text: str) -> str:
    """Return text of the same length with the hamzas of common words that leave them out, "الى" as "إلى"."""
    return text if text.isascii() else _BARE.sub(lambda match: match[1] + _WITH[match[2]], text)

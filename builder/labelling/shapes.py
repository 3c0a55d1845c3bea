"""The shape of one line by itself: length, words, signs, capitals, patterns of dates, credits and captions. No phrase of a site."""

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

LONG: Final = 80
"""Code points from which a line that ends a sentence is running text; `VERY_LONG` counts whatever its end is."""
VERY_LONG: Final = 130
OFFSETS: Final = (-2, -1, 1, 2)
"""The lines around a line that it sees."""
TEXTY: Final = 60
"""Code points from which a line takes part in cohesion: headlines and paragraphs, not menu entries."""

_TIME: Final = re.compile(
    r"\b\d{1,2}[:hg]\d{2}\b|\b\d{4}-\d{2}-\d{2}|\b\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\b|(?<!\d)\d+ ?(?:giờ|phút|ngày|')\s*trước|\btháng \d"
)
_DATE_REST: Final = re.compile(
    r'[\d\s:/.,|()+-]|(?<=\d)T(?=\d)|thứ|hai|ba|tư|năm|sáu|bảy|chủ nhật|ngày|tháng|gmt|giờ|phút|trước|am|pm|cập nhật|đăng|lúc',
    re.IGNORECASE,
)
_CREDIT: Final = re.compile(
    r'^\(?(?:theo|nguồn|bài|tác giả|tổng hợp|pv|ctv|biên dịch|thực hiện|ảnh|nhóm)\b[^.]{0,50}[.)]?$'
    r'|^.{2,60}(?:\(?\b(?:tổng hợp|lược dịch|biên dịch|thực hiện|biên soạn|dịch|ghi|t/h)\)?|\((?:theo|tổng hợp|nguồn|lược)\b[^)]{0,50}\))$'
)
_PICTURE: Final = re.compile(
    r'\b[Ảả]nh(?: minh h[oọ][aạ])?\s*[:.]|\([Ảả]nh\b|\b[Nn]guồn [Ảả]nh\b|\bẢNH:|^Ảnh\b|\b(?:bìa|bên|thứ \w+ từ) (?:trái|phải)\b|\((?:trái|phải)\)'
)
_POINTER: Final = re.compile(r'^(?:>|»|▶|→|•? ?(?:xem|đọc|tin|bài)(?: \w+)? (?:thêm|liên quan|tiếp|lại)\b)')
_ASKED: Final = re.compile(r'^(?:[-*–] ?)?(?:hỏi|đáp|trả lời|pv|phóng viên|bạn đọc)\b[^:]{0,20}:')
_YEAR: Final = re.compile(r'^(?:[-+•*] ?)?(?:năm |tháng |ngày )?\d{1,4}(?:/\d{1,4})*(?::|h\d\d| ?-) ')
_TELEPHONE: Final = re.compile(r'\b(?:\d[ .-]?){8,11}\b')
_CONTACTS: Final = ('@', '://', 'www.', '.vn', '.com', '.net', '.org', '©', '®', '(c)', 'copyright')
_OFFICE: Final = (
    'giấy phép', 'tổng biên tập', 'tòa soạn', 'toà soạn', 'cơ quan chủ quản', 'cơ quan ngôn luận', 'bản quyền', 'hotline', 'đường dây nóng', 'điện thoại', 'trụ sở', 'địa chỉ',
    'liên hệ', 'chịu trách nhiệm', 'ghi rõ nguồn',
)  # fmt: skip
_SHARE: Final = (
    'chia sẻ',
    'facebook',
    'twitter',
    'zalo',
    'google',
    'bình chọn',
    'lượt xem',
    'copy',
    'sao chép',
    'in bài',
    'gửi',
    'video',
    'nghe',
    'tải',
)
_COMMENT: Final = ('bình luận', 'ý kiến', 'phản hồi', 'trả lời', 'thành viên', 'bạn đọc', 'đăng nhập')
_ADVERT: Final = ('quảng cáo', 'tài trợ', 'khuyến m', 'ưu đãi', 'giảm giá', 'miễn phí', 'mua ngay', 'đăng ký', 'đăng kí', '₫', 'ứng dụng')
_HEADING: Final = ('nổi bật', 'liên quan', 'chuyên mục', 'quan tâm', 'tiêu điểm')
_HEADING_WORDS: Final = frozenset({'tin', 'bài', 'đọc', 'xem', 'mới', 'khác', 'nhiều', 'video'})
_FAMILIES: Final = frozenset(
    [
        'nguyễn',
        'trần',
        'lê',
        'phạm',
        'hoàng',
        'huỳnh',
        'phan',
        'vũ',
        'võ',
        'đặng',
        'bùi',
        'đỗ',
        'hồ',
        'ngô',
        'dương',
        'lý',
        'đào',
        'đoàn',
        'vương',
        'trịnh',
        'trương',
        'đinh',
        'lâm',
        'phùng',
        'mai',
        'tô',
        'hà',
        'cao',
        'lương',
    ]
)
_TAG: Final = re.compile(r'^(?:tags?|từ khóa|từ khoá|chủ đề|thẻ|xem thêm về)\b')
_PREFIX: Final = re.compile(r'^(?:\([^)]{2,30}\)|[\w.]{2,20})\s*[-–] ')
_MARK: Final = re.compile(r'^(?:[+*•»o›-] |\d{1,2}[.)/] |[a-zđ]\) )')
_SENTENCE_END: Final = re.compile(r'[.!?…]["”\']? +(?=[^\Wa-z\d])')
_DIGIT: Final = re.compile(r'\d')
_STOP_WORDS: Final = """
    và của là đã được trong cho với không các những một có này khi đến từ để người vào ra cũng như về tại trên theo ông bà sẽ
    nhiều đang bị do sau năm còn hơn nhưng thì mà hai rằng phải nên làm việc trước lại đó"""
_NO_HEADLINE: Final = frozenset({'stop', 'final', 'dots', 'comma', 'colon'})
"""Ends that a headline has not."""
_STOPS: Final = frozenset(_STOP_WORDS.split())
_LENGTHS: Final = (4, 9, 16, 25, 36, 50, 65, 80, 100, 130, 180, 260, 400)
_WORDS: Final = (1, 2, 3, 4, 6, 8, 11, 15, 20, 30, 50)
_CAPITAL_SHARES: Final = (0.01, 0.15, 0.3, 0.5, 0.75, 1.0)
_EVERYDAY: Final = (0.01, 0.1, 0.18, 0.26, 0.35)
_COMMAS: Final = (0.08, 0.2, 0.3)
_SENTENCES: Final = (1, 2, 4)
_DATE_RESTS: Final = (1, 4, 12, 30)
_NAME_EDGES: Final = '“”"\'‘’(),.:;!?…'
_EDGES: Final = _NAME_EDGES + '*+'
"""Signs around a word that are no part of it."""
_STARTS: Final = (('ppointer', _POINTER.match), ('ptag', _TAG.match), ('pasked', _ASKED.match), ('pyear', _YEAR.match))
"""Patterns of the start of a line in lower case."""
_LONGEST_CREDIT: Final = 130
"""Code points beyond which no line is a credit."""
_PHRASES: Final = (('pshare', _SHARE), ('pcomment', _COMMENT), ('pheading', _HEADING), ('padvert', _ADVERT))
"""Everyday words, which say something in a short line only."""


def bucket(value: float, edges: tuple[float, ...]) -> int:
    """How many of the ascending `edges` do not exceed `value`."""
    return bisect_right(edges, value)


class Shape(NamedTuple):
    """What a line looks like: `features` as short strings, `near` the few of them that its neighbours see, and its words."""

    features: tuple[str, ...]
    near: tuple[str, ...]
    key: str
    long: bool
    texty: bool
    short: bool
    heading: bool
    """Has the shape of a headline: some words, no final stop, no date."""
    date: bool
    words: tuple[str, ...]
    names: tuple[str, ...]
    pairs: tuple[str, ...]
    pair_set: frozenset[str]
    name_set: frozenset[str]
    seen: tuple[tuple[str, ...], ...]
    """`near` as a line sees it that has this one at each of `OFFSETS`."""


@lru_cache(maxsize=4096)
def shape(text: str) -> Shape:
    """The shape of a line, a string in NFC. Menus repeat on every page of a site, hence the cache."""
    words = text.split()
    length, end = len(text), _end(text)
    small = text.lower()
    lower = tuple([word.strip(_EDGES) for word in small.split()])
    capitals = [place for place, word in enumerate(words) if word[0].isupper()]
    pairs = tuple([f'{first} {second}' for first, second in pairwise(lower)])
    is_long = length >= VERY_LONG or (length >= LONG and end in {'stop', 'final', 'dots', 'quote', 'quotestop', 'ask'})
    size, count = bucket(length, _LENGTHS), bucket(len(words), _WORDS)
    share = bucket(len(capitals) / max(len(words), 1), _CAPITAL_SHARES)
    digits = len(_DIGIT.findall(text))
    near = (f'l{size}', f'e{end}', f's{_start(text)}', *_patterns(text, small, lower, digits))
    wide = (f'w{count}', f'c{share}', f'l{size}e{end}', f'l{size}c{share}', f'w{count}e{end}c{share}')
    is_date = 't0' in near or 't1' in near
    names = tuple([words[place].strip(_NAME_EDGES) for place in capitals if place])
    return Shape(
        (*near, *wide, *_contents(text, words, lower, digits)),
        near,
        ' '.join(lower),
        is_long,
        length >= TEXTY,
        length < 45 and end not in {'stop', 'final'},
        25 <= length < 170 and len(words) >= 5 and end not in _NO_HEADLINE and not is_date,
        is_date,
        lower,
        names,
        pairs,
        frozenset(pairs),
        frozenset(names),
        _seen(near),
    )


@lru_cache(maxsize=4096)
def _seen(near: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """What lines around it see of a line, by `OFFSETS`."""
    return tuple([tuple([f'{offset}{feature}' for feature in near]) for offset in OFFSETS])


def _end(text: str) -> str:
    """The class of a line's last sign."""
    last = text.rstrip()[-1:]
    if text.endswith('./.'):
        return 'final'
    if text.endswith(('...', '…')):
        return 'dots'
    if last == '.':
        return 'stop'
    classes = (('?!', 'ask'), ('"”’\'', 'quote'), (':', 'colon'), (')', 'paren'), (',;', 'comma'))
    for signs, name in classes:
        if last and last in signs:
            return 'quotestop' if name == 'quote' and text.rstrip()[-2:-1] in '.!?' else name
    return 'digit' if last.isdigit() else 'word' if last.isalpha() else 'sign'


def _start(text: str) -> str:
    """The class of a line's first sign."""
    first = text.lstrip()[:1]
    if first.isdigit():
        return 'digit'
    if first.isalpha():
        return 'upper' if first.isupper() else 'lower'
    return 'quote' if first in '“"‘\'' else 'paren' if first == '(' else 'mark'


def _patterns(text: str, lower: str, words: tuple[str, ...], digits: int) -> list[str]:
    """The patterns that a line has; the cheap signs of each are asked for before the pattern is tried."""
    found = ['pcredit'] if len(lower) <= _LONGEST_CREDIT and _CREDIT.match(lower) else []
    found += [name for name, matches in _STARTS if matches(lower)]
    if _PREFIX.match(text):
        found.append('pprefix')
    if _MARK.match(text):
        found.append('pmark')
    if ('ảnh' in lower or '(' in lower or 'bìa ' in lower or 'từ ' in lower) and _PICTURE.search(text):
        found.append('ppicture')
    if len(text) < LONG:
        found += [name for name, phrases in _PHRASES if _holds(lower, phrases)]
        if 'pheading' not in found and not _HEADING_WORDS.isdisjoint(words):
            found.append('pheading')
    if _holds(lower, _OFFICE):
        found.append('poffice')
    if _holds(lower, _CONTACTS) or (digits > 7 and _TELEPHONE.search(text)):
        found.append('pcontact')
    if digits and _TIME.search(text):
        found.append(f't{bucket(len(_DATE_REST.sub("", text[:80])), _DATE_RESTS)}')
    return found


def _holds(text: str, phrases: tuple[str, ...]) -> bool:
    for phrase in phrases:  # noqa: SIM110 - a third of the time that any() takes, on every line of a dump
        if phrase in text:
            return True
    return False


def _contents(text: str, words: list[str], lower: tuple[str, ...], digits: int) -> list[str]:
    """How a line's words are: everyday words, sentences, digits, capitals, commas."""
    everyday = sum(map(_STOPS.__contains__, lower)) / max(len(words), 1)
    ends = bucket(len(_SENTENCE_END.findall(text)), _SENTENCES) if len(text) > 30 else 0
    found = [f'f{bucket(everyday, _EVERYDAY)}', f'n{ends}']
    if text.isupper():
        found.append('UPPER')
    if digits:
        found.append('digits' if digits * 2 < len(text) else 'mostlydigits')
    commas = text.count(',')
    if commas:
        found.append(f',{bucket(commas / len(words), _COMMAS)}')
    if words and len(words) < 9 and lower[0] in _FAMILIES:
        found.append(f'family{len(words)}')
    if 1 < len(words) <= 6 and all(word[0].isupper() or not word[0].isalpha() for word in words):
        found.append('Name' if '/' not in text else 'Name/')
    return found

"""What the words in `id`, `class` and `itemprop` say of an element: English and Vietnamese words of web designers, by what they name."""

from functools import lru_cache
from typing import Final

_GROUPS: Final = {
    'title': 'title headline heading tieude',
    'lead': 'lead sapo summary excerpt intro abstract description desc teaser',
    'text': 'content body text entry post story article detail fck editor noidung baiviet paragraph main news',
    'author': 'author byline writer source nguon tacgia credit signature reporter',
    'date': 'date time publish published datetime pubdate ngay timestamp posted modified',
    'caption': 'caption figcaption photo image img pic picture thumb avatar media gallery slide',
    'related': 'related relate relation lienquan relative more other others khac suggest recommend readmore xemthem tinkhac same insert cungchuyenmuc',
    'list': 'list item items zone latest newest hot popular most top stream feed region tinmoi xemnhieu docnhieu',
    'tag': 'tag tags keyword keywords topic tukhoa',
    'menu': 'menu nav navbar navigation navi breadcrumb breadcrumbs cate category categories header masthead topbar logo',
    'comment': 'comment comments binhluan cmt reply feedback ykien discuss disqus',
    'share': 'share sharing social like facebook twitter zalo tool tools print email rating rate vote sociable toolbar button btn utility',
    'advert': 'ads advert banner advertising adv qc sponsor promo quangcao qcao sponsored',
    'side': 'sidebar side right aside widget col',
    'footer': 'footer foot copyright bottom',
    'form': 'login search form popup modal overlay hidden register captcha subscribe newsletter poll',
}
_GROUP_OF: Final = {word: name for name, words in _GROUPS.items() for word in words.split()}
_LONG: Final = 5
"""Letters from which a listed word also counts inside a longer one."""
_INSIDE: Final = tuple((word, name) for word, name in _GROUP_OF.items() if len(word) >= _LONG)


@lru_cache(maxsize=1 << 14)
def groups_of(words: tuple[str, ...]) -> frozenset[str]:
    """The names of the groups that the lower-case words fall into. The pages of a site have the same elements, hence the cache."""
    return frozenset([name for word in words for name in _groups_of(word)])


@lru_cache(maxsize=4096)
def _groups_of(word: str) -> tuple[str, ...]:
    exact = _GROUP_OF.get(word)
    return (exact,) if exact else tuple(dict.fromkeys(name for part, name in _INSIDE if part in word))

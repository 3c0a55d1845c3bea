"""Invented stories for the tests of composing and training."""

from builder.training.articles import Article

PLACES = ('An Hòa', 'Bình Lâm', 'Cẩm Sơn', 'Đông Khê', 'Gia Thịnh', 'Hải Lộc', 'Kim Long', 'Lạc Thủy')
PEOPLE = ('Minh', 'Nam', 'Hải', 'Long')
THINGS = ('cây cầu gỗ', 'lễ hội đèn', 'vườn dâu', 'trường học', 'bến thuyền', 'chợ hoa', 'tuyến xe buýt', 'hồ nước')


def articles(count: int) -> list[Article]:
    """So many articles, each with its own place and subject."""
    return [_article(PLACES[number % 8], THINGS[number // 8 % 8], f'Trần Văn {PEOPLE[number % 4]}') for number in range(count)]


def _article(place: str, thing: str, person: str) -> Article:
    paragraphs = [
        f'Sáng nay, người dân xã {place} cùng nhau sửa lại {thing} đã cũ, công việc kéo dài từ sớm đến trưa mới xong.',
        f'Ông {person}, trưởng thôn ở {place}, cho biết {thing} là nơi bà con gặp nhau mỗi tuần. "Ai cũng muốn góp sức", ông nói.',
        f'Theo kế hoạch, {thing} sẽ mở cửa trở lại vào tháng sau, khi xã {place} hoàn tất phần đường dẫn và hàng cây hai bên.',
        f'Nhiều bạn trẻ ở {place} cũng về quê tham gia, họ quét sơn, trồng hoa và chụp ảnh {thing} trước khi trở lại thành phố.',
    ]
    blocks = [('body', text) for text in paragraphs]
    blocks.insert(1, ('caption', f'Người dân {place} bên {thing}. Ảnh: {person}'))
    blocks.append(('byline', person))
    return Article(
        f'Người dân {place} chung tay sửa {thing}',
        f'Hàng trăm người ở {place} vừa cùng nhau sửa lại {thing} của xã.',
        tuple(blocks),
        'Báo Thử',
    )

"""One set of pages in every format, compression and container gives the same pages."""

from pathlib import Path

import datasets
import pytest

from builder.converters.convert import Segment, convert
from builder.converters.inputs import find_inputs
from builder.converters.mapping import field_mapping
from builder.converters.pieces import Rules
from builder.model import Framing, Page, Reject
from builder.plan import load_plan
from builder.shards import plan_shards
from tests.converters.dumps import COMPRESS, CONTAINERS, FORMATS, as_jsonl, as_tar, as_zip, write

PLAN = load_plan()
RULES = Rules(PLAN.limits, field_mapping({}))
RECORDS = [
    {
        'text': f'Tin số {number}, "trích", dấu; phẩy\nDòng hai\tcó tab {{ngoặc}}',
        'url': f'https://a.example/{number}',
        'title': None if number % 2 else 'Tựa',
    }
    for number in range(5)
]
WANTED = [(record['text'], record['url'], record['title']) for record in RECORDS]


def read(*dumps: Path, rules: Rules = RULES) -> list[Page | Reject | Framing]:
    return [item for file in find_inputs(dumps) for item in convert(Segment(file), rules)]


def pages(items: list[Page | Reject | Framing]) -> list[tuple[str, str | None, str | None]]:
    assert not [item for item in items if isinstance(item, Reject)]
    return [(item.text, item.url, item.title) for item in items if isinstance(item, Page)]


@pytest.mark.parametrize('name', FORMATS)
@pytest.mark.parametrize('suffix', ['', *COMPRESS])
def test_every_format_and_compression_gives_the_same_pages(name: str, suffix: str, tmp_path: Path) -> None:
    content = FORMATS[name](RECORDS)
    path = write(tmp_path, name + suffix, COMPRESS[suffix](content) if suffix else content)
    assert pages(read(path)) == WANTED


@pytest.mark.parametrize('name', [name for name in FORMATS if not name.endswith(('csv', 'tsv'))])
def test_content_tells_the_format_where_the_name_is_wrong(name: str, tmp_path: Path) -> None:
    assert pages(read(write(tmp_path, 'download.bin', FORMATS[name](RECORDS)))) == WANTED
    assert pages(read(write(tmp_path, 'page.txt.1', COMPRESS['.gz'](FORMATS[name](RECORDS))))) == WANTED


def test_the_user_can_say_what_the_format_is(tmp_path: Path) -> None:
    path = write(tmp_path, 'rows.data', FORMATS['pages.csv'](RECORDS))
    assert pages(read(path, rules=Rules(PLAN.limits, field_mapping({}), 'csv'))) == WANTED
    as_text = read(write(tmp_path, 'pages.jsonl', as_jsonl(RECORDS)), rules=Rules(PLAN.limits, field_mapping({}), 'text'))
    assert [item.text for item in as_text if isinstance(item, Page)] == [as_jsonl(RECORDS).decode()]


@pytest.mark.parametrize('name', CONTAINERS)
def test_every_container_gives_the_pages_of_its_members(name: str, tmp_path: Path) -> None:
    members = {
        'a/mot.txt': b'Tin mot',
        'a/hai.txt.gz': COMPRESS['.gz'](b'Tin hai'),
        'b/ba.jsonl': b'{"text": "Tin ba"}\n',
        'b/bon.json': b'[{"text": "Tin bon"}]',
    }
    items = read(write(tmp_path, name, CONTAINERS[name](members)))
    found = [(item.text, item.place.path, item.place.member) for item in items if isinstance(item, Page)]
    assert sorted(found) == [
        ('Tin ba', name, 'b/ba.jsonl'),
        ('Tin bon', name, 'b/bon.json'),
        ('Tin hai', name, 'a/hai.txt.gz'),
        ('Tin mot', name, 'a/mot.txt'),
    ]
    assert not [item for item in items if isinstance(item, Reject)]
    size = (tmp_path / name).stat().st_size
    assert [(item.place.start, item.place.end) for item in items if item.place.member is None] == [(0, size)]


def test_a_folder_saved_by_datasets_is_read_and_its_notes_are_framing(tmp_path: Path) -> None:
    datasets.Dataset.from_list(RECORDS).save_to_disk(str(tmp_path / 'saved'))
    items = read(tmp_path / 'saved')
    assert pages(items) == WANTED
    assert sum(isinstance(item, Framing) for item in items) == 2


@pytest.mark.parametrize(
    ('name', 'content', 'reasons'),
    [
        ('nested.zip', as_zip({'inner.tar': as_tar({'a.txt': b'Tin'}, 'w'), 'b.txt': b'Tin'}), ['nested_archive']),
        (
            'evil.tar',
            as_tar({'../../etc/passwd': b'Tin', '/abs.txt': b'Tin', 'good.txt': b'Tin'}, 'w'),
            ['unsafe_member_name', 'unsafe_member_name'],
        ),
        ('evil.zip', as_zip({'..\\..\\a.txt': b'Tin', 'good.txt': b'Tin'}), ['unsafe_member_name']),
        ('picture.jpg', b'\xff\xd8\xff\xe0' + b'\0' * 50, ['unsupported_format']),
        ('page.doc', b'\xd0\xcf\x11\xe0', ['unsupported_format']),
    ],
)
def test_what_must_not_be_read_is_rejected_by_name(name: str, content: bytes, reasons: list[str], tmp_path: Path) -> None:
    items = read(write(tmp_path, name, content))
    assert [item.reason for item in items if isinstance(item, Reject)] == reasons
    assert [item.text for item in items if isinstance(item, Page)] == (['Tin'] if name.endswith(('zip', 'tar')) else [])


def test_a_bomb_is_read_up_to_the_limit_and_rejected_beyond(tmp_path: Path) -> None:
    (tmp_path / 'config.yaml').write_text('limits: {unpacked_bytes: 2000000}\n')
    rules = Rules(load_plan(tmp_path / 'config.yaml').limits, field_mapping({}))
    # Blank lines that are long: what is tested is how far is read, not how many lines that is.
    bomb = COMPRESS['.gz'](as_jsonl(RECORDS) + (b' ' * 9_999 + b'\n') * 1_000)
    for path in (write(tmp_path, 'bomb.jsonl.gz', bomb), write(tmp_path, 'bomb.zip', as_zip({'bomb.jsonl.gz': bomb}))):
        items = read(path, rules=rules)
        assert sum(isinstance(item, Page) for item in items) == len(RECORDS)
        assert [item.reason for item in items if isinstance(item, Reject)] == ['damaged_stream']
        assert any('limits.unpacked_bytes' in item.message for item in items if isinstance(item, Reject))


@pytest.mark.parametrize('mode', ['w', 'w:gz'])
def test_damage_deep_in_a_large_member_is_a_reject_and_not_an_error(mode: str, tmp_path: Path) -> None:
    large = ''.join(f'Dòng {number} {number * number}\n' for number in range(40_000)).encode()
    content = as_tar({'a.txt': b'Tin', 'large.txt': large, 'z.txt': b'Tin'}, mode)
    items = read(write(tmp_path, 'dump.tar', content[: len(content) * 2 // 3]))
    assert [item.place.member for item in items if isinstance(item, Page)] == ['a.txt']
    assert [(item.place.member, item.reason) for item in items if isinstance(item, Reject)] == [
        ('large.txt', 'damaged_stream'),
        (None, 'damaged_archive'),
    ]


def test_an_archive_is_never_cut_into_ranges(tmp_path: Path) -> None:
    path = write(tmp_path, 'dump.tar', as_tar({'a.jsonl': as_jsonl(RECORDS)}, 'w'))
    shards = plan_shards(find_inputs([path]), 1_000, 'jsonl')
    assert [(segment.start, segment.end) for shard in shards for segment in shard.segments] == [(0, None)]

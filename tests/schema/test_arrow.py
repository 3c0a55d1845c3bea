import datasets
import pyarrow as pa
import pytest

from builder.labels import KINDS, LABELS, NER_TAGS
from builder.release.rows import CONFIGS
from builder.schema.arrow import staged_schema
from builder.schema.features import features, release_schema


@pytest.mark.parametrize('config', CONFIGS)
def test_datasets_reads_the_features_back_from_the_parquet_schema(config: str) -> None:
    assert datasets.Features.from_arrow_schema(release_schema(config)) == features(config)


@pytest.mark.parametrize('config', CONFIGS)
def test_features_and_parquet_have_the_same_arrow_types(config: str) -> None:
    assert features(config).arrow_schema.remove_metadata() == release_schema(config).remove_metadata()


def test_class_labels_keep_the_order_of_the_label_set() -> None:
    assert features('lines')['label'].names == list(LABELS)
    assert features('lines')['kind'].names == list(KINDS)
    assert features('entities')['ner_tags'].feature.names == list(NER_TAGS)
    assert features('pages')['lines'].feature['votes'].feature['kind'].names == list(KINDS)


def test_staged_records_carry_names_not_ids() -> None:
    line = staged_schema('page').field('lines').type.value_type
    assert line.field('label').type == pa.string()
    assert line.field('confidence').type == pa.float32()

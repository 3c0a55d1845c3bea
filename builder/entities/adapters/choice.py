"""From what `--tagger` says to the tagger."""

from pathlib import Path
from typing import Final

from builder.entities.adapters.transformers import load_transformers
from builder.entities.adapters.underthesea import load_underthesea
from builder.entities.crf_tagger import CrfTagger
from builder.entities.tagger import BesideRules, Voter, load_tagger
from builder.errors import UsageError
from builder.labels import ENTITY_TYPES

SHIPPED: Final = 'crf'
CHOICES: Final = 'crf (shipped), crf:WEIGHTS, rules, underthesea or transformers:FOLDER'


def choose_tagger(said: str) -> Voter:
    """The tagger of a name, with a path behind a colon where it needs one.

    Raises UsageError where there is no such tagger, its extra is not installed, or its types are not those of a record; ModelError where
    weights are not the recorded ones.
    """
    name, colon, path = said.partition(':')
    if said == SHIPPED:
        return CrfTagger()
    if said == 'rules':
        return load_tagger()
    if said == 'underthesea':
        return BesideRules(load_underthesea())
    if name == 'transformers' and path:
        return BesideRules(load_transformers(Path(path)))
    if own := own_weights(said):
        return _crf(own)
    raise UsageError(f'--tagger {said}: no such tagger{", or its path is missing" if colon else ""}; give {CHOICES}')


def own_weights(said: str) -> Path | None:
    """The CRF's weights of the user's own that `said` names, if any: to be opened in a process that may die of it (`builder.apart`)."""
    name, _, path = said.partition(':')
    return Path(path) if name == 'crf' and path else None


def _crf(weights: Path) -> CrfTagger:
    tagger = CrfTagger(weights)
    unknown = [kind for kind in tagger.types if kind not in ENTITY_TYPES]
    if unknown:
        raise UsageError(f'{weights}: finds {", ".join(unknown)}, but a record knows {", ".join(ENTITY_TYPES)} alone')
    return tagger

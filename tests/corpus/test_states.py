"""The registry keeps up with the corpus: after any change it is what it would be, read from nothing."""

import random

import pytest
from changing import agree, change, draft_of

from corpus.corrections import Corrections
from corpus.records import Draft, SpeakerKind
from corpus.registry import Registry
from corpus.store import Store
from corpus.writing import Writer


@pytest.mark.parametrize("seed", range(4))
def test_it_keeps_up(store: Store, writer: Writer, seed: int) -> None:
    """Whatever is added, edited, removed and corrected, in any order, all answers are as read from nothing."""
    dice = random.Random(seed)
    writer.add([draft_of(dice, at) for at in range(6)])
    made = Corrections(store)
    kept = Registry.load(store)
    for step in range(25):
        for _ in range(dice.randint(1, 2)):
            change(dice, writer, made, step)
        kept = kept.refreshed(store)
        agree(kept, Registry.load(store), store)


def test_whom_a_change_concerns(store: Store, writer: Writer) -> None:
    """It tells whose profiles may be others since an earlier state, and that it does not know of a foreign one."""
    writer.add([Draft(key="a", text='mayor Odile Tarn said "Yes." Bo Lindqvist said "No."')])
    first = Registry.load(store)
    writer.add([Draft(key="b", text='Odile Tarn said "Maybe." Sam Poe said "Well."')])
    second = first.refreshed(store)
    names = {profile.speaker.name: profile.speaker.id for profile in second.profiles}
    assert second.changed_since(first.stamp) == {names["Odile Tarn"], names["Sam Poe"]}
    assert second.changed_since(second.stamp) == frozenset()
    assert Registry.load(store).changed_since(first.stamp) is None


def test_only_what_changed_is_read(store: Store, writer: Writer) -> None:
    """The kinds of what is there stay: an organisation's row, a person's, and one that is only described."""
    writer.add([Draft(key="a", text='FERRY BOARD said "Yes." somebody said "No."')])
    first = Registry.load(store)
    writer.add([Draft(key="b", text='Sam Poe said "Well."')])
    kept = first.refreshed(store)
    assert [profile.speaker.kind for profile in kept.profiles] == [SpeakerKind.ORGANISATION, SpeakerKind.PERSON]
    assert first.profiles == kept.profiles[:1]

"""One contract for all encoders, kept by the fake as by the real ones; and the compiled model equals the original."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from fakes import HashEncoder

from index.encoder import averaged
from index.errors import EmbeddingError

if TYPE_CHECKING:
    from index.encoder import Encoder

TEXTS = (
    "The minister said on Tuesday that no decision had been taken.",
    "“I never signed it,” Senator Roe told reporters in Port Vale.",
    "Prices rose by 3.5 percent.",
    "한국 대통령은 회담을 거부했다.",
    "Ærø, Öksüz, naïve façade – “quoted” … 🎉",
    "a",
)


@pytest.fixture(params=["hash", "bundled", "on_torch"])
def any_encoder(request: pytest.FixtureRequest) -> Encoder:
    """Each encoder in turn."""
    if request.param == "hash":
        return HashEncoder(dimension=128)
    encoder: Encoder = request.getfixturevalue(request.param)
    return encoder


def long_text(encoder: Encoder, words: str, windows: float) -> str:
    """Return words repeated until they fill so many windows."""
    return " ".join([words] * int(windows * encoder.window / encoder.measure([words])[0]))


def test_vectors_have_unit_length(any_encoder: Encoder) -> None:
    """There is one float32 row of unit L2 norm a text."""
    vectors = any_encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), any_encoder.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


def test_vectors_come_in_the_order_of_the_texts(any_encoder: Encoder) -> None:
    """A text's vector does not depend on its neighbours, nor on its place among them."""
    texts = [*TEXTS, *(f"{text} And more was said about the treaty." for text in TEXTS * 4)]
    together = any_encoder.encode(texts)
    backwards = any_encoder.encode(texts[::-1])[::-1]
    alone = np.concatenate([any_encoder.encode([text]) for text in texts[: len(TEXTS)]])
    assert np.allclose(together, backwards, atol=1e-5)
    assert np.allclose(together[: len(TEXTS)], alone, atol=1e-5)


def test_equal_texts_have_equal_vectors(any_encoder: Encoder) -> None:
    """The model is deterministic to the bit, so that answers are."""
    assert np.array_equal(any_encoder.encode(TEXTS), any_encoder.encode(TEXTS))


def test_no_texts_have_no_vectors(any_encoder: Encoder) -> None:
    """The result for nothing has the model's dimension all the same."""
    assert any_encoder.encode([]).shape == (0, any_encoder.dimension)
    assert any_encoder.measure([]) == []


@pytest.mark.parametrize("text", ["", " \n\t ", "\x00", "🎉", "\ufffd", "\u200b", "…", "x" * 5000])
def test_strange_texts_have_vectors(any_encoder: Encoder, text: str) -> None:
    """Nothing, white space, control characters, emoji and one endless word are embedded like anything else."""
    (vector,) = any_encoder.encode([text])
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(any_encoder.encode_questions([text])[0]) == pytest.approx(1, abs=1e-5)


def test_a_text_longer_than_the_window_is_read_to_its_end(any_encoder: Encoder) -> None:
    """What differs only in the third window differs in its vector."""
    start = long_text(any_encoder, "the treaty was signed in spring", 2.2)
    first, second = any_encoder.encode([f"{start} volcano volcano volcano", f"{start} ferry ferry ferry"])
    assert float(first @ second) < 0.9999


def test_a_long_text_lies_between_its_parts(any_encoder: Encoder) -> None:
    """Half about one thing, half about another, it is as near to both: windows count by their length."""
    one = long_text(any_encoder, "the volcano erupted again", 3)
    other = long_text(any_encoder, "chess players met in the hall", 3)
    first, second, both = any_encoder.encode([one, other, f"{one} {other}"])
    assert float(both @ first) == pytest.approx(float(both @ second), abs=0.2)
    assert float(both @ first) > float(first @ second) + 0.1


def test_a_question_has_one_vector(any_encoder: Encoder) -> None:
    """It is a row of unit length, near the passage that says the same, and far from one that does not."""
    asked = any_encoder.encode_questions(["What did Senator Roe say in Port Vale?"])[0]
    assert asked.shape == (any_encoder.dimension,)
    assert asked.dtype == np.float32
    cosines = any_encoder.encode(TEXTS) @ asked
    assert int(np.argmax(cosines)) == 1


def test_a_long_question_is_read_to_its_end(any_encoder: Encoder) -> None:
    """A question longer than the window is not cut off either."""
    start = long_text(any_encoder, "the treaty was signed in spring", 1.5)
    first = any_encoder.encode_questions([f"{start} volcano volcano volcano volcano volcano"])[0]
    second = any_encoder.encode_questions([f"{start} ferry ferry ferry ferry ferry"])[0]
    assert float(first @ second) < 0.9999


def test_half_a_surrogate_pair_is_refused_with_its_position(any_encoder: Encoder) -> None:
    """A text that no encoding can say is named by its position; none of the others is taken for it."""
    with pytest.raises(EmbeddingError, match="text 1 of the batch") as caught:
        any_encoder.encode(["fine", "broken \ud83d", "fine"])
    assert caught.value.position == 1
    with pytest.raises(EmbeddingError):
        any_encoder.encode_questions(["\udc00"])[0]


def test_lengths_are_about_additive(any_encoder: Encoder) -> None:
    """Two texts together are about as long as each alone; passages are packed by that."""
    lengths = any_encoder.measure(TEXTS)
    assert all(length > 0 for length in lengths)
    assert any_encoder.measure([" ".join(TEXTS)])[0] == pytest.approx(sum(lengths), abs=2)
    assert any_encoder.measure(["\n\n".join(TEXTS)])[0] == pytest.approx(sum(lengths), abs=2)
    assert any_encoder.measure([""]) == [0]


def test_the_encoder_says_what_it_is(any_encoder: Encoder) -> None:
    """Fingerprint, dimension and window are there, and do not change."""
    assert any_encoder.fingerprint
    assert any_encoder.fingerprint == any_encoder.fingerprint
    assert any_encoder.dimension == len(any_encoder.encode_questions(["a"])[0])
    assert any_encoder.window >= 32
    assert 0 < any_encoder.least_cosine < 1


def test_threads_may_share_an_encoder(any_encoder: Encoder) -> None:
    """Several questions at once get the vectors that they get one by one."""
    questions = [f"What did they say about treaty number {n}?" for n in range(24)]
    expected = any_encoder.encode_questions(questions)
    with ThreadPoolExecutor(4) as pool:
        found = np.concatenate(list(pool.map(any_encoder.encode_questions, [[question] for question in questions])))
    assert np.allclose(found, expected, atol=1e-6)


def cosines(first: Any, second: Any) -> list[float]:
    """Return the cosines of rows of unit length."""
    return [float(one @ other) for one, other in zip(first, second, strict=True)]


def test_the_compiled_model_equals_the_original(bundled: Encoder, original: Any) -> None:
    """Its vectors are nearly those of sentence-transformers, for single texts and for padded batches."""
    texts = [*TEXTS, *(f"{text} {TEXTS[0]} {TEXTS[1]}" for text in TEXTS)]
    expected = original.encode(texts, normalize_embeddings=True)
    for seen in (cosines(bundled.encode(texts), expected), cosines(bundled.encode_questions(texts), expected)):
        assert min(seen) > 0.98
        assert sum(seen) / len(seen) > 0.99


def test_running_on_torch_gives_the_same_vectors(bundled: Encoder, on_torch: Encoder) -> None:
    """A model that is not compiled is read in the same windows, so that only its speed differs."""
    texts = [*TEXTS, "", long_text(bundled, "the treaty was signed in spring", 2.5) + " and the ferry sank"]
    assert min(cosines(bundled.encode(texts), on_torch.encode(texts))) > 0.95
    assert bundled.measure(texts) == on_torch.measure(texts)
    assert bundled.window == on_torch.window
    assert bundled.fingerprint == on_torch.fingerprint


def test_windows_are_averaged_by_their_length() -> None:
    """Three tokens of one direction and one of another lie three to one between them."""
    windows = np.array([[1, 0], [0, 1], [0, 1]], np.float32)
    result = averaged(windows, [3, 1, 5], [0, 0, 1], 2)
    assert result == pytest.approx(np.array([[3, 1], [0, 1]]) / np.array([[10**0.5], [1]]))


def test_windows_that_cancel_each_other_out_are_no_nan() -> None:
    """A sum of nothing stays zero, so that no comparison with it is undefined."""
    result = averaged(np.array([[1, 0], [-1, 0]], np.float32), [2, 2], [0, 0], 1)
    assert result.tolist() == [[0, 0]]

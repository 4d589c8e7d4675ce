"""How near is near: cosines mean different things to different models.

Each model is shown questions with passages that answer them and passages that do not. The cosine below which a passage
is too far off to answer anything lies at the same share of the way between the two for every model; that share was
found with the bundled model on labelled questions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from index.encoder import Encoder

SHARE = 0.589
"""Of 288 answerable training questions, 99 % have a passage nearer than this with the bundled model (cosine 0.40),
which questions about something else altogether do not reach."""

PAIRS = (
    ("What did the mayor say about the bridge?", "The mayor said that the old bridge would be closed for repairs."),
    ("Why were the trains late?", "Trains ran late on Monday because of snow on the tracks."),
    ("How did the union respond to the pay offer?", "The union rejected the offer, and called for a strike."),
    ("Who won the chess tournament?", "A student of sixteen years won the chess tournament in the final round."),
    ("What is known about the fire at the museum?", "A fire destroyed the roof of the city museum; nobody was hurt."),
    ("What did the minister say about rents?", "Rents would be frozen for a year, the housing minister announced."),
)
"""Invented questions, each with a passage that answers it and none of the others."""


def least_cosine(encoder: Encoder) -> float:
    """Return the cosine between question and passage below which a model's passages answer nothing."""
    questions = encoder.encode_questions([question for question, _ in PAIRS])
    cosines = questions @ encoder.encode([passage for _, passage in PAIRS]).T
    answering = np.eye(len(PAIRS), dtype=bool)
    near, far = float(cosines[answering].mean()), float(cosines[~answering].mean())
    return far + SHARE * (near - far)

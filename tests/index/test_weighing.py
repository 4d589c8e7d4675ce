"""Which statements may answer, in which order."""

from __future__ import annotations

from corpus.records import Span, Statement
from index.ranking import Candidate
from index.weighing import Weighed, attributed_first


def said(number: int, *speakers: int) -> Candidate:
    """Return a candidate."""
    statement = Statement(
        id=number,
        article=1,
        kind="direct",
        confidence=1.0,
        source=(),
        cue=(),
        content=(Span(0, 1),),
        speakers=speakers,
    )
    return Candidate(statement, (), 1.0 / number)


def test_statements_of_unknown_speakers_come_last() -> None:
    """Who is asked about cannot be told to have said them; in each part the better one stays first."""
    weighed = Weighed((said(1), said(2, 7), said(3), said(4, 8)), {}, 4)
    assert [each.statement.id for each in attributed_first(weighed).ranked] == [2, 4, 1, 3]

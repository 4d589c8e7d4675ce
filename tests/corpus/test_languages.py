"""Languages: told where the text is long enough, None where it is not."""

from __future__ import annotations

import pytest

from corpus.languages import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The council approved the plan for the harbour on Monday after a long debate.", "en"),
        ("Der Stadtrat hat den Plan für den Hafen am Montag nach langer Debatte genehmigt.", "de"),
        ("Le conseil a approuvé lundi le plan du port après un long débat.", "fr"),
        ("El consejo aprobó el lunes el plan del puerto tras un largo debate.", "es"),
        ("Городской совет утвердил в понедельник план развития порта.", "ru"),
        ("시의회는 월요일 오랜 토론 끝에 항구 계획을 승인했다.", "ko"),
        ("市議会は月曜日、長い議論の末に港の計画を承認した。", "ja"),
        ("hello", None),
        ("소아쌤", None),
        ("1234 5678 9012 3456 7890 1234", None),
        ("", None),
    ],
)
def test_the_language_is_told_or_left_open(text: str, language: str | None) -> None:
    """A sentence has its ISO 639-1 code; what is too short to tell has none."""
    assert detect(text) == language

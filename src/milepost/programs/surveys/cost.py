"""What each added question costs in answers, said before it is added."""

from __future__ import annotations

from milepost.programs.surveys.survey import Survey

# MacElroy (2000), Quirk's Marketing Research Review, as reported by others: 7 of 100 business
# respondents gave up on surveys of 10 screens. Hoerger (2010), Cyberpsychology, Behavior, and
# Social Networking 13(6): 10 of 100 students left at once, then 2 for every 100 items. The dearer
# of the two counts here, since customers are not paid with course credit.
LOST_PER_SCREEN = 0.007
SOURCE = "7 of 100 gave up on 10 screens, MacElroy 2000; 2 of 100 on 100 items, Hoerger 2010"


def lost(further: int) -> float:
    """The share of those who begin that will not finish because of so many further questions.

    >>> round(lost(10), 3)
    0.068
    """
    return float(1 - (1 - LOST_PER_SCREEN) ** further)


def cost(survey: Survey) -> str | None:
    """One line on what the further questions cost; None without any.

    It is a rule of thumb from studies of longer surveys than these; a survey's own answers by step
    say more as soon as there are some.
    """
    count = len(survey.further)
    if not count:
        return None
    questions = "question costs" if count == 1 else "questions cost"
    return (
        f"{count} further {questions} about {max(1, round(100 * lost(count)))} of 100 finished"
        f" answers, each one up to 1 (a rule of thumb: {SOURCE}); first scores are kept"
    )

"""How the SMART coach agrees with a person, by letter and by rule, in three languages."""

import time

from goals.tracking.smart.text import look
from tests.goals.tracking.smart import corpus

#: What a sentence may take once the words are loaded, on average.
MILLISECONDS = 5.0
#: Floors on what no rule was tuned on, for each letter and language.
PRECISION, RECALL = 0.7, 0.7
#: The floor on rules that only warn.
WARNING = 0.5


def run(*, seed: int = 1) -> bool:
    """Print precision and recall for every set; tell whether the floors hold."""
    good = True
    print("  language half         letter  precision  recall  agreement  of")
    for language in corpus.LANGUAGES:
        for half in (*corpus.HALVES, corpus.SECOND):
            for letter, score in corpus.scores(language, half).items():
                print(
                    f"  {language:<8} {half:<12} {letter:<7} {score.precision:>9.2f} "
                    f"{score.recall:>7.2f} {score.agreement:>10.2f} {score.told:>3}"
                )
                if half != "development":
                    good &= score.precision >= PRECISION and score.recall >= RECALL
        print(f"  {language:<8} rule on the second set  precision  recall  of")
        for rule, score in corpus.by_rule(language).items():
            print(
                f"  {language:<8} smart-{rule:<16} {score.precision:>9.2f} "
                f"{score.recall:>7.2f} {score.told:>3}"
            )
        print(f"  {language:<8} rule that only warns    precision  recall  of")
        for rule, score in corpus.by_warning(language).items():
            print(
                f"  {language:<8} smart-{rule:<16} {score.precision:>9.2f} "
                f"{score.recall:>7.2f} {score.told:>3}"
            )
            # A rule that nobody was asked about is not known to be right.
            good &= score.told > 0 and score.precision >= WARNING and score.recall >= WARNING
        taken = milliseconds(language)
        print(f"  {language:<8} {taken:.2f} ms a statement")
        good &= taken < MILLISECONDS
    return good


def milliseconds(language: str) -> float:
    """Return the processor's time for a statement on average, the words already loaded."""
    told = list(corpus.statements(language))
    look.look(told[0].text, today=told[0].today)
    start = time.process_time()
    for one in told:
        look.look(one.text, today=one.today)
    return (time.process_time() - start) * 1000 / len(told)

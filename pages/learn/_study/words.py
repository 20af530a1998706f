"""What the repetitions show, in words that change with them."""

import numpy as np

from pages._ui.words import code, count, inside, listed, number, plain
from pages.learn._study.settings import ALPHA, Question
from sim.inference.counting import Study
from sim.inference.error_rates import Rate
from sim.inference.plan import prepare

GUESSES = ("In about 5% of the studies", "More often", "Less often", "Just show me")
ROWS = "rows"
# What is off by chance in one of 20 studies would be off on most screens.
SURE = 0.999


def percent(value: float) -> str:
    """A share as a percentage with as many digits as it needs."""
    digits = 0 if 0.0995 < value < 0.9905 or value in (0.0, 1.0) else 1
    return f"{100 * value:.{digits}f}%"


def with_interval(rate: Rate) -> str:
    """A share with its Monte-Carlo interval, as text."""
    low, high = rate.interval()
    return f"{percent(rate.estimate)} ({percent(low)} to {percent(high)})" if rate.n else "–"


def method_label(method: str) -> str:
    """A method as the table and the picture call it."""
    if method == "lmer":
        return "lmer"
    return "lm, single rows" if method == ROWS else f"by {method}"


def verdict(rate: Rate) -> str:
    """One of the first three guesses; a careful one, because many are made on one page."""
    low, high = rate.interval(SURE)
    if low > ALPHA:
        return GUESSES[1]
    return GUESSES[2] if high < ALPHA else GUESSES[0]


def guess_words(guess: str, study: Study) -> str:
    """What was expected and what came; Markdown, empty without a guess."""
    rate = study.of().rejected
    if guess == GUESSES[3] or not rate.n:
        return ""
    found = verdict(rate)
    ending = ", as you said." if found == guess else "."
    now = "It is" if study.done == study.asked else "So far it is"
    return f"You expected: *{inside(guess)}*. {now}: **{inside(found)}**{ending}"


def missing_effects(question: Question) -> list[tuple[str, str, float]]:
    """Random effects of the story that the model leaves out: group, term, SD."""
    world = question.worlds[-1]
    design = prepare(world.plan).design
    truth = world.plan.scenario.truth(**dict(world.plan.parameters))
    known = {} if truth is None else truth.beside(design.x_names).sd
    frame = world.plan.data(0).iloc[design.rows]
    found: list[tuple[str, str, float]] = []
    seen: list[tuple[np.ndarray, str]] = []
    for block in design.blocks:
        # A factor in a bracket without intercept has a column for each of its levels.
        cells = len(block.names) > 1 and "(Intercept)" not in block.names
        terms = [*block.names, *(term for _, term in known if cells)]
        seen += [(block.codes, term) for term in terms]
    for (group, term), sd in known.items():
        codes = frame.groupby(group.split(":"), observed=True, sort=False).ngroup().to_numpy()
        # The story may know the same classes under several names.
        if sd > 0 and not any(t == term and _same_partition(codes, other) for other, t in seen):
            found.append((group, term, sd))
            seen.append((codes, term))
    return found


def _same_partition(first: np.ndarray, second: np.ndarray) -> bool:
    pairs = len(np.unique(np.stack([first, second]), axis=1).T)
    return pairs == len(np.unique(first)) == len(np.unique(second))


def _missing_words(question: Question) -> str:
    parts = []
    for group, term, sd in missing_effects(question):
        if term == "(Intercept)":
            parts.append(f"levels of {code(group)} that differ (SD {number(sd)})")
        else:
            parts.append(f"an effect {code(term)} that differs by {code(group)} (SD {number(sd)})")
    return listed(parts) if parts else ""


def error_words(question: Question, study: Study) -> str:
    """How often nothing is called something, and why; Markdown."""
    rate = study.of().rejected
    if not rate.n:
        return "No repetition has a test yet."
    missing = _missing_words(question)
    start = (
        f"**Nothing is there**, and {rate.hits:,} of {count(rate.n, 'study', 'studies')} say "
        f"“significant”: a type I error rate of **{with_interval(rate)}**."
    )
    found = verdict(rate)
    if found == GUESSES[1]:
        reason = (
            f"The story has {missing}, and the model leaves that out: it takes it for noise that "
            "averages out over the rows, counts more independent facts than there are, and so its "
            "standard error is too small."
            if missing
            else _other_reason(study)
        )
        return f"{start} That is more than the promised 5%. {reason}"
    if found == GUESSES[2]:
        return f"{start} That is less than 5%: the test is careful, which costs power."
    if missing:
        return (
            f"{start} That goes with the promised 5%, although the model leaves out {missing}: it "
            f"does not matter for {code(question.term)}, or not enough to be seen in so many "
            "repetitions."
        )
    return f"{start} {_about_five(rate)}"


def _about_five(rate: Rate) -> str:
    """Why about 5% is said even of an interval that just leaves 5% out."""
    if just_missed(rate, ALPHA):
        return (
            "The brackets just leave 5% out, as they do by chance for one honest test in 20: more "
            "repetitions will tell."
        )
    return "That goes with the 5% that a test at 5% promises."


def just_missed(rate: Rate, promised: float) -> bool:
    """Whether the interval shown leaves the promise out, but too little to be sure."""
    (low, high), (least, most) = rate.interval(), rate.interval(SURE)
    return not low <= promised <= high and least <= promised <= most


def _other_reason(study: Study) -> str:
    if study.of().singular.estimate > 0.5:
        return (
            "Most fits are singular: one participant's values lie further apart than those of "
            "strangers, which no random intercept can describe. Its SD stops at 0, and the test "
            "becomes that of lm on single rows."
        )
    return "The model believes something that is not so in this story."


def is_too_eager(null: Study | None, method: str = "lmer") -> bool:
    """Whether a test says "significant" too often where nothing is there."""
    return null is not None and verdict(null.of(method).rejected) == GUESSES[1]


def power_words(study: Study, null: Study | None) -> str:
    """How often the effect is found, and how large it then looks; Markdown."""
    counts = study.of()
    rate = counts.rejected
    if not rate.n or study.truth is None:
        return ""
    start = (
        f"**The effect is there** ({study.truth:g}), and {percent(rate.estimate)} of the studies "
        f"find it: that is the **power, {with_interval(rate)}**."
    )
    if is_too_eager(null) and null is not None:
        false = percent(null.of().rejected.estimate)
        start += f" It is worth little here, as the same test finds {false} where nothing is."
    elif rate.estimate < 0.95:
        start += " The others did nothing wrong: they were too small, or had bad luck."
    more = counts.exaggeration
    if more is not None and more.n >= 20 and more.interval()[0] > 1.05:
        start += (
            f" Those that find it show it {number(more.estimate, 2)} times as large as it is: "
            "only the lucky ones got over the hurdle."
        )
    wrong = counts.wrong_sign
    if wrong is not None and wrong.hits:
        start += f" {count(wrong.hits, 'of them has', 'of them have')} the wrong sign."
    return start


def coverage_words(study: Study) -> str:
    """Whether intervals and estimates can be trusted; Markdown."""
    covered, bias = study.of().covered, study.of().bias
    if covered is None or bias is None or not covered.n:
        return ""
    low, high = covered.interval(SURE)
    promise = "which goes with the 95% promised"
    if high < 1 - ALPHA:
        promise = "fewer than the 95% promised: they are too short"
    elif low > 1 - ALPHA:
        promise = "more than the 95% promised: they are longer than they need to be"
    elif just_missed(covered, 1 - ALPHA):
        promise = "which may still be the 95% promised: more repetitions will tell"
    clear = bias.interval(SURE)
    low, high = bias.interval()
    off = (
        f"on average the estimate is off by {number(bias.estimate, 2)} "
        f"({number(low, 2)} to {number(high, 2)})"
    )
    off += ": **biased**" if clear[0] > 0 or clear[1] < 0 else ", no bias to be seen"
    return (
        f"**{with_interval(covered)}** of the 95% intervals hold the truth, {promise}. And {off}."
    )


def fit_words(study: Study) -> str:
    """Singular fits, fits that did not converge, studies that failed; Markdown."""
    counts = study.of()
    if not study.done:
        return ""
    parts = [f"**{with_interval(counts.singular)}** of the fits are singular"]
    if counts.singular.estimate > 0.2:
        parts[0] += ", which is an answer, not an error: some SD is estimated as 0, or some "
        parts[0] += "correlation as ±1"
    parts.append(
        f"{counts.not_converged.hits:,} did not converge"
        if counts.not_converged.hits
        else "all of them converged"
    )
    text = "; ".join(parts) + "."
    if counts.failed.hits:
        text += (
            f" **{count(counts.failed.hits, 'repetition')} failed** and cannot be counted in the "
            "shares above."
        )
    for reason, times in study.failures.items():
        text += f" {times:,} ×: {plain(reason)}"
    return text


def compare_words(question: Question, null: Study | None, effect: Study | None) -> str:
    """What becomes of the same data without a mixed model; Markdown."""
    study = null or effect
    if study is None or not study.of().rejected.n:
        return ""
    participant = question.dataset.roles.participant
    parts = []
    if null is not None and ROWS in null.outcomes:
        rate = null.of(ROWS).rejected
        found = verdict(rate)
        if found == GUESSES[1]:
            parts.append(
                f"**lm** on single rows is wrong in {percent(rate.estimate)}: "
                f"{_why_rows_fail(null)}"
            )
        elif found == GUESSES[2]:
            parts.append(
                f"**lm** on single rows errs in {percent(rate.estimate)} only, because the "
                "differences between participants swell its noise; for the same reason it "
                "overlooks effects."
            )
    for method in study.outcomes:
        if method in ("lmer", ROWS):
            continue
        parts.append(_means_words(method, study, null, participant))
    return " ".join(part for part in parts if part)


def _why_rows_fail(null: Study) -> str:
    """Rows of one participant are alike; worse where participants differ in the predictor too."""
    bias = null.of(ROWS).bias
    if (
        bias is not None
        and bias.n >= 2
        and not bias.interval(SURE)[0] <= 0 <= bias.interval(SURE)[1]
    ):
        return (
            f"it finds {number(bias.estimate, 2)} on average where there is nothing, because it "
            "mixes how participants differ with what changes within each of them."
        )
    return "it takes every row for a new participant."


def _means_words(method: str, study: Study, null: Study | None, participant: str) -> str:
    label = f"The test **by {code(method)}**"
    if not study.of(method).rejected.n:
        return f"{label} is not defined for this model."
    close = abs(study.of(method).rejected.estimate - study.of().rejected.estimate) < 0.004
    if null is None:
        return ""
    rate = null.of(method).rejected
    if verdict(rate) == GUESSES[1] and method == participant:
        others = [name for name in null.outcomes if name not in ("lmer", ROWS, method)]
        why = (
            f"averaging hides how levels of {listed([code(name) for name in others])} differ, but "
            "the luck of having drawn these few stays in every mean"
            if others
            else "averaging hides something that differs, but it stays in the means"
        )
        return f"{label}, the classic ANOVA on means, is wrong in {percent(rate.estimate)}: {why}."
    alone = len(set(null.outcomes) - {"lmer", ROWS}) == 1
    if close and alone:
        return (
            f"{label}, the classic ANOVA on means, agrees with lmer: in a balanced design with "
            "one grouping factor the two are the same test, as long as the model has what varies."
        )
    if just_missed(rate, ALPHA):
        return f"{label} may still keep its 5%, with {with_interval(rate)} so far."
    if verdict(rate) == GUESSES[0]:
        return f"{label} keeps its 5%, with {with_interval(rate)}."
    return f"{label}: {with_interval(rate)} false alarms."

"""Do I need a one-sided or a two-sided test? A short path in words."""

import streamlit as st

from pages._ui.frame import section

WHEN = ("Yes, I wrote it down", "No", "I have seen the data already")
OTHER_SIDE = ("Yes", "No, it would be the same as no effect")
WHAT = ("Two groups, or one coefficient", "Several groups or several coefficients at once")

RULES = """
1. **What would you have said before you saw the data?** “The groups differ”: two-sided. “B is
   better than A”: perhaps one-sided; go on. You have already looked: two-sided.
2. **What if it came out strongly the other way?** If you would report it, or act on it, or wonder
   about it: two-sided. If “worse” and “no difference” would make you do the same: one-sided.
3. **Can the statistic take a side at all?** t can: it has a sign. F and PRE cannot: they have one
   *tail*, but differences in every direction land in it. “One-tailed” describes the picture,
   “one-sided” describes the hypothesis.
4. **In doubt: two-sided**, and say so. A one-sided p that readers have to trust you about
   convinces nobody.
"""


def verdict(when: str | None, other_side: str | None, what: str | None) -> str:
    """The advice, as Markdown; empty until the questions that matter are answered."""
    if when is None or what is None or (when == WHEN[0] and other_side is None):
        return ""
    several = what == WHAT[1]
    if when == WHEN[2]:
        first = (
            "**Two-sided.** You cannot go back to before the data. A side chosen after looking "
            "doubles the error rate, as you can watch above."
        )
    elif when == WHEN[1]:
        first = "**Two-sided.** You did not predict a direction, so both directions count."
    elif other_side == OTHER_SIDE[0]:
        first = (
            "**Two-sided.** You would not ignore a strong result on the other side, so that side "
            "belongs to your rejection region, and has to be paid for."
        )
    else:
        first = (
            "**One-sided.** All of alpha goes into the tail you predicted. The price: whatever "
            "falls on the other side, however far out, counts as “no”."
        )
    if not several:
        return f"{first} Use **t**: it keeps the sign."
    if first.startswith("**One-sided"):
        return (
            f"{first} But several differences at once have no single side, and F has no direction: "
            "do not halve its p. **Plan one difference** (one contrast) and test it with t."
        )
    return (
        f"{first} Use **F or PRE**. Look at the upper tail only, and do not halve p: this one tail "
        "holds the differences in all directions."
    )


def path_section() -> None:
    """Three questions and an answer; the same path in words below."""
    section("One-sided or two-sided: which do I need?", "Answer for a study of your own.")
    when = st.pills(
        "Did you say, before you saw the data, which direction it would go?",
        WHEN,
        key="path.when",
        bind="query-params",
    )
    other_side = None
    if when == WHEN[0]:
        other_side = st.pills(
            "If it came out strongly the other way: would you report it, or do something about it?",
            OTHER_SIDE,
            key="path.other",
            bind="query-params",
        )
    what = st.pills("What do you compare?", WHAT, key="path.what", bind="query-params")
    if advice := verdict(when, other_side, what):
        st.info(advice, icon=":material/signpost:")
    st.markdown(RULES)

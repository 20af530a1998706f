"""PRE: how much smaller the errors get, and the F of it."""

import streamlit as st

from pages._ui.frame import section, show
from pages._ui.words import number
from pages.learn._tails.data import errors_picture
from pages.learn._tails.distribution import p_words
from pages.learn._tails.settings import Study
from pages.learn._tails.words import percent


def reduction_words(study: Study) -> list[str]:
    """PRE and F, with the numbers put in."""
    found = study.comparison
    df_more, df_left = found.df
    groups = study.settings.truth.n_groups
    saved = found.sse_compact - found.sse_augmented
    # With the digits of the PRE in the formula: 0.995 is not 99%.
    gone = f"{number(100 * found.pre)}%" if found.pre >= 0.001 else percent(found.pre)
    return [
        f"The compact model predicts the same score for everybody. The augmented model spends "
        f"{df_more:g} more parameter{'' if df_more == 1 else 's'} on {groups} means. That takes "
        f"{number(saved, 4)} off the sum of squared errors (SSE), which was "
        f"{number(found.sse_compact, 4)}:",
        f"$$\\text{{PRE}} = 1 - \\frac{{{number(found.sse_augmented, 4)}}}"
        f"{{{number(found.sse_compact, 4)}}} = {number(found.pre)}$$",
        f"So {gone} of the compact model's squared error is gone. That is not "
        f"“{gone} correct”: PRE compares two models and says nothing without the "
        "compact one. It cannot be negative: the augmented model may always give all groups the "
        "same mean.",
        f"$$F = \\frac{{\\text{{PRE}} / {df_more:g}}}{{(1 - \\text{{PRE}}) / {df_left:g}}} = "
        f"{number(found.result.statistic)}$$",
        f"F is the saving per parameter spent, against what is left per parameter that could "
        f"still be spent. F({df_more:g}, {df_left:g}) and PRE give the same test: "
        f"**{p_words(found.result.p_value)}**.",
    ]


def reduction_section(study: Study) -> None:
    """The errors of both models, and what they add up to."""
    section("PRE: how much smaller do the errors get?")
    grid = st.grid(2, min_column_width=240, gap="small")
    with grid.cell():
        show(errors_picture(study, augmented=False))
        st.caption("One mean for everybody.")
    with grid.cell():
        show(errors_picture(study, augmented=True))
        st.caption("A mean for each group.")
    for paragraph in reduction_words(study):
        st.markdown(paragraph)

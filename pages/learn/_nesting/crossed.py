"""A design that is crossed indeed: everybody reads the same words."""

import numpy as np
import pandas as pd
import streamlit as st

from pages._data.model import say_messages
from pages._ui.cache import fitted_model, story_data, story_key
from pages._ui.charts import Picture
from pages._ui.frame import section, show
from pages._ui.words import code, count, number
from pages.learn._nesting.pictures import MIN_WIDTH, counts_picture, graph_picture, shown_part
from pages.learn._nesting.reading import show_readings
from sim import Fit
from sim.designs import relation
from sim.scenarios import SCENARIOS

STORY = SCENARIOS["items"]
PERSON, WORD = "participant", "word"
BESIDE = "(1 | participant) + (1 | word)"
SEED = 2
SIZES = {"participants": 12, "words": 6}


def _data() -> tuple[str, pd.DataFrame]:
    values = STORY.complete(SIZES)
    key = story_key(STORY.name, SEED, values)
    return key, story_data(STORY.name, SEED, tuple(sorted(values.items())))


def _words(fit: Fit, n_people: int, n_words: int) -> str:
    sd = fit.varcorr.set_index("grp")["sdcor"]
    truth = STORY.truth(**SIZES)
    known = {} if truth is None else dict(truth.sd)
    true = {name: number(known.get((name, "(Intercept)"), np.nan)) for name in (PERSON, WORD)}
    return (
        f"Here {count(n_people, 'participant')} read the same {n_words} words, and word 3 is "
        f"the same word whoever reads it. Every cell of the table is filled, as with reused "
        f"labels, but this time the label means one thing. So {code(BESIDE)} is right: the SD of "
        f"participants is estimated as {number(sd[PERSON])} ms (truth {true[PERSON]}), that "
        f"of words as {number(sd[WORD])} ms (truth {true[WORD]}). **Nothing in the "
        "table tells the two cases apart**: what a label means is knowledge about the study."
    )


def crossed_section() -> list[Picture]:
    """Draw the contrast; returns its pictures."""
    section("For contrast: crossed indeed")
    key, data = _data()
    fit = fitted_model(key, data, STORY.models[0].formula, True, "treatment")
    found = relation(data, PERSON, WORD)
    part = shown_part(data, PERSON, WORD).frame
    pictures = [
        counts_picture(part, PERSON, WORD, title="Everybody reads every word"),
        graph_picture(part, PERSON, WORD, title=BESIDE),
    ]
    grid = st.grid(3, min_column_width=MIN_WIDTH, gap="medium")
    with grid.cell():
        st.markdown(_words(fit, found.n_a, found.n_b))
        say_messages(fit)
    for drawn in pictures:
        with grid.cell():
            show(drawn)
    show_readings(found)
    return pictures

"""Everything on the screen to take along: data, coefficients, pictures, code, link."""

from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit, urlunsplit

import pandas as pd
import streamlit as st

from pages._ui.charts import Picture
from pages._ui.files import as_png, as_svg
from pages._ui.frame import section, show_error
from pages.learn._playground.dataset import OWN
from pages.learn._playground.story import story_title
from pages.learn._pooling import dropping, moving
from pages.learn._pooling.predict import guess_key
from pages.learn._pooling.scripts import file_stem, python_script, r_script
from pages.learn._pooling.settings import CHOOSER, Study
from sim.errors import SimError
from sim.pooling import METHODS, Pooling
from sim.scenarios import SCENARIOS

CONTROLS = ("seed", "varying", "view", moving.KEY)
CODE_HEIGHT = 320


def link(study: Study) -> str:
    """The address of this page with every setting in it, defaults too: they may change."""
    dataset = study.dataset
    names = [*CONTROLS, guess_key(study), dataset.state("mark"), dataset.state("who")]
    if dataset.name in SCENARIOS:
        names += [dataset.state(p.name) for p in SCENARIOS[dataset.name].parameters]
    settings = [(CHOOSER, story_title(dataset.name))]
    settings += [("lines", label) for label in st.session_state.get("lines") or []]
    for name in names:
        value = st.session_state.get(name)
        if value is not None:
            settings.append((name, str(value)))
    if dropped := st.session_state.get(dropping.PARAMETER):
        settings.append((dropping.PARAMETER, "-".join(map(str, dropped))))
    parts = urlsplit(st.context.url or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(settings), ""))


def coefficient_frame(pooling: Pooling) -> pd.DataFrame:
    """Every method's coefficients as one table; missing ones are empty."""
    parts = []
    for method in METHODS:
        rows = pooling.coefficients(method).rename_axis("participant").reset_index()
        rows.insert(0, "method", method)
        parts.append(rows)
    table = pd.concat(parts, ignore_index=True)
    table.loc[table["method"] == "partial", "own_weight"] = pooling.own_weight.to_numpy()
    return table


def take_away(
    study: Study,
    pooling: Pooling | None = None,
    pictures: Sequence[Picture] = (),
    arrows: Picture | None = None,
    gone: tuple[int, ...] = (),
) -> None:
    """Draw the downloads, the code and the link; little of it before there is a prediction."""
    section("Take it away")
    stem, frame = file_stem(study), study.dataset.frame
    files = [("Data (CSV)", lambda: frame.to_csv(index=False), f"{stem}.csv", "text/csv", "table")]
    if pooling is not None:
        files += [
            (
                "Coefficients (CSV)",
                lambda: coefficient_frame(pooling).to_csv(index=False),
                f"{stem}_coefficients.csv",
                "text/csv",
                "table",
            )
        ]
    if pictures:
        columns = 5 if len(pictures) > 4 else len(pictures)
        width = 170 if len(pictures) > 4 else 340
        files += [
            (
                "Picture (SVG)",
                lambda: as_svg(pictures, columns=columns, width=width),
                f"{stem}.svg",
                "image/svg+xml",
                "image",
            ),
            (
                "Picture (PNG)",
                lambda: as_png(pictures, columns=columns, width=width),
                f"{stem}.png",
                "image/png",
                "image",
            ),
        ]
    if arrows is not None:
        files += [
            (
                "Arrows (SVG)",
                lambda: as_svg([arrows], width=560),
                f"{stem}_arrows.svg",
                "image/svg+xml",
                "image",
            )
        ]
    with st.container(horizontal=True):
        for label, content, name, mime, icon in files:
            st.download_button(
                label,
                content,
                file_name=name,
                mime=mime,
                icon=f":material/{icon}:",
                on_click="ignore",
            )
    shown = pooling or study.both
    try:
        percent = int(st.session_state.get(moving.KEY, 50))
        texts = (r_script(study, shown, gone), python_script(study, shown, percent, gone))
    except SimError as problem:
        show_error(problem)
    else:
        for tab, text, language in zip(
            st.tabs(["R code", "Python code"]), texts, ("r", "python"), strict=True
        ):
            with tab:
                st.code(text, language=language, height=CODE_HEIGHT)
    st.markdown("**Link to this page as it is now**, seed and predictions included:")
    st.code(link(study), language=None, wrap_lines=True)
    if study.dataset.name == OWN:
        st.caption("Your data are not in the link: whoever opens it has to upload the file again.")

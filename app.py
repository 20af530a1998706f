"""The entry of `streamlit run app.py`: one router, one list of pages."""

import gc

import streamlit as st


@st.cache_resource
def freeze_imports() -> None:
    """Move what the imports made out of the garbage collector's sight, once per process."""
    gc.collect()
    gc.freeze()


PAGES = {
    "Learn": [
        st.Page(
            "pages/learn/playground.py",
            title="Playground",
            icon=":material/science:",
            url_path="playground",
            default=True,
            help="Make data, fit a mixed model, and hold its simulations beside the data.",
        ),
    ],
}

st.set_page_config(
    page_title="Mixed models", page_icon=":material/stacked_line_chart:", layout="wide"
)
page = st.navigation(PAGES)
freeze_imports()
page.run()

"""The entry of `streamlit run app.py`: a server around the router.

The router stands in pages/_ui because Streamlit takes a folder named `pages` beside the script it
runs for its old page finder: the first visitor after a start would then be told that the page of
a deep link does not exist.
"""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from pages._ui.visitor import Remember

ROUTER = Path(__file__).parent / "pages" / "_ui" / "router.py"


@asynccontextmanager
async def ready(app: st.App) -> AsyncIterator[None]:
    """Import engine and charts before the first visitor comes, and keep imports out of collections.

    Streamlit's own collection after each run is off in .streamlit/config.toml; what Python still
    collects by itself need not look at what the imports made.
    """
    import_module("pages._ui.files")
    import_module("sim")
    gc.collect()
    gc.freeze()
    yield


app = st.App(ROUTER, lifespan=ready, middleware=[Middleware(Remember)])

"""The entry of `streamlit run app.py`: a server around the router.

The router stands in pages/_ui because Streamlit takes a folder named `pages` beside the script it
runs for its old page finder: the first visitor after a start would then be told that the page of
a deep link does not exist.
"""

import gc

# Collections find nothing while modules are imported, and take half a second of it.
gc.disable()

from importlib import import_module
from pathlib import Path

import pandas as pd
import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route

from pages._server.frontend import Frontend
from pages._server.logs import start_logging, take_over
from pages._server.requests import Count, Limit, Sessions
from pages._server.service import Service
from pages._ui.visitor import Remember, store
from pages.classroom.phone.app import Phone
from quizzes.settings import settings_or_exit

# Names of participants and conditions come by the dozen: Python's strings beat Arrow's there.
pd.options.mode.string_storage = "python"

# Streamlit's own hosting gives variables as secrets; reading them puts them into the environment.
st.secrets.load_if_toml_exists()
# Nonsense in the environment ends the process here, before anybody comes.
settings = settings_or_exit()
start_logging(settings)
ROUTER = Path(__file__).parent / "pages" / "_ui" / "router.py"

# The phones' pages are here too, for a host with one port; `make run` gives them a process of
# their own, which no slider can slow.
APART = ("/p/", "/healthz/", "/readyz/", "/metrics/")
phone = Phone(store, "/p", settings.max_joins_per_minute)
sessions = Sessions()
service = Service(phone.opening, lambda: sessions.n)
phones = Mount("/p", routes=phone.routes())
# The address on the projector has no slash at its end; Streamlit would answer it with a page.
door = Route("/p", lambda _: RedirectResponse("/p/"))
app = st.App(
    ROUTER,
    lifespan=lambda _: service.running(),
    routes=[*service.routes(), door, phones],
    middleware=[
        Middleware(Count),
        Middleware(Frontend),
        Middleware(Limit, most=settings.max_sessions, sessions=sessions, apart=APART),
        Middleware(Remember),
    ],
)

# What pages need, before anybody comes.
import_module("pages._ui.check_yourself")
import_module("pages._ui.files")
# The imports have made loggers of their own.
take_over()
# Streamlit's own collection after each run is off in .streamlit/config.toml; what Python still
# collects by itself need not look at what the imports made.
gc.freeze()
gc.enable()

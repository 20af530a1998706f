"""What a process counts for whoever watches it, as Prometheus reads it.

Nothing here is about a person or a room: the labels are words of ours, known beforehand.
"""

import platform
from collections.abc import Callable, Iterator
from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

disable_created_metrics()
# A registry of our own: Streamlit may read this module again after a change.
REGISTRY = CollectorRegistry(auto_describe=False)
ProcessCollector(registry=REGISTRY)

ANSWERS = Counter(
    "lab_answers", "Answers phones sent, by what became of them.", ["outcome"], registry=REGISTRY
)
JOINS = Counter(
    "lab_joins", "Players who wanted to join, by what became of it.", ["outcome"], registry=REGISTRY
)
ACKNOWLEDGED = Histogram(
    "lab_answer_acknowledged_seconds",
    "From an answer's arrival to the word that it is on disk.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
RERUNS = Histogram(
    "lab_page_run_seconds",
    "Runs of a page's script, finished or not.",
    ["page"],
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=REGISTRY,
)
REQUESTS = Counter(
    "lab_requests", "Requests, by address pattern and status.", ["route", "status"],
    registry=REGISTRY,
)  # fmt: skip
REFUSED_SESSIONS = Counter(
    "lab_sessions_refused", "Pages not opened because too many were open.", registry=REGISTRY
)
for outcome in ("saved", "closed", "removed", "refused", "unavailable", "busy"):
    ANSWERS.labels(outcome)
for outcome in ("joined", "refused", "too many", "unavailable", "busy"):
    JOINS.labels(outcome)


class Numbers(Collector):
    """Numbers that are asked for when somebody looks.

    Parameters
    ----------
    gauges, totals : name and meaning, with what tells the number; None leaves it out.
    """

    def __init__(
        self,
        gauges: dict[tuple[str, str], Callable[[], float | None]],
        totals: dict[tuple[str, str], Callable[[], float | None]],
    ) -> None:
        self._gauges = gauges
        self._totals = totals

    def collect(self) -> Iterator[Metric]:
        """Make the metrics."""
        yield InfoMetricFamily(
            "lab_build",
            "Versions of what is running.",
            {
                "python": platform.python_version(),
                "streamlit": version("streamlit"),
                "starlette": version("starlette"),
            },
        )
        kinds: tuple[tuple[type[Metric], dict[tuple[str, str], Callable[[], float | None]]], ...]
        kinds = ((GaugeMetricFamily, self._gauges), (CounterMetricFamily, self._totals))
        for kind, told in kinds:
            for (name, meaning), ask in told.items():
                number = ask()
                if number is not None:
                    yield kind(name, meaning, value=number)

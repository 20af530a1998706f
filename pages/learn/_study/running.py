"""Repetitions as they come in: a block at a time, kept, and one visitor's turn after another's."""

import time
from collections.abc import Callable, Sequence
from threading import Lock

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages._ui.cache import KEEP
from pages._ui.words import count
from pages.learn._study.settings import World
from sim.inference.counting import Study
from sim.inference.plan import prepare
from sim.inference.repetition import Block, n_blocks, run_block
from sim.limits import MAX_TASK_SECONDS
from sim.study import gather

FRAME_SECONDS = 0.4  # between two pictures
PAUSE_SECONDS = 0.004  # after each block, for everybody else on this server

# All studies of all visitors use one core together.
_TURN = Lock()


@st.cache_resource(max_entries=3_000, ttl=KEEP, show_spinner=False)
def _block(key: str, number: int, _world: World) -> Block:
    with _TURN:
        size = prepare(_world.plan).block
        block = run_block(_world.plan, number, (number + 1) * size)
    time.sleep(PAUSE_SECONDS)
    return block


def study_of(world: World, blocks: int, n: int) -> Study:
    """The first blocks of a study that is repeated n times."""
    found = [_block(world.key, number, world) for number in range(blocks)]
    return gather(world.plan, n, found)


class Run:
    """A run of several worlds side by side, which goes on where it was stopped.

    Parameters
    ----------
    name : of its state in the session.
    key : of everything that decides the result: another key is another run.
    worlds : all repeated equally often.
    n : repetitions of each.
    """

    def __init__(self, name: str, key: str, worlds: Sequence[World], n: int) -> None:
        self.name, self.key, self.worlds, self.n = name, key, worlds, n
        # Worlds may differ in how many repetitions a block has.
        self.total = max(n_blocks(world.plan, n) for world in worlds)

    def _state(self, what: str) -> str:
        return f"{self.name}.{what}"

    @property
    def done(self) -> int:
        """How many blocks of each world there are."""
        key, blocks = st.session_state.get(self._state("done"), ("", 0))
        return int(blocks) if key == self.key else 0

    @property
    def is_stopped(self) -> bool:
        """Whether the visitor has stopped this run."""
        return bool(st.session_state.get(self._state("stopped")) == self.key)

    def stop(self) -> None:
        """Stop this run; another question starts a new one."""
        st.session_state[self._state("stopped")] = self.key

    def go_on(self) -> None:
        """Take the stop back."""
        st.session_state[self._state("stopped")] = ""

    def studies(self) -> list[Study]:
        """What there is so far of each world."""
        return [
            study_of(world, min(self.done, n_blocks(world.plan, self.n)), self.n)
            for world in self.worlds
        ]

    def fill(self, place: DeltaGenerator, draw: Callable[[list[Study]], None]) -> None:
        """Show the progress with a button, go on to the end, and draw what there is.

        Any click interrupts this loop and keeps what is done.
        """
        with place.container():
            bar, controls, picture = st.empty(), st.empty(), st.empty()
        if self.done < self.total and not self.is_stopped:
            controls.button(
                "Stop", icon=":material/stop:", key=self._state("stop"), on_click=self.stop
            )
            self._go(bar, picture, draw)
        controls.empty()
        bar.empty()
        if self.is_stopped and self.done < self.total:
            bar.progress(self.done / self.total, f"Stopped after {self._words(self.done)}")
            controls.button(
                "Go on",
                icon=":material/play_arrow:",
                key=self._state("go on"),
                on_click=self.go_on,
            )
        if self.done:
            with picture.container():
                draw(self.studies())

    def _go(
        self, bar: DeltaGenerator, picture: DeltaGenerator, draw: Callable[[list[Study]], None]
    ) -> None:
        started = time.monotonic()
        shown = started - 0.75 * FRAME_SECONDS
        for number in range(self.done, self.total):
            for world in self.worlds:
                if number < n_blocks(world.plan, self.n):
                    _block(world.key, number, world)
            st.session_state[self._state("done")] = (self.key, number + 1)
            bar.progress((number + 1) / self.total, self._words(number + 1))
            if time.monotonic() - started > MAX_TASK_SECONDS:
                self.stop()
                return
            if time.monotonic() - shown > FRAME_SECONDS and number + 1 < self.total:
                with picture.container():
                    draw(self.studies())
                shown = time.monotonic()

    def _words(self, blocks: int) -> str:
        made = min(self.n, round(self.n * blocks / self.total))
        return f"{made:,} of {count(self.n, 'repetition')}"

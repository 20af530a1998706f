"""People who move a slider of the playground every three seconds, through Streamlit's own protocol.

python -m tests.load.sliders PORT N SECONDS prints one line "ready", and at the end the waiting
times as one line of JSON.
"""

import asyncio
import json
import random
import sys
import time
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

PAGE = "playground"
EVERY = 3.0
PATIENCE = 60
RERUN = ForwardMsg.FINISHED_EARLY_FOR_RERUN


class Person:
    """One session of the app.

    Parameters
    ----------
    page : its url path.
    every : seconds from one move to the next.
    """

    def __init__(self, port: int, number: int, page: str = PAGE, every: float = EVERY) -> None:
        self.address = f"ws://localhost:{port}/_stcore/stream"
        self.origin = f"http://localhost:{port}"
        self.dice = random.Random(number)
        self.page, self.every = page, every
        self.sliders: dict[str, tuple[Any, str]] = {}
        self.values: dict[str, float] = {}
        self.waits: list[float] = []
        self.problems: list[str] = []

    async def live(self, ready: asyncio.Semaphore, seconds: float) -> None:
        """Open the page, then move sliders until the time is up."""
        async with connect(
            self.address, subprotocols=["streamlit"], origin=self.origin, max_size=None
        ) as socket:
            for _ in range(5):
                await self.run(socket, "")
                if self.sliders:
                    break
            ready.release()
            end = time.monotonic() + seconds
            await asyncio.sleep(self.dice.random() * self.every)
            while time.monotonic() < end:
                begun = time.perf_counter()
                await self.run(socket, self.move())
                self.waits.append(time.perf_counter() - begun)
                await asyncio.sleep(max(0.0, self.every - (time.perf_counter() - begun)))

    def move(self) -> str:
        """Move one slider; return the fragment it belongs to."""
        id = self.dice.choice(sorted(self.sliders))
        slider, fragment = self.sliders[id]
        steps = max(1, round((slider.max - slider.min) / slider.step))
        self.values[id] = slider.min + slider.step * self.dice.randint(0, steps)
        return fragment

    async def run(self, socket: Any, fragment: str) -> None:
        """Ask for a run of the page and wait until it is through."""
        message = BackMsg()
        message.rerun_script.page_name = self.page
        message.rerun_script.query_string = ""
        if fragment:
            message.rerun_script.fragment_id = fragment
        for id, value in self.values.items():
            state = message.rerun_script.widget_states.widgets.add()
            state.id = id
            state.double_array_value.data.append(value)
        await socket.send(message.SerializeToString())
        async with asyncio.timeout(PATIENCE):
            while True:
                news = ForwardMsg()
                news.ParseFromString(await socket.recv())
                kind = news.WhichOneof("type")
                if kind == "delta":
                    self.look_at(news.delta)
                elif kind == "script_finished" and news.script_finished != RERUN:
                    return

    def look_at(self, delta: Any) -> None:
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "slider" and len(element.slider.default) == 1 and element.slider.step:
            self.sliders[element.slider.id] = (element.slider, delta.fragment_id)
        elif kind == "exception":
            self.problems.append(element.exception.message)


async def crowd(port: int, n: int, seconds: float) -> None:
    people = [Person(port, number) for number in range(n)]
    ready = asyncio.Semaphore(0)
    lives = asyncio.gather(*(person.live(ready, seconds) for person in people))
    for _ in people:
        waiting = asyncio.create_task(ready.acquire())
        done, _ = await asyncio.wait({waiting, lives}, return_when=asyncio.FIRST_COMPLETED)
        if waiting not in done:
            await lives
    print("ready", flush=True)
    await lives
    waits = [wait for person in people for wait in person.waits]
    problems = sorted({problem for person in people for problem in person.problems})
    n_sliders = min(len(person.sliders) for person in people)
    print(json.dumps({"waits": waits, "problems": problems, "sliders": n_sliders}), flush=True)


if __name__ == "__main__":
    asyncio.run(crowd(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))

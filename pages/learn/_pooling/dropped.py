"""The picture and the words of a participant who loses observations."""

import numpy as np
import pandas as pd

from pages._ui.charts import Picture, padded
from pages._ui.marks import axis, colour, layer, picture
from pages._ui.theme import AXIS_GREY
from pages._ui.words import count, number, plain
from pages.learn._pooling.lines import STYLES, domains
from pages.learn._pooling.observations import Person, Step
from pages.learn._pooling.settings import Study

HEIGHT = 380


def _line(study: Study, line: np.ndarray, name: str, order: int = 0) -> pd.DataFrame:
    measured = study.both.measured
    at = np.array([measured.x.min(), measured.x.max()])
    return pd.DataFrame({"x": at, "y": line[0] + line[1] * at, "layer": name, "line": order})


def dropping_picture(
    study: Study, person: Person, dropped: list[int], steps: list[Step]
) -> Picture:
    """The participant's points, kept and gone, and their line on its way to the average."""
    x_domain, y_shared = domains(study, study.both)
    roles = study.dataset.roles
    now = steps[-1]
    gone = np.isin(np.arange(len(person.x)), dropped)
    rows = pd.DataFrame(
        {
            "x": person.x,
            "y": person.y,
            "k": np.arange(len(person.x)),
            "layer": "point",
            "gone": gone,
        }
    )
    lines = [_line(study, now.average, "complete"), _line(study, now.partial, "partial")]
    lines += [_line(study, step.partial, "before", i) for i, step in enumerate(steps[:-1])]
    if not np.isnan(now.own).any():
        lines.append(_line(study, now.own, "no"))
    pooled = pd.concat(lines[: len(steps) + 1])
    y_domain = padded([np.array(y_shared), pooled["y"].to_numpy()], 0.0)
    both = {
        "x": axis("x", x_domain, study.dataset.with_unit(roles.predictor)),
        "y": axis("y", y_domain, study.dataset.with_unit(roles.response)),
    }
    line = {"type": "line", "clip": True}
    fitted, actual = {"color": colour("fitted")}, {"color": colour("actual")}
    trail = {"detail": {"field": "line", "type": "nominal"}}
    paint = {"fill": colour("actual"), "stroke": colour("actual")}
    fill = {"condition": {"test": "datum.gone", "value": 0.0}, "value": 1.0}
    tips = [
        {"field": "x", "type": "quantitative", "title": study.x_name, "format": ".4~g"},
        {"field": "y", "type": "quantitative", "title": roles.response, "format": ".4~g"},
    ]
    mark = {"type": "point", "filled": True, "size": 170, "cursor": "pointer", "strokeWidth": 2}
    dots = layer("point", mark, both | paint | {"fillOpacity": fill, "tooltip": tips})
    dots["params"] = [{"name": "pick", "select": {"type": "point", "fields": ["k"]}}]
    layers = [
        layer("complete", line | STYLES["complete"] | {"color": AXIS_GREY}, both),
        layer("before", line | {"strokeWidth": 1.5, "opacity": 0.4}, both | fitted | trail),
        layer("no", line | STYLES["no"], both | actual),
        layer("partial", line | {"strokeWidth": 4}, both | fitted),
        dots,
    ]
    left = len(person.x) - len(dropped)
    alt = (
        f"Participant {person.name} with {left} of {count(len(person.x), 'observation')}. Partial "
        f"pooling: intercept {number(now.partial[0], 4)}, slope {number(now.partial[1], 3)}; the "
        f"average line: {number(now.average[0], 4)}, {number(now.average[1], 3)}."
    )
    data = pd.concat([rows, *lines], ignore_index=True)
    return picture(layers, data, alt, title=f"Participant {person.name}", height=HEIGHT)


def words(study: Study, person: Person, dropped: list[int], steps: list[Step]) -> str:
    """What the line does now; Markdown."""
    first, now = steps[0], steps[-1]
    left = len(person.x) - len(dropped)
    unit, who = study.unit, plain(person.name)
    here = f"{number(now.distance(study.values))}{unit}"
    if not dropped:
        return (
            f"With all {count(left, 'observation')}, the red line of {who} runs {here} from the "
            "average line (dotted). Click a point or a button: what will the line do when it is "
            "taken away?"
        )
    if left == 0:
        return (
            f"Nothing is left of {who}: to the model they are a **new participant**, and its best "
            f"guess is the average line itself. All the way from "
            f"{number(first.distance(study.values))}{unit} to 0."
        )
    change = (
        "further from"
        if now.distance(study.values) > first.distance(study.values)
        else ("nearer to")
    )
    why = (
        " The remaining points are more unusual than all of them together, so the line follows "
        "them although they weigh less."
        if change == "further from"
        else " The less the own data say, the more the line listens to everybody else's."
    )
    alone = ""
    if np.isnan(now.own).any():
        alone = f" Alone, {who} has no line any more; partial pooling still has one."
    return (
        f"With {count(left, 'observation')} left, the line of {who} is {here} from the average "
        f"line, **{change}** it than with all data "
        f"({number(first.distance(study.values))}{unit}).{why}{alone}"
    )

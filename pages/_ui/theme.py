"""One colour language and one chart theme for every picture.

On the screen Streamlit fills `range.category` from `theme.chartCategoricalColors`, so the four
roles follow the visitor's light or dark theme without a rerun. Files that leave the screen get
`PRINT_CONFIG`: the light palette on white.
"""

from typing import Any, Literal

import altair as alt

Role = Literal["actual", "simulated", "truth", "fitted"]

# The order is the order of `chartCategoricalColors` in .streamlit/config.toml.
ROLES: tuple[Role, ...] = ("actual", "simulated", "truth", "fitted")
LIGHT_PALETTE = ("#0072b2", "#c27400", "#8a2be2", "#c8102e")
DARK_PALETTE = ("#66bdf5", "#ffb84d", "#b04dff", "#f2545b")

# Legible from the back of a lecture hall.
LABEL_SIZE = 14
TITLE_SIZE = 16
# Contrast of 4 and more on the light and on the dark background.
AXIS_GREY = "#6f7b86"


@alt.theme.register("lab", enable=True)
def lab_theme() -> alt.theme.ThemeConfig:
    """Sizes and weights only: colours belong to the visitor's light or dark theme."""
    return {
        "config": {
            "background": "transparent",
            # A picture is heard as its alt text; the names of its parts would only be in the way.
            "aria": False,
            "mark": {"aria": False},
            "view": {"strokeOpacity": 0},
            "axis": {
                "labelFontSize": LABEL_SIZE,
                "titleFontSize": LABEL_SIZE,
                "titlePadding": 8,
                "labelColor": AXIS_GREY,
                "titleColor": AXIS_GREY,
            },
            "axisX": {"labelAngle": 0, "grid": False, "labelOverlap": True},
            "legend": {
                "labelFontSize": LABEL_SIZE,
                "titleFontSize": LABEL_SIZE,
                "orient": "bottom",
                "symbolStrokeWidth": 2,
            },
            "title": {"fontSize": TITLE_SIZE, "fontWeight": 600, "anchor": "start", "offset": 10},
        }
    }


PRINT_CONFIG: dict[str, Any] = {
    "background": "#ffffff",
    "padding": 16,
    "font": "Liberation Sans, Arial, sans-serif",
    "range": {"category": list(LIGHT_PALETTE)},
    "axis": {"labelColor": "#18222c", "titleColor": "#18222c", "gridColor": "#e3e9ee"},
    "title": {"color": "#18222c"},
    "legend": {"labelColor": "#18222c", "titleColor": "#18222c"},
}

# The domain fixes each role's place in the palette; the colour itself is the theme's.
ROLE_COLOUR = alt.Color("role:N", scale=alt.Scale(domain=list(ROLES)), legend=None)


def in_role(chart: alt.Chart, role: Role) -> alt.Chart:
    """Colour all marks of a chart as one role."""
    return chart.transform_calculate(role=f"'{role}'").encode(color=ROLE_COLOUR)

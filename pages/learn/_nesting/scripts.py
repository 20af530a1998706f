"""Both models under both labellings as a script, in R with lme4 and in Python with `sim`."""

import pandas as pd

from pages.learn._nesting.settings import BRACKETS, CLASS, FIXED, STORY, World, formula_of
from sim.rcode import Analysis, r_data, string_constant

FILE = "nesting.csv"
NAMED = "class_name"


def data_table(world: World) -> pd.DataFrame:
    """The scores with both labels of every class."""
    table = world.frames["reused"].copy()
    table.insert(list(table.columns).index(CLASS) + 1, NAMED, world.frames["unique"][CLASS])
    return table


def r_script(world: World) -> str:
    """An R script that runs beside the CSV file, with lme4."""
    table = data_table(world)
    read = Analysis(f"{FIXED} + (1 | school/class) + (1 | {NAMED})", table, file=FILE)
    formulas = [f"  {formula_of(bracket)}," for bracket in BRACKETS]
    lines = [
        '# Two models, two labellings. It needs the package lme4: install.packages("lme4")',
        "# Save the data (CSV) of the page in R's working directory first.",
        "library(lme4)",
        "",
        *r_data(read),
        "",
        "# The same scores; only the names of the classes differ.",
        "reused <- data",
        f"unique_names <- transform(data, class = {NAMED})",
        "print(xtabs(~ class + school, data = reused))",
        "print(xtabs(~ class + school, data = unique_names))",
        "",
        "models <- list(",
        *formulas[:-1],
        formulas[-1].rstrip(","),
        ")",
        "for (labels in list(reused, unique_names)) {",
        "  for (model in models) {",
        "    print(summary(lmer(model, data = labels), correlation = FALSE))",
        "  }",
        "}",
    ]
    return "\n".join(lines) + "\n"


def python_script(world: World) -> str:
    """A Python script that runs in the project's folder and prints what the page shows."""
    values = STORY.complete({**world.parameters, "labels": "unique"})
    settings = [f"    {name}={value!r}," for name, value in values.items() if name != "labels"]
    formulas = [f"    {string_constant(formula_of(bracket))}," for bracket in BRACKETS]
    lines = [
        "# The same fits in Python. Run it in the project's folder, where `sim` is.",
        "import numpy as np",
        "",
        "from sim import generate, lmer",
        "from sim.designs import counts, relation",
        "",
        "settings = dict(",
        *settings,
        ")",
        "models = [",
        *formulas,
        "]",
        'for labels in ("reused", "unique"):',
        f"    rng = np.random.default_rng({world.seed:d})",
        f"    data = generate({string_constant(STORY.name)}, rng, labels=labels, **settings)",
        '    print(counts(data, "class", "school"))',
        '    print(relation(data, "school", "class").words)',
        "    for model in models:",
        "        print(lmer(model, data).summary())",
    ]
    return "\n".join(lines) + "\n"

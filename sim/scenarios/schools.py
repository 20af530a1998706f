"""Pupils in classes in schools, with class labels reused or unique."""

import string

import numpy as np
from numpy.typing import NDArray

from sim.scenarios.layout import factor, numbered
from sim.scenarios.scenario import Columns, Model, Parameter, Roles, Scenario, Truth

MODELS = (
    Model(
        "score ~ 1 + method + hours + (1 | school/class)",
        "Classes nested in schools",
        "Schools differ, and so do the classes inside a school; it means (1 | school) + "
        "(1 | class:school), so class a of school 1 is never mixed up with class a of school 2.",
    ),
    Model(
        "score ~ 1 + method + hours + (1 | school) + (1 | class)",
        "Schools and classes crossed",
        "It believes that class a is the same class in every school, which is right only if "
        "every class has a name of its own.",
    ),
    Model(
        "score ~ 1 + method + hours + (1 | school)",
        "Schools only",
        "It forgets that pupils of one class are alike, and so it is too sure about the method, "
        "which is given to whole classes.",
    ),
)


def _class_labels(kind: str, schools: int, classes: int) -> tuple[NDArray[np.intp], list[str]]:
    """Return the label code of every class, schools first, and the labels."""
    letters = list(string.ascii_lowercase[:classes])
    if kind == "reused":
        return np.tile(np.arange(classes), schools), letters
    unique = [f"{school + 1}{letter}" for school in range(schools) for letter in letters]
    return np.arange(schools * classes), unique


def _draw(
    rng: np.random.Generator,
    *,
    schools: int,
    classes: int,
    pupils: int,
    labels: str,
    baseline: float,
    method_effect: float,
    hours_effect: float,
    mean_hours: float,
    hours_sd: float,
    school_sd: float,
    class_sd: float,
    residual_sd: float,
) -> Columns:
    of_class = np.repeat(np.arange(schools * classes), pupils)
    of_school = of_class // classes
    # Half of the classes of every school get the new method; an odd one out is drawn by lot.
    first = rng.integers(0, 2, schools)[:, None]
    order = rng.permuted(np.tile(np.arange(classes), (schools, 1)), axis=1)
    method = ((order + first) % 2).ravel()[of_class]
    hours = rng.normal(mean_hours, hours_sd, of_class.size)
    score = baseline + method_effect * method + hours_effect * hours
    score += rng.normal(0, school_sd, schools)[of_school]
    score += rng.normal(0, class_sd, schools * classes)[of_class]
    score += rng.normal(0, residual_sd, of_class.size)
    codes, names = _class_labels(labels, schools, classes)
    return {
        "school": numbered(of_school, schools),
        "class": factor(codes[of_class], names),
        "pupil": numbered(np.arange(of_class.size), of_class.size),
        "method": method.astype(str),
        "hours": hours,
        "score": score,
    }


def _tell(
    *,
    labels: str,
    baseline: float,
    method_effect: float,
    hours_effect: float,
    school_sd: float,
    class_sd: float,
    residual_sd: float,
    **_design: float,
) -> Truth:
    names = ["class:school", "school:class"]
    if labels == "unique":
        names.append("class")
    return Truth(
        fixef={"(Intercept)": baseline, "method1": method_effect, "hours": hours_effect},
        sd={
            ("school", "(Intercept)"): school_sd,
            **{(name, "(Intercept)"): class_sd for name in names},
        },
        sigma=residual_sd,
        note="A class is known by school and label together."
        if labels == "reused"
        else "Every class has a name of its own, so school/class and school + class agree.",
    )


# The same draw as the body of an R function that sees the true values.
_R_DRAW = """\
  unit <- rep(seq_len(schools * classes), each = pupils)
  school <- (unit - 1) %/% classes + 1
  # Half of the classes of every school get the new method; an odd one out is drawn by lot.
  method <- unlist(lapply(seq_len(schools), function(i)
    (sample(classes) + sample(0:1, 1)) %% 2))[unit]
  hours <- rnorm(length(unit), mean_hours, hours_sd)
  score <- baseline + method_effect * method + hours_effect * hours +
    rnorm(schools, 0, school_sd)[school] + rnorm(schools * classes, 0, class_sd)[unit] +
    rnorm(length(unit), 0, residual_sd)
  label <- letters[(unit - 1) %% classes + 1]
  if (labels == "unique") label <- paste0(school, label)
  data.frame(school = factor(school), class = factor(label), pupil = factor(seq_along(unit)),
             method = factor(method), hours, score)"""

STORIES = (
    Scenario(
        name="schools",
        title="Schools and classes",
        story="Pupils sit in classes, classes belong to schools, and half of the classes of each "
        "school try a new teaching method; the hours a pupil learns a week count, too. Pupils of "
        "the same class are alike, and so, less strongly, are pupils of the same school.",
        lesson="The brackets say who belongs together. With labels used again in every school, "
        "(1 | school/class) and (1 | school) + (1 | class) are different models: the second "
        "believes that all classes called a have something in common. Give every class a name of "
        "its own and the two become the same. The method is given to whole classes, so a model "
        "that forgets the classes counts pupils as if each had been given the method alone.",
        roles=Roles(
            "score", "hours", "school", "method", units={"score": "points", "hours": "hours a week"}
        ),
        models=MODELS,
        statistic="participant_sd",
        draw=_draw,
        tell=_tell,
        r_draw=_R_DRAW,
        parameters=(
            Parameter("schools", "Schools", 6, 2, 40, 1, help="How many schools took part."),
            Parameter(
                "classes",
                "Classes per school",
                4,
                2,
                10,
                1,
                help="How many classes there are in each school.",
            ),
            Parameter(
                "pupils",
                "Pupils per class",
                10,
                2,
                40,
                1,
                help="How many pupils there are in each class.",
            ),
            Parameter(
                "labels",
                "Labels of the classes",
                "reused",
                help="Reused: classes are called a, b, c in every school. Unique: every class has "
                "a name of its own, such as 2b.",
                choices=("reused", "unique"),
            ),
            Parameter(
                "baseline",
                "Average at zero hours",
                50.0,
                0.0,
                200.0,
                1.0,
                "points",
                "The average score with the old method of a pupil who does not study at home.",
            ),
            Parameter(
                "method_effect",
                "Effect of the new method",
                5.0,
                -30.0,
                30.0,
                0.5,
                "points",
                "How much higher the scores are with the new method (method 1).",
            ),
            Parameter(
                "hours_effect",
                "Effect of one hour",
                2.0,
                -10.0,
                10.0,
                0.1,
                "points an hour",
                "How much a pupil gains from one more hour of study a week.",
            ),
            Parameter(
                "mean_hours",
                "Average hours",
                5.0,
                0.0,
                20.0,
                0.5,
                "hours a week",
                "How long the average pupil studies at home.",
            ),
            Parameter(
                "hours_sd",
                "SD of hours",
                1.0,
                0.1,
                10.0,
                0.1,
                "hours a week",
                "How much pupils differ in their hours.",
            ),
            Parameter(
                "school_sd",
                "SD of schools",
                4.0,
                0.0,
                30.0,
                0.5,
                "points",
                "How much schools differ from each other.",
            ),
            Parameter(
                "class_sd",
                "SD of classes",
                6.0,
                0.0,
                30.0,
                0.5,
                "points",
                "How much the classes of one school differ from each other.",
            ),
            Parameter(
                "residual_sd",
                "SD of pupils",
                6.0,
                0.1,
                30.0,
                0.5,
                "points",
                "How much the pupils of one class differ from each other.",
            ),
        ),
    ),
)

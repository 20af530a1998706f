"""Parameters of scenarios: each one acts, and no value can do harm."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.scenarios import SCENARIOS, Parameter, Scenario, generate

DRAWN = tuple(name for name, scenario in SCENARIOS.items() if scenario.parameters)
CONTROLS = [(name, p) for name in DRAWN for p in SCENARIOS[name].parameters]


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def with_other_value(parameter: Parameter) -> float | str:
    if parameter.choices:
        return next(choice for choice in parameter.choices if choice != parameter.default)
    value = float(parameter.default) + parameter.step
    return value if value <= parameter.maximum else float(parameter.default) - parameter.step


@pytest.mark.parametrize(("name", "parameter"), CONTROLS, ids=lambda x: getattr(x, "name", x))
def test_every_parameter_changes_the_data(name: str, parameter: Parameter) -> None:
    # A correlation does nothing without spread, and the defaults have spread where it matters.
    other = generate(name, rng(3), **{parameter.name: with_other_value(parameter)})
    assert not generate(name, rng(3)).equals(other)
    assert parameter.label and parameter.help.endswith(".")


def valid(scenario: Scenario) -> st.SearchStrategy[dict[str, float | int | str]]:
    def values(parameter: Parameter) -> st.SearchStrategy:
        if parameter.choices:
            return st.sampled_from(parameter.choices)
        if parameter.kind == "int":
            low = int(parameter.minimum)
            return st.integers(low, min(int(parameter.maximum), low + 25))
        return st.floats(parameter.minimum, parameter.maximum)

    return st.fixed_dictionaries({p.name: values(p) for p in scenario.parameters})


@given(data=st.data(), name=st.sampled_from(DRAWN), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=150, deadline=None)
def test_any_parameters_in_range_give_finite_data(
    data: st.DataObject, name: str, seed: int
) -> None:
    scenario = SCENARIOS[name]
    parameters = data.draw(valid(scenario))
    frame = scenario.generate(np.random.default_rng(seed), **parameters)
    assert not frame.isna().any().any()
    assert np.isfinite(frame[scenario.roles.response]).all()
    if "participants" in parameters:
        assert frame["participant"].nunique() == parameters["participants"]
    if scenario.roles.group is not None:
        assert frame[scenario.roles.group].nunique() == 2
    truth = scenario.truth(**parameters)
    assert truth is not None
    numbers = [*truth.fixef.values(), *truth.sd.values(), *truth.corr.values()]
    assert np.isfinite(numbers).all()
    assert all(value >= 0 for value in truth.sd.values())


@given(
    name=st.sampled_from([name for name, _ in CONTROLS]),
    value=st.one_of(
        st.floats(allow_nan=True), st.integers(), st.text(), st.none(), st.booleans(), st.binary()
    ),
    data=st.data(),
)
@settings(max_examples=150, deadline=None)
def test_any_value_is_accepted_or_refused_in_words(
    name: str, value: object, data: st.DataObject
) -> None:
    parameter = data.draw(st.sampled_from(SCENARIOS[name].parameters))
    try:
        accepted = parameter.checked(value)
    except ScenarioError as error:
        assert error.problem.startswith(f"Parameter '{parameter.name}' ") and error.hint
    else:
        assert type(accepted) is {"int": int, "float": float, "choice": str}[parameter.kind]


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        (
            "mixtur",
            {},
            f"There is no scenario 'mixtur'. There are {', '.join(SCENARIOS)}. "
            "Did you mean 'mixture'?",
        ),
        (
            "mixture",
            {"sepration": 3.0},
            "Scenario 'mixture' has no parameter 'sepration'. It has participants, observations, "
            "first_mean, separation, share, condition_effect, participant_sd, residual_sd. "
            "Did you mean 'separation'?",
        ),
        (
            "sleepstudy",
            {"xyz": 1},
            "Scenario 'sleepstudy' has no parameter 'xyz'. It has none.",
        ),
        (
            "mixture",
            {"share": 2},
            "Parameter 'share' cannot be 2. Choose a number from 0.1 to 0.9.",
        ),
        (
            "mixture",
            {"share": float("nan")},
            "Parameter 'share' cannot be nan. Choose a number from 0.1 to 0.9.",
        ),
        (
            "mixture",
            {"participants": float("inf")},
            "Parameter 'participants' cannot be inf. Choose a whole number from 6 to 200.",
        ),
        (
            "mixture",
            {"participants": True},
            "Parameter 'participants' must be a number, not True. "
            "Choose a whole number from 6 to 200.",
        ),
        (
            "mixture",
            {"participants": "20"},
            "Parameter 'participants' must be a number, not '20'. "
            "Choose a whole number from 6 to 200.",
        ),
        (
            "mixture",
            {"participants": 10**5000},
            "Parameter 'participants' cannot be a number of so many digits. "
            "Choose a whole number from 6 to 200.",
        ),
        (
            "mixture",
            {"participants": 20.5},
            "Parameter 'participants' must be a whole number, not 20.5. "
            "Choose a whole number from 6 to 200.",
        ),
        (
            "schools",
            {"labels": "uniqe"},
            "Parameter 'labels' cannot be 'uniqe'. Choose 'reused' or 'unique'. "
            "Did you mean 'unique'?",
        ),
    ],
)
def test_errors_say_what_exists(name: str, parameters: dict, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        generate(name, rng(), **parameters)
    assert str(caught.value) == message

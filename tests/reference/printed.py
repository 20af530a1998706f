"""Stand-ins for a fit that hold lme4's own numbers, so that layout is tested without a fit."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Literal

import numpy as np
import pandas as pd

from tests.reference.cases import reference


@dataclass(frozen=True)
class PrintedFit:
    """What a summary reads from a fit."""

    design: Any
    data_name: str
    reml: bool
    criterion: float
    aic: float
    bic: float
    loglik: float
    nobs: int
    n_parameters: int
    resid: np.ndarray
    sigma: float
    varcorr: pd.DataFrame
    ngroups: dict[str, int]
    fixef: pd.Series
    std_error: pd.Series
    correlation: pd.DataFrame
    messages: tuple[str, ...]


def printed_fit(name: str, optimum: Literal["default", "tight"]) -> PrintedFit:
    """Return lme4's numbers for one case, where plain lmer() stopped or at the optimum."""
    case = reference(name)
    fit = case[optimum]
    vcov = np.array(fit["vcov"], dtype=float)
    error = np.sqrt(np.diag(vcov))
    return PrintedFit(
        design=SimpleNamespace(formula=SimpleNamespace(r_text=case["formula_printed"])),
        data_name="d",
        reml=fit["reml"],
        criterion=fit["criterion"],
        aic=fit["AIC"],
        bic=fit["BIC"],
        loglik=fit["logLik"],
        nobs=fit["nobs"],
        n_parameters=fit["df_logLik"],
        # The quartiles of five quartiles are these five.
        resid=np.array(fit["resid_scaled_quantiles"]) * fit["sigma"],
        sigma=fit["sigma"],
        varcorr=pd.DataFrame(fit["varcorr"], columns=["grp", "var1", "var2", "vcov", "sdcor"]),
        ngroups=fit["ngrps"],
        fixef=pd.Series(fit["fixef"]),
        std_error=pd.Series(fit["se"]),
        correlation=pd.DataFrame(vcov / np.outer(error, error)),
        messages=messages_of(case),
    )


def messages_of(case: dict[str, Any]) -> tuple[str, ...]:
    """Return what lme4 says of a fit, each once: as it fits, and in what it stores."""
    about_design = [text for text in case["warnings"] if "different scales" in text]
    return tuple(dict.fromkeys([*case["messages"], *about_design, *case["optinfo_messages"]]))

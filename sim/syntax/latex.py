r"""A model as equations: the observations, the lines of the groups, what varies and how.

Every name of a user stands in `\text{}` with LaTeX's own characters escaped.
"""

from sim.lmm.model_matrix import INTERCEPT
from sim.syntax.outline import BracketOutline, Column, Outline, Part

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_MATRIX_SIZE = 3  # random effects of one bracket up to which the covariance is written out


def text(name: str) -> str:
    """Write a name in roman letters and without R's back quotes, harmless whatever it holds."""
    one_line = " ".join(name.replace("`", "").split())
    return rf"\text{{{''.join(_ESCAPES.get(c, c) for c in one_line)}}}"


def positions(outline: Outline) -> dict[str, int]:
    """Number the columns of a model: 0 for the intercept, then fixed effects, then the rest."""
    brackets = [column.name for bracket in outline.brackets for column in bracket.columns]
    names = [column.name for column in outline.fixed] + brackets
    others = dict.fromkeys(name for name in names if name != INTERCEPT)
    return {INTERCEPT: 0, **{name: i + 1 for i, name in enumerate(others)}}


def beta(position: int) -> str:
    return rf"\beta_{{{position}}}"


def bracket_mark(outline: Outline, index: int) -> str:
    """Superscript that tells brackets apart; nothing if there is only one."""
    return f"^{{({index + 1})}}" if len(outline.brackets) > 1 else ""


def tau(position: int, mark: str) -> str:
    return rf"\tau{mark}_{{{position}}}"


def rho(one: int, other: int, mark: str) -> str:
    joint = "," if max(one, other) > 9 else ""
    return rf"\rho{mark}_{{{one}{joint}{other}}}"


def equation(outline: Outline) -> str:
    """Write the whole model in LaTeX, one line for each level."""
    number = positions(outline)
    fixed = {column.name for column in outline.fixed}
    columns = {c.name: c for c in outline.fixed}
    varying: dict[str, list[str]] = {}
    for index, bracket in enumerate(outline.brackets):
        mark = bracket_mark(outline, index)
        for column in bracket.columns:
            columns.setdefault(column.name, column)
            effect = rf"b{mark}_{{{number[column.name]},\,{text(bracket.group)}[i]}}"
            varying.setdefault(column.name, []).append(effect)
    terms = []
    lines = []
    for name in sorted(columns, key=number.__getitem__):
        own = [beta(number[name])] if name in fixed else []
        coefficient = own[0] if own else ""
        if name in varying:
            coefficient = rf"\alpha_{{{number[name]},i}}"
            lines.append(f"{coefficient} &= {' + '.join([*own, *varying[name]])}")
        terms.append(_times(coefficient, columns[name]))
    response = text(outline.formula.response_text)
    whole = " + ".join([*terms, r"\varepsilon_i"])
    first = f"{response}_i &= {whole}"
    for index, bracket in enumerate(outline.brackets):
        lines += _distribution(bracket, bracket_mark(outline, index), number)
    lines.append(r"\varepsilon_i &\sim \mathcal{N}(0,\ \sigma^2)")
    body = " \\\\\n".join([first, *lines])
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def _times(coefficient: str, column: Column) -> str:
    return r"\,".join([coefficient, *(_factor(part) for part in column.parts)])


def _factor(part: Part) -> str:
    if part.kind == "number":
        return f"{text(part.variable)}_i"
    if part.kind == "deviation":
        return f"{text(part.name)}_i"
    # Iverson's bracket: 1 where it is true, else 0.
    return rf"[{text(part.variable)}_i = {text(part.level)}]"


def _distribution(bracket: BracketOutline, mark: str, number: dict[str, int]) -> list[str]:
    at = [number[column.name] for column in bracket.columns]
    effects = [rf"b{mark}_{{{i},\,j}}" for i in at]
    each = rf"\quad \text{{for each }} {text(bracket.group)}\ j"
    if len(at) == 1:
        return [rf"{effects[0]} &\sim \mathcal{{N}}(0,\ {{{tau(at[0], mark)}}}^2){each}"]
    vector = r"\begin{pmatrix}" + r" \\ ".join(effects) + r"\end{pmatrix}"
    if len(at) <= _MATRIX_SIZE:
        rows = r" \\ ".join(
            " & ".join(_covariance(one, other, at, mark) for other in at) for one in at
        )
        matrix = rf"\begin{{pmatrix}}{rows}\end{{pmatrix}}"
        return [rf"{vector} &\sim \mathcal{{N}}\left(0,\ {matrix}\right){each}"]
    sigma = rf"\Sigma{mark}"
    tau_k, tau_l = rf"\tau{mark}_k", rf"\tau{mark}_l"
    return [
        rf"{vector} &\sim \mathcal{{N}}(0,\ {sigma}){each}",
        rf"{sigma}_{{kk}} &= {{{tau_k}}}^2,\quad "
        rf"{sigma}_{{kl}} = \rho{mark}_{{kl}}\,{tau_k}\,{tau_l}",
    ]


def _covariance(one: int, other: int, order: list[int], mark: str) -> str:
    if one == other:
        return f"{{{tau(one, mark)}}}^2"
    first, second = (one, other) if order.index(one) < order.index(other) else (other, one)
    return rf"{rho(first, second, mark)}\,{tau(first, mark)}\,{tau(second, mark)}"

"""What can be wrong with an item or with a request for one."""

from sim.errors import SimError, did_you_mean, shown


class ItemError(SimError):
    """An item that cannot be read, or that does not exist.

    Parameters
    ----------
    problem, hint : as in `SimError`.
    line : where in the file, counted from 1; 0 if it is about no line.
    path : of the file; "" if it is about no file.
    """

    def __init__(self, problem: str, hint: str = "", line: int = 0, path: str = "") -> None:
        super().__init__(problem, hint)
        self.line = line
        self.path = path

    def __str__(self) -> str:
        place = ":".join(filter(None, (self.path, str(self.line) if self.line else "")))
        lead = f"{place}: " if self.path else f"Line {place}: " if place else ""
        return f"{lead}{self.problem} {self.hint}".strip()


__all__ = ["ItemError", "did_you_mean", "shown"]

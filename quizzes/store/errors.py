"""What can go wrong with the store, in words for a screen."""

from sim.errors import SimError


class StoreError(SimError):
    """The store could not do what was asked, and has changed nothing."""


class Unavailable(StoreError):
    """The database complains or does not answer: the same may work in a moment."""


class UnknownDevice(StoreError):
    """The device has no record here."""


class Stale(StoreError):
    """A click came after somebody else's."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else was quicker.", "Look at the room as it is now; click again if need be."
        )


class TooManyGuesses(StoreError):
    """An address guessed, or did something else, too often.

    Parameters
    ----------
    seconds : until it may try again.
    what : was done too often, in the passive.
    """

    def __init__(self, seconds: int, what: str = "codes were tried") -> None:
        minutes = max(1, -(-seconds // 60))
        plural = "s" if minutes > 1 else ""
        super().__init__(
            f"Too many {what} from this network.",
            f"Wait {minutes} minute{plural} and try again.",
        )
        self.seconds = seconds

"""What can go wrong with the store, in words for a screen."""

from sim.errors import SimError


class StoreError(SimError):
    """The store could not do what was asked, and has changed nothing."""


class UnknownDevice(StoreError):
    """The device has no record here."""


class TooManyGuesses(StoreError):
    """An address guessed too often.

    Parameters
    ----------
    seconds : until it may try again.
    """

    def __init__(self, seconds: int) -> None:
        minutes = max(1, -(-seconds // 60))
        plural = "s" if minutes > 1 else ""
        super().__init__(
            "Too many codes were tried from this network.",
            f"Wait {minutes} minute{plural} and try again.",
        )
        self.seconds = seconds

"""What a live room refuses."""

from sim.errors import SimError


class RoomError(SimError):
    """A click, a code or an answer that a live room does not take now."""

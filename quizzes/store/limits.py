"""What the store refuses when it becomes too much, and how long it keeps what is over."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Numbers that whoever runs the server may set.

    Parameters
    ----------
    rooms_per_hour : opened from one address; a school shares one.
    wrong_codes : of rooms, from one address in a quarter of an hour. A class shares one and
        mistypes; 148 million codes bear it.
    room_days : a room is deleted so many days after its end.
    """

    rooms_per_hour: int = 20
    wrong_codes: int = 100
    room_days: int = 30

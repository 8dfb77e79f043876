"""The demo's clock: this machine's, put forward by whole days when somebody wants to see what time brings."""

import datetime as dt


class Clock:
    """A clock that the desk, the catcher and the people of the demo share."""

    def __init__(self) -> None:
        """Begin with the time it is."""
        self.ahead = dt.timedelta()

    def now(self) -> dt.datetime:
        """Tell the demo's time."""
        return dt.datetime.now(dt.UTC) + self.ahead

    def advance(self, days: int) -> None:
        """Put the clock forward."""
        self.ahead += dt.timedelta(days=days)

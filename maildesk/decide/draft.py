"""A decision while it is being made: actions, reasons and considered notices, in the order they came up."""

from maildesk.decide.desk import Desk
from maildesk.model.decision import Action, Decision, NoticeTrace, RuleTrace
from maildesk.model.mail import Mail
from maildesk.model.snapshot import Snapshot
from maildesk.model.ticket import Trust
from maildesk.model.why import Why


class Draft:
    """Collect what follows from one cause; `done` freezes it."""

    def __init__(self, snapshot: Snapshot, desk: Desk) -> None:
        """Start from what is known (`snapshot`) and what the desk wants (`desk`)."""
        self.snapshot = snapshot
        self.desk = desk
        self.actions: list[Action] = []
        self.whys: list[Why] = []
        self.notices: list[NoticeTrace] = []
        self.rules: tuple[RuleTrace, ...] = ()
        self.result: dict[str, str] = {}
        self.trust = Trust.NONE
        self.doubt = ""
        self.settles = 0

    @property
    def mail(self) -> Mail:
        """Give the mail that caused this decision; only mail decisions may ask."""
        assert self.snapshot.mail is not None
        return self.snapshot.mail

    def do(self, *actions: Action) -> None:
        """Ask for effects."""
        self.actions.extend(actions)

    def because(self, *whys: Why) -> None:
        """Give reasons."""
        self.whys.extend(whys)

    def done(self, ticket: int | None = None) -> Decision:
        """Freeze the decision; `ticket` is the number it is about, NEW for one it opens, None for none."""
        mail = self.snapshot.mail
        return Decision(
            actions=tuple(self.actions),
            why=tuple(dict.fromkeys(self.whys)),
            ticket=ticket,
            trust=self.trust,
            rules=self.rules,
            notices=tuple(self.notices),
            result=self.result,
            kind=mail.kind.value if mail else "",
            settles=self.settles,
        )

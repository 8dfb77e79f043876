"""The names that rules may use, and what is said when one does not exist."""

from maildesk.model.value import Value
from maildesk.yaml_file import ERROR, WARNING, Scalar, suggest
from maildesk.yaml_file.take import Place

Names = frozenset[str] | None


class Known(Value, frozen=True):
    """Names by what they name. None: the file could not be read, which has been said already; `absent`: there is no such file."""

    teams: Names = None
    agents: Names = None
    calendars: Names = None
    slas: Names = None
    customers: Names = None
    templates: Names = None
    hooks: Names = None
    articles: Names = None
    skills: Names = None
    inside: frozenset[str] = frozenset()  # articles that no customer may be sent to
    absent: frozenset[str] = frozenset()


_WHERE = {
    "teams": ("team", "teams.yaml", ""),
    "agents": ("agent", "teams.yaml", ""),
    "calendars": ("calendar", "calendars.yaml", "always open"),
    "slas": ("SLA", "sla.yaml", "no date will be promised"),
    "customers": ("customer group", "customers.yaml", "nobody is in it"),
    "templates": ("template", "templates/<language>/", ""),
    "hooks": ("hook", "hooks.yaml", "nobody will be notified"),
    "articles": ("article", "kb/", "it will not be suggested"),
    "skills": ("skill", "teams.yaml", ""),
}


def check_name(node: Scalar, kind: str, known: Known, place: Place, *, also: tuple[str, ...] = ()) -> None:
    """Report a name that does not exist; where the whole file is missing it is a warning that says what follows."""
    names: Names = getattr(known, kind)
    if names is None or node.text in names or node.text in also:
        return
    if kind == "articles" and node.text in known.inside:
        place.error(node, f"the article “{node.text}” is for agents only", "a customer cannot be sent there")
        return
    what, where, follows = _WHERE[kind]
    text = f"no {what} “{node.text[:60]}” in {where}"
    if kind in known.absent:
        place.error(node, f"{text}: {follows}", f"there is no {where}", WARNING)
    else:
        place.error(node, text, suggest(node.text, names.union(also)), ERROR)

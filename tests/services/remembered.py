"""Read a YAML file of the same words once: the text decides what comes of it, and most desks of tests have the shipped files."""

from maildesk.yaml_file import Node, Problem, Problems, Source


def remember_yaml() -> None:
    """Keep what is read from now on, for this process and all that are forked from it."""
    from maildesk.yaml_file import compose

    read = compose.compose_yaml
    known: dict[tuple[str, str], tuple[Node | None, Source, tuple[Problem, ...]]] = {}

    def read_once(file: str, text: str, problems: Problems) -> tuple[Node | None, Source]:
        if (file, text) not in known:
            own = Problems()
            known[file, text] = (*read(file, text, own), own.sorted())
        node, source, wrong = known[file, text]
        problems.extend(wrong)
        return node, source

    compose.compose_yaml = read_once

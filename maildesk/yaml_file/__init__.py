"""Read the YAML files an admin writes: strict, bounded, and every value knows its line and column.

YAML 1.2, without types: a scalar stays text until somebody asks for a number, so `22:00`, `no` and `on` mean what they say.
No tags; duplicate keys and tabs are errors; aliases are counted, so that they cannot grow.
"""

from maildesk.yaml_file.nodes import Mapping, Node, Pair, Scalar, Sequence
from maildesk.yaml_file.problem import ERROR, WARNING, Problem, Problems, Source, print_problems, suggest

__all__ = [
    "ERROR",
    "WARNING",
    "Mapping",
    "Node",
    "Pair",
    "Problem",
    "Problems",
    "Scalar",
    "Sequence",
    "Source",
    "print_problems",
    "read_yaml",
    "suggest",
]


def read_yaml(file: str, text: str, problems: Problems) -> tuple[Node | None, Source]:
    """Read one document; None if it is empty or cannot be understood (then `problems` says why).

    `file` is the name shown to the admin. Nothing is raised.
    """
    from maildesk.yaml_file.compose import compose_yaml  # ruamel.yaml: not before a file is read

    return compose_yaml(file, text, problems)

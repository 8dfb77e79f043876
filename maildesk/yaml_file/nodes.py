"""What a YAML file turns into: scalars, lists and mappings that know where they stand."""

import msgspec


class Scalar(msgspec.Struct, frozen=True):
    """A text; `plain` is True where it stood without quotes."""

    text: str
    plain: bool
    line: int
    col: int
    length: int = 1


class Pair(msgspec.Struct, frozen=True):
    """One `key: value` of a mapping."""

    key: Scalar
    value: "Node"


class Mapping(msgspec.Struct, frozen=True):
    """Keys and values in the order of the file; keys are unique."""

    pairs: tuple[Pair, ...]
    line: int
    col: int
    size: int = 1

    def find(self, key: str) -> "Node | None":
        """Find a value by its key."""
        return next((pair.value for pair in self.pairs if pair.key.text == key), None)


class Sequence(msgspec.Struct, frozen=True):
    """A list."""

    items: tuple["Node", ...]
    line: int
    col: int
    size: int = 1


Node = Scalar | Sequence | Mapping


def size(node: Node) -> int:
    """Count a node and all below it, aliases in full."""
    return 1 if isinstance(node, Scalar) else node.size

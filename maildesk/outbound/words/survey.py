"""What a template does with its values: which are only written down, or asked whether there are any, and which it looks into.

A value that is only written down can be a gap in a mould; by the others letters differ in their words.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

_DEEPEST = 10


class Survey(NamedTuple):
    """The names a template uses, and those among them that it looks into; `whole` is False where it cannot be told."""

    used: frozenset[str]
    deep: frozenset[str]
    whole: bool = True


def survey(environment: "Environment", texts: Mapping[str, str], path: str, depth: int = 0) -> Survey:
    """Look through a template and what it includes; what is not understood counts as looked into."""
    found = _Found(environment, texts, depth)
    for node in environment.parse(texts[path], path).body:
        found.statement(node)
    return Survey(frozenset(found.used), frozenset(found.deep), found.whole)


class _Found:
    """Names gathered on the way through the nodes of one template."""

    def __init__(self, environment: "Environment", texts: Mapping[str, str], depth: int) -> None:
        self.environment, self.texts, self.depth = environment, texts, depth
        self.used: set[str] = set()
        self.deep: set[str] = set()
        self.whole = True

    def statement(self, node: "nodes.Node") -> None:
        from jinja2 import nodes

        if isinstance(node, nodes.Output):
            for child in node.nodes:
                self.written(child)
        elif isinstance(node, nodes.If):
            self.asked(node.test)
            for each in (*node.body, *node.elif_, *node.else_):
                self.statement(each)
        elif isinstance(node, nodes.Include):
            self.included(node)
        else:
            self.looked_into(node)

    def included(self, node: "nodes.Include") -> None:
        from jinja2 import nodes

        path = str(node.template.value) if isinstance(node.template, nodes.Const) else ""
        if path not in self.texts or self.depth >= _DEEPEST:
            self.whole = False
            return
        inner = survey(self.environment, self.texts, path, self.depth + 1)
        self.used |= inner.used
        self.deep |= inner.deep
        self.whole = self.whole and inner.whole

    def written(self, node: "nodes.Node") -> None:
        """Follow an expression whose value is written down as it is."""
        from jinja2 import nodes

        if isinstance(node, nodes.Name):
            self.used.add(node.name)
        elif isinstance(node, nodes.Or | nodes.And):
            self.written(node.left)
            self.written(node.right)
        elif isinstance(node, nodes.CondExpr) and node.expr2 is not None:
            self.asked(node.test)
            self.written(node.expr1)
            self.written(node.expr2)
        elif not isinstance(node, nodes.TemplateData | nodes.Const):
            self.looked_into(node)

    def asked(self, node: "nodes.Node") -> None:
        """Follow a test that asks of each name only whether it has a value."""
        from jinja2 import nodes

        if isinstance(node, nodes.Name):
            self.used.add(node.name)
        elif isinstance(node, nodes.Not):
            self.asked(node.node)
        elif isinstance(node, nodes.Or | nodes.And):
            self.asked(node.left)
            self.asked(node.right)
        else:
            self.looked_into(node)

    def looked_into(self, node: "nodes.Node") -> None:
        from jinja2 import nodes

        names = {node.name} if isinstance(node, nodes.Name) else set()
        names |= {each.name for each in node.find_all(nodes.Name)}
        self.used |= names
        self.deep |= names
        if isinstance(node, nodes.Extends | nodes.Import | nodes.FromImport) or node.find(nodes.Include):
            self.whole = False

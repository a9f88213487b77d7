"""Resources: what a class decides about the requests to one kind of thing."""

from __future__ import annotations

from .definition import check_deprecated, check_names, check_values
from .exchange import C, E
from .graph import GRAPH, NODES
from .nodes import Declarations, Nodes


class Resource(Declarations[E, C]):
    """A kind of thing behind URLs: E is what one of them stands for, C the context of its calls.

    A subclass is a frozen dataclass whose fields are its dependencies. It answers those nodes of the graph that
    matter to it; every other node keeps its default. It answers GET and HEAD if it has `handle_ok`, POST, PUT,
    PATCH and DELETE if it has the action of that name, and always OPTIONS. What else it may declare, such as
    `renderers` and `links_to`, is listed in `ogrom.http.nodes.Declarations`. A name that is nearly a node's is an
    error where the class is defined.
    """

    def __init_subclass__(cls) -> None:
        """Refuse names that are nearly a node's, and values that no request could use.

        Raises:
            DefinitionError: such a name or value, and what to write.
        """
        super().__init_subclass__()
        check_names(cls, NAMES)
        check_values(cls, CALLABLES)
        check_deprecated(cls)


NAMES = frozenset(NODES) | {name for name in vars(Declarations) if not name.startswith("_")}
CALLABLES = frozenset(NODES) | {name for name in NAMES if callable(getattr(Declarations, name, None))}

for _node in GRAPH:
    setattr(Nodes, _node.name, _node.default)

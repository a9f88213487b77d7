"""What a change of something that others use asks of the next version.

A table of rules says which kinds of change there are and how grave each is; whoever compares two versions makes
findings by it. `ogrom_tools.api.rules` is the table of Python's names.

```
REMOVED = Rule("name-removed", Level.MAJOR, "{name} cannot be imported any longer.", removes=True)
findings = ordered([REMOVED.at("ogrom.http.Resource", name="Resource")])
level(findings)                                              # Level.MAJOR
AllowList.read(folder / "api-allowed.toml").apply(findings, today)   # with those lowered that the project allows
```
"""

from .allowed import Allowed, AllowList
from .finding import Finding, level, ordered
from .report import Report
from .rule import Rule, table

__all__ = ["AllowList", "Allowed", "Finding", "Report", "Rule", "level", "ordered", "table"]

"""The rules for changes of a database's schema: what locks, and what a release in the field cannot read or write.

from ogrom_rules.schema import Change, beside, declared, judge

changes = [Change.parse(each) for each in plain]
findings = (*judge(changes), *beside(changes[-1], [declared("sources 4.1.0", text_of_its_tables)]))
"""

from .changes import KINDS, Change, Kind, Operation
from .judge import beside, judge, misfits
from .releases import Release, declared
from .rules import RULES, SchemaFinding, SchemaRule
from .verdicts import CASCADE, FULL_TEXT, SERVERS, Verdict, verdict

__all__ = [
    "CASCADE",
    "FULL_TEXT",
    "KINDS",
    "RULES",
    "SERVERS",
    "Change",
    "Kind",
    "Operation",
    "Release",
    "SchemaFinding",
    "SchemaRule",
    "Verdict",
    "beside",
    "declared",
    "judge",
    "misfits",
    "verdict",
]

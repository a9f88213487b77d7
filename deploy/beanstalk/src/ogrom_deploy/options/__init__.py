"""Beanstalk's options, which no other checker knows: a table of them, what is wrong with some, and drift.

`table.csv` is made from the guide's page "General options for all environments", as it was on 2023-06-15 (the last
public source), with what came since and is used here: `environmentsecrets` and `DisableDefaultEC2SecurityGroup` of
2025. It has what we use and what is near it, not all that there is.
"""

from .check import check as check
from .drift import Difference as Difference, differences as differences
from .setting import Problem as Problem, Setting as Setting
from .template import read_options as read_options

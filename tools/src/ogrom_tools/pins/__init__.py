"""The service's pins: which release of each project it runs on, exactly, with the hash of its wheel."""

from ogrom_tools.pins.lint import lint as lint
from ogrom_tools.pins.pyproject import read as read

"""Imports: what is left out, and what can be had later."""

import sys
from importlib import import_module

import pytest

from ogrom.operations.imports import importing


def test_what_is_left_out_can_be_imported_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Meanwhile it is as where it is not installed."""
    monkeypatch.delitem(sys.modules, "quopri", raising=False)
    with importing(without=frozenset({"quopri"})), pytest.raises(ModuleNotFoundError) as error:
        import_module("quopri")
    assert error.value.name == "quopri"
    assert import_module("quopri").encodestring(b"=") == b"=3D"

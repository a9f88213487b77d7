"""The bill of materials, of wheels that are made here."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from ogrom_tools.image.sbom import sbom
from ogrom_tools.wheelhouse import Wheel

EPOCH = 1_764_547_200


def wheel(folder: Path, name: str, version: str, *lines: str) -> Path:
    """A wheel with these lines in its METADATA."""
    file = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        head = ["Metadata-Version: 2.4", f"Name: {name.replace('_', '-')}", f"Version: {version}"]
        archive.writestr(f"{name}-{version}.dist-info/METADATA", "\n".join([*head, *lines, "", "text"]))
        archive.writestr(f"{name}-{version}.dist-info/RECORD", "")
    return file


@pytest.fixture
def wheels(tmp_path: Path) -> list[Path]:
    """A shop, what it requires, and what that requires."""
    return [
        wheel(tmp_path, "shop_api", "2.0", "License-Expression: MIT", "Requires-Dist: Plates[fine]>=1"),
        wheel(tmp_path, "plates", "1.2", "License: BSD 3-Clause", 'Requires-Dist: clay; extra == "fine"'),
        wheel(tmp_path, "clay", "0.1", "License: As I like it,\n  in many words"),
    ]


def found(wheels: list[Path]) -> Any:
    return json.loads(sbom("shop-api", "2.0", wheels, EPOCH))


def test_it_is_cyclonedx(wheels: list[Path]) -> None:
    """By the schema of its version, strictly."""
    text = sbom("shop-api", "2.0", wheels, EPOCH)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_it_has_each_wheel_once(wheels: list[Path]) -> None:
    """By the name that a scanner looks for, with the hash of its file and what its author says of its licence."""
    told = {each["purl"]: each for each in found(wheels)["components"]}
    assert told.keys() == {"pkg:pypi/clay@0.1", "pkg:pypi/plates@1.2", "pkg:pypi/shop-api@2.0"}
    shop = told["pkg:pypi/shop-api@2.0"]
    assert shop["hashes"] == [{"alg": "SHA-256", "content": Wheel.read(wheels[0]).sha256}]
    assert shop["licenses"] == [{"license": {"id": "MIT"}}]
    assert told["pkg:pypi/plates@1.2"]["licenses"] == [{"license": {"name": "BSD 3-Clause"}}]
    assert "licenses" not in told["pkg:pypi/clay@0.1"]


def test_it_says_what_requires_what(wheels: list[Path]) -> None:
    """From the image itself on; extras too."""
    edges = {each["ref"]: each.get("dependsOn", []) for each in found(wheels)["dependencies"]}
    assert edges == {
        "image": ["shop-api@2.0"],
        "shop-api@2.0": ["plates@1.2"],
        "plates@1.2": ["clay@0.1"],
        "clay@0.1": [],
    }


def test_it_is_the_same_each_time(wheels: list[Path], tmp_path: Path) -> None:
    """And another one where a byte of a wheel is."""
    first = sbom("shop-api", "2.0", wheels, EPOCH)
    assert sbom("shop-api", "2.0", reversed(wheels), EPOCH) == first
    assert found(wheels)["metadata"]["timestamp"] == "2025-12-01T00:00:00+00:00"
    wheel(tmp_path, "clay", "0.1", "License: Mine")
    assert found(wheels)["serialNumber"] != json.loads(first)["serialNumber"]

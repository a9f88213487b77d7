"""The bill of materials of an image: what is installed in it, as CycloneDX 1.6 (https://cyclonedx.org, ECMA-424).

It is derived from the image's wheels only, so it is the same bytes each time. It leaves out the packages of the base,
which the base image describes itself.
"""

# The library's decorators hide its classes from pyright, and a wheel's metadata has a name; mypy checks all of it.
# pyright: reportCallIssue=none, reportAttributeAccessIssue=none, reportArgumentType=none
# pyright: reportTypedDictNotRequiredAccess=none

import datetime as dt
import uuid
from collections.abc import Iterable
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL
from packaging.metadata import RawMetadata, parse_email
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ogrom_tools.wheelhouse import Wheel

FILE = "bom.cdx.json"
"""Its name in the build context, and in the image below /opt/ogrom."""


def sbom(name: str, version: str, wheels: Iterable[Path], epoch: int) -> str:
    """The bill of materials, as JSON.

    Args:
        name: of the service, such as `ogrom-api-run`.
        version: of the service.
        wheels: all that are installed, the service's included.
        epoch: the commit's time, in seconds since 1970.
    """
    found = [Wheel.read(each) for each in sorted(wheels)]
    metadata_of = {each: parse_email(each.metadata_bytes)[0] for each in found}
    components = {
        canonicalize_name(metadata["name"]): _component(metadata, wheel.sha256)
        for wheel, metadata in metadata_of.items()
    }
    digests = "\n".join(each.sha256 for each in found)
    bom = Bom(components=components.values(), serial_number=uuid.uuid5(uuid.NAMESPACE_URL, digests))
    bom.metadata.timestamp = dt.datetime.fromtimestamp(epoch, dt.UTC)
    bom.metadata.component = Component(
        type=ComponentType.APPLICATION, name=name, version=version, bom_ref="image"
    )
    bom.register_dependency(bom.metadata.component, [components[canonicalize_name(name)]])
    for component, metadata in zip(components.values(), metadata_of.values(), strict=True):
        required = {canonicalize_name(Requirement(each).name) for each in metadata.get("requires_dist", ())}
        bom.register_dependency(component, [components[each] for each in components.keys() & required])
    return make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2) + "\n"


def _component(metadata: RawMetadata, digest: str) -> Component:
    name, version = canonicalize_name(metadata["name"]), metadata["version"]
    # An expression (PEP 639), or the older field: a short name, or the whole text of the license.
    license_ = metadata.get("license_expression") or metadata.get("license", "")
    return Component(
        name=name,
        version=version,
        bom_ref=f"{name}@{version}",
        purl=PackageURL("pypi", name=name, version=version),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
        licenses=[LicenseFactory().make_from_string(license_)] if license_ and "\n" not in license_ else (),
    )

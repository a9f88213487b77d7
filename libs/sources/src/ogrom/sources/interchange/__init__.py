"""Catalogues as files: shops' product data comes in, and all that Ogrom has goes out and comes back."""

from .currencies import currency_of
from .entries import BrokenFile, Rejected
from .exporting import export
from .importing import Step, import_items, import_records
from .merchant import Market
from .opened import Form, OpenedFile, opened
from .pruning import missing, prune
from .report import Report
from .seen import SeenOffers, seen_offers
from .storing import Stored
from .taxonomy import path_of, taxonomy

__all__ = [
    "BrokenFile",
    "Form",
    "Market",
    "OpenedFile",
    "Rejected",
    "Report",
    "SeenOffers",
    "Step",
    "Stored",
    "currency_of",
    "export",
    "import_items",
    "import_records",
    "missing",
    "opened",
    "path_of",
    "prune",
    "seen_offers",
    "taxonomy",
]

"""Brands, all of them invented, and how dear they are."""

from typing import Literal, TypeAlias

from msgspec import Struct

from .garments import Role

Tier: TypeAlias = Literal["cheap", "ordinary", "fine"]


class Brand(Struct, frozen=True):
    """Who makes a product; `tier` says what that does to its price."""

    name: str
    tier: Tier


FASHION = (
    Brand("Fräulein Ottilie", "ordinary"),
    Brand("Kirschkern & Söhne", "ordinary"),
    Brand("Zwölfender", "fine"),
    Brand("Tante Wilma", "cheap"),
    Brand("Glühwürmchen", "cheap"),
    Brand("Kaltblau", "ordinary"),
    Brand("Großstadtamsel", "ordinary"),
    Brand("Hölderlin 17", "fine"),
    Brand("Möwe & Mast", "ordinary"),
    Brand("Süßholz", "cheap"),
    Brand("L'Écureuil Roux", "ordinary"),
    Brand("Maison Perlimpin", "fine"),
    Brand("Petit Hibou", "cheap"),
    Brand("Côté Verger", "ordinary"),
    Brand("Mademoiselle d'Août", "fine"),
    Brand("Rue des Églantines", "ordinary"),
    Brand("À Bientôt, Léon", "ordinary"),
    Brand("Thistle & Thorncote", "fine"),
    Brand("Ravenscombe", "fine"),
    Brand("Juniper's Gate", "ordinary"),
    Brand("Marmalade Row", "cheap"),
    Brand("Oakmere Mills", "ordinary"),
    Brand("Two Herons", "ordinary"),
    Brand("O'Dunleary", "ordinary"),
    Brand("puddle + pine", "cheap"),
    Brand("Żurawinowa", "ordinary"),
    Brand("Mgła i Łąka", "ordinary"),
    Brand("Świetlik", "cheap"),
    Brand("Pani Jesień", "fine"),
    Brand("Cztery Wróble", "cheap"),
    Brand("Åse Holmgård", "fine"),
    Brand("Børge & Lund-Vik", "ordinary"),
    Brand("NORDLICHT/9", "cheap"),
    Brand("Señorita Limón", "cheap"),
    Brand("Čaj & Včela", "ordinary"),
    Brand("Studio Ypsilon-Zwo", "fine"),
)

HOME = (
    Brand("Hüttenglück", "ordinary"),
    Brand("Teapot & Thimble", "cheap"),
    Brand("La Petite Étagère", "fine"),
    Brand("Ciepły Kąt", "cheap"),
    Brand("Lindgrön Hem", "ordinary"),
)


def brands_of(role: Role) -> tuple[Brand, ...]:
    """Returns the brands that make pieces of this role."""
    return HOME if role == "home" else FASHION

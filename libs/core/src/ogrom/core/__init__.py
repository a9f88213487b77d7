"""Ogrom's endpoints: values made of sources, mounted under any prefix."""

from .routes import Sources, assemble

__all__ = ["Sources", "assemble"]

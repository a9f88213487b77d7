"""Runs the workflows of .github on this machine: a push to a bare repository, and what CI does then.

act (https://github.com/nektos/act) runs their steps; folders of `actions` stand in for others' actions. It shows that
steps, conditions, needs, outputs and artefacts work. Path filters, concurrency, environments, permissions and time
limits it does not know.
"""

from .stage import Run, Stage

__all__ = ["Run", "Stage"]

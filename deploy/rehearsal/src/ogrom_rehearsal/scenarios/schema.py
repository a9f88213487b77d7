"""Schemas change under load, and the way back stays open."""

from ogrom_rehearsal import schema_changes
from ogrom_rehearsal.load_test import LoadTest
from ogrom_rehearsal.results import ScenarioResult
from ogrom_rehearsal.testbed import TestBed


def add_column(bed: TestBed) -> ScenarioResult:
    """A version that adds a column and writes it; back to the one that does not know it, and forth again."""
    old = bed.new
    (new,) = schema_changes.releases("add_column", bed.runtime, bed.folder)
    bed.prepare(old)
    with LoadTest(bed) as test:
        done = (bed.deployment().apply(new), bed.deployment().rollback(), bed.deployment().apply(new))
    test.expect_no_loss()
    test.expect_releases(old.label, new.label)
    told = "; ".join(f"{each.outcome}, {each.version} is live" for each in done)
    test.expect(
        "forth, back and forth again",
        [(each.outcome, each.version) for each in done]
        == [("done", label) for label in (new.label, old.label, new.label)],
        told,
    )
    filled = dict(bed.database.select("SELECT id, request_id IS NOT NULL FROM comments"))
    made = [
        (result.release == new.label, bool(filled[result.write.state.id]))
        for result in test.summary.results
        if result.write and (result.write.state.noun, result.write.method) == ("comments", "POST")
        if result.write.state.id in filled
    ]
    test.expect(
        "comments have it if the new version made them",
        {*made} == {(True, True), (False, False)},
        f"{sum(has for _, has in made)} of {len(made)} have it",
    )
    return test.result("add-column", "A column is added and used; back, and forth again")

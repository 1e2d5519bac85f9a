"""What a scripted citizen knows of the pages is what stands on them."""

import pytest

from simulator.scenarios import pages
from simulator.scenarios.pages import Known, in_language

KNOWN = [page for page in vars(pages).values() if isinstance(page, Known)]


@pytest.mark.parametrize("page", KNOWN, ids=[page.name for page in KNOWN])
def test_a_title_is_one_that_the_catalogue_has(page: Known) -> None:
    """Whoever rewords a page hears of it here, not from a citizen who waits for the old words."""
    assert in_language(page.title, "en", page.count) != in_language(page.title, "zh", page.count)
